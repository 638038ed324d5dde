"""Closed networks: a proxy is the only way out, wants a password, rewrites certificates, or is off."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.machine.biomaid import ANSWERS, ANSWERS_TEXT, BINDS, JALON, packaged_layer, ready_layer
from tests.machine.closed import PASSWORD, QUOTED, USER, close, proxy_layer, rewriting, serve, timed
from tests.machine.machine import Machine

Up = Callable[..., Machine]
# What is named at once, where it is the reason.
AT_ONCE = 10.0
APPLY = (JALON, "apply", "biomaid", "--answers", ANSWERS, "--yes")
KEPT = "/var /etc /home /root /run /tmp"


def told(machine: Machine, *words: str, status: int) -> str:
    """What an application said, which had to end with that status, at once where that is 1; no password in it."""
    done, seconds = timed(machine, *APPLY, *words)
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == status, said[-3000:]
    assert not any(one in said for one in (PASSWORD, QUOTED, "Traceback"))
    assert status == 0 or seconds < AT_ONCE, f"{seconds:.1f} s: {said[-500:]}"
    return said


def kept_in(machine: Machine, *secrets: str) -> list[str]:
    """The files that hold one of these secrets."""
    words = " ".join(f"-e '{one}'" for one in secrets)
    return machine.sh(f"grep -rlF {words} {KEPT} 2>/dev/null", check=False).stdout.split()


def with_proxy(machine: Machine, proxy: str, *more: str) -> None:
    """Has the answers name that proxy."""
    machine.write(ANSWERS, "\n".join([ANSWERS_TEXT, f'proxy = "{proxy}"', *more, ""]), mode=0o600)


@pytest.fixture
def closed(new_machine: Up) -> tuple[Machine, Machine]:
    """A machine with the packages, and one with tinyproxy, which is its only way out."""
    proxy, machine = new_machine(layer=proxy_layer()), new_machine(layer=packaged_layer(), binds=BINDS)
    if machine.address == "127.0.0.1":
        pytest.skip("this machine shares the host's network, which cannot be closed")
    close(machine, proxy.address)
    return machine, proxy


def test_a_proxy_is_named_when_it_is_the_reason_and_all_passes_when_it_is_not(closed: tuple[Machine, Machine]) -> None:
    machine, proxy = closed
    address = serve(proxy, password="mandataire77")
    # As an administrator sets it, where a shell of root's that is no login does not read it.
    machine.write("/etc/environment", f"http_proxy={address}\nhttps_proxy={address}\n")
    said = told(machine, "--until", "environment", status=1)
    assert f"the proxy {address} (/etc/environment) wants a user and a password" in said
    proxy.run("systemctl", "stop", "tinyproxy")
    said = told(machine, "--until", "environment", status=1)
    assert f"the proxy {address} (/etc/environment) refuses connections" in said
    assert "have the proxy started" in said.rpartition("What to do: ")[2]
    proxy.run("systemctl", "start", "tinyproxy")
    with_proxy(machine, address.replace("//", f"//{USER}:mandataire77@"))
    said = told(machine, "--until", "environment", status=0)
    assert "mandataire77" not in said
    assert kept_in(machine, "mandataire77") == ["/var/lib/jalon/biomaid/demo/secrets.toml", ANSWERS]


def test_a_proxy_that_only_apt_is_told_of_is_found(closed: tuple[Machine, Machine]) -> None:
    machine, proxy = closed
    address = serve(proxy)
    machine.write("/etc/apt/apt.conf.d/90proxy", f'Acquire::http::Proxy "{address}";\n')
    said = told(machine, "--until", "environment", status=0)
    assert f"through the proxy {address} (/etc/apt/apt.conf.d/90proxy)" in said


def test_a_proxy_that_wants_a_password_and_rewrites_certificates(new_machine: Up) -> None:
    machine = new_machine(layer=ready_layer(), binds=BINDS)
    if machine.address == "127.0.0.1":
        pytest.skip("this machine shares the host's network, which cannot be closed")
    close(machine)
    with rewriting(machine) as (address, authority):
        proxy = address.replace("//", f"//{USER}:{QUOTED}@")
        machine.write("/root/site.pem", authority)
        with_proxy(machine, proxy, 'authority = "/root/site.pem"')
        told(machine, status=0)
        done, _seconds = timed(machine, *APPLY, "--format", "json")
        assert json.loads(done.stdout.splitlines()[-1])["changes"] == 0
        assert kept_in(machine, PASSWORD, QUOTED) == ["/var/lib/jalon/biomaid/demo/secrets.toml", ANSWERS]
        # What has no authority in its environment trusts it too.
        machine.run("openssl", "verify", "-CAfile", "/etc/ssl/certs/ca-certificates.crt", "/root/site.pem")
    machine.sh("rm -rf /home/demo/.local/share/pypoetry")
    assert "refuses connections" in told(machine, status=1)
    done, _seconds = timed(machine, JALON, "verify", "biomaid", "--format", "json", "--only", "system")
    (found,) = [one for one in json.loads(done.stdout)["checkpoints"][0]["probes"] if one["id"] == "system.proxy"]
    assert (found["outcome"], found["cause"]["id"]) == ("warning", "proxy-refuses")
