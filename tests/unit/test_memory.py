"""A process with secrets in it shows them to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRIVATE = """
import resource, subprocess, sys
from wizard.host.memory import keep_private
keep_private()
inner = subprocess.run(["sh", "-c", "ulimit -c; cat /proc/self/environ >/dev/null && echo readable"],
    capture_output=True, text=True)
print(resource.getrlimit(resource.RLIMIT_CORE)[0], *inner.stdout.split(), flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_its_own_user_cannot_look_into_it(tmp_path: Path) -> None:
    # With the right to read, as the interpreter may lie in root's home: who looks has what is looked at.
    held = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search")
    become = (*held, "--ambient-caps=+dac_read_search", "--")
    argv = [*become, sys.executable, "-c", PRIVATE]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stdout.readline().split() == ["0", "0", "readable"], "its programs go on as ever"
        for name in ("environ", "mem", "maps"):
            looked = subprocess.run([*become, "head", "-c1", f"/proc/{child.pid}/{name}"], capture_output=True)
            assert looked.returncode != 0, name
        child.communicate("\n", timeout=20)
