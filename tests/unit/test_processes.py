"""What is read of processes."""

from __future__ import annotations

import os
import subprocess

import pytest

from wizard.host.processes import SERVICE, process


@pytest.mark.parametrize(
    ("groups", "service"),
    [
        (b"0::/system.slice/apache2.service\n", b"apache2.service"),
        (b"0::/system.slice/system-biomaid.slice/biomaid-instance@demo.service\n", b"biomaid-instance@demo.service"),
        (b"12:pids:/x\n1:name=systemd:/system.slice/nginx.service\n", b"nginx.service"),
        (b"0::/system.slice/outer.service/nginx.service\n", b"outer.service"),
        (b"0::/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service\n", None),
        (b"0::/system.slice/nginx.service.d\n", None),
        (b"0::/\n", None),
        (b"", None),
    ],
)
def test_a_process_is_of_a_service_of_the_system_only(groups: bytes, service: bytes | None) -> None:
    found = SERVICE.search(groups)
    assert (found and found[1]) == service


def test_a_process_without_a_command_line_has_the_kernels_name() -> None:
    with subprocess.Popen(["true"]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        found = process(ended.pid)
    assert found is not None
    assert (found.command, found.name) == ((), "true")
