"""The test machine is what it says: real, its own, repeatable, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.machine import network, places, registry, store
from tests.machine.machine import Machine, MachineError, layer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shared(machines: None) -> Iterator[Machine]:
    """One machine for the tests that leave it as it was."""
    with Machine.up() as machine:
        yield machine


def test_it_runs_systemd_and_is_called_serveur(shared: Machine) -> None:
    assert shared.run("cat", "/proc/1/comm").stdout == "systemd\n"
    assert shared.run("systemctl", "is-system-running").stdout == "running\n"
    assert shared.run("hostname").stdout == "serveur\n"
    assert "serveur" in shared.run("getent", "hosts", "127.0.1.1").stdout


def test_it_has_what_a_fresh_image_has_and_no_more(shared: Machine) -> None:
    for present in ("python3", "sudo", "ip", "nano", "less", "ps"):
        shared.run("which", present)
    for absent in ("git", "curl", "crontab", "gcc", "nginx"):
        assert shared.run("which", absent, check=False).returncode != 0


def test_a_command_gets_a_login_like_environment(shared: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_STRAY", "from the host")
    shared.run("useradd", "-m", "-s", "/bin/bash", "jeanne")
    told = dict(line.split("=", 1) for line in shared.run("env", user="jeanne").stdout.splitlines() if "=" in line)
    assert (told["HOME"], told["USER"], told["SHELL"]) == ("/home/jeanne", "jeanne", "/bin/bash")
    assert "JALON_STRAY" not in told
    assert shared.sh("pwd; id -un; umask", user="jeanne").stdout.split() == ["/home/jeanne", "jeanne", "0022"]
    assert shared.run("pwd", cwd="/srv").stdout == "/srv\n"
    assert shared.run("cat", input="é'\"\n").stdout == "é'\"\n"


def test_a_failure_carries_the_end_of_the_output(shared: Machine) -> None:
    with pytest.raises(MachineError, match=r"exit status 3\nsaid\nand complained"):
        shared.sh("echo said; echo and complained >&2; exit 3")
    assert shared.sh("exit 3", check=False).returncode == 3


def test_a_command_that_takes_too_long_is_killed(shared: Machine) -> None:
    with pytest.raises(MachineError, match=r"not done after 0.5 s\nstarted"):
        shared.sh("echo started; sleep 4321", timeout=0.5)
    assert shared.run("pgrep", "-f", "sleep 4321", check=False).returncode == 1


def test_files_are_written_inside_even_through_links(shared: Machine) -> None:
    shared.run("ln", "-s", "/srv/real", "/srv/link")
    shared.write("/srv/real/deep/file", "text\n", mode=0o640, owner="root:daemon")
    assert shared.read("/srv/link/deep/file") == "text\n"
    assert shared.run("stat", "-c", "%a %U:%G", "/srv/real/deep/file").stdout == "640 root:daemon\n"
    assert shared.exists("/srv/link") and not shared.exists("/srv/none")
    assert not Path("/srv/real").exists()


def test_a_folder_is_pushed_with_its_modes(shared: Machine, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/run").write_text("#!/bin/sh\necho ran\n")
    (tmp_path / "a/run").chmod(0o755)
    shared.push(tmp_path / "a", "/opt/pushed/here", owner="daemon")
    assert shared.run("/opt/pushed/here/run").stdout == "ran\n"
    assert shared.run("stat", "-c", "%U", "/opt/pushed/here/run").stdout == "daemon\n"


def test_a_page_is_fetched_from_outside(shared: Machine) -> None:
    shared.write("/srv/www/page.html", "<p>page</p>\n")
    server = shared.popen("python3", "-m", "http.server", "8099", cwd="/srv/www", stderr=subprocess.DEVNULL)
    try:
        status, kind, body = _patiently(lambda: shared.fetch("/page.html", port=8099))
        assert (status, kind, body) == (200, "text/html", b"<p>page</p>\n")
    finally:
        server.kill()
    with pytest.raises(OSError):
        shared.fetch("/", port=8098)


def test_the_mirror_and_the_index_are_reached(shared: Machine) -> None:
    shared.run("apt-get", "update", "-qq")
    shared.run("update-ca-certificates")
    shared.run(
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "python3-pip",
        env={"DEBIAN_FRONTEND": "noninteractive"},
    )
    assert "distro" in shared.run("pip", "download", "--no-deps", "-d", "/tmp", "distro").stdout


def test_two_machines_live_side_by_side(shared: Machine, machine: Machine) -> None:
    if network.why_shared():
        pytest.skip(f"machines share the host's network: {network.why_shared()}")
    assert machine.address != shared.address
    servers = [
        each.popen(
            "python3",
            "-m",
            "http.server",
            "80",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/etc/default",
        )
        for each in (machine, shared)
    ]
    try:
        assert [_patiently(lambda m=each: m.fetch("/"))[0] for each in (machine, shared)] == [200, 200]  # type: ignore[misc]
    finally:
        for server in servers:
            server.kill()
    machine.down()
    assert shared.run("systemctl", "is-system-running").stdout == "running\n"


def test_the_disk_outlives_a_reboot(machine: Machine) -> None:
    machine.write("/root/kept", "kept\n")
    machine.write("/run/lost", "lost\n")
    boot = machine.read("/proc/sys/kernel/random/boot_id") + machine.run("stat", "-c", "%Y", "/run").stdout
    machine.reboot()
    assert machine.read("/root/kept") == "kept\n"
    assert not machine.exists("/run/lost")
    assert boot != machine.read("/proc/sys/kernel/random/boot_id") + machine.run("stat", "-c", "%Y", "/run").stdout


def test_a_layer_is_made_once_and_an_older_one_dropped(
    machines: None, new_machine: Callable[..., Machine], request: pytest.FixtureRequest
) -> None:
    made: list[str] = []

    def make(machine: Machine) -> None:
        made.append(machine.name)
        machine.write("/root/layer", "below\n")
        machine.run("rm", "/etc/issue")

    stem = f"selftest{os.getpid()}"  # another run at the same time drops only its own

    def leave_nothing() -> None:
        store.drop_older(f"{stem}-none")
        for lock in (places.cache() / "locks").glob(f"layer-{stem}*"):
            lock.unlink()

    request.addfinalizer(leave_nothing)
    for name in (f"{stem}-1", f"{stem}-2", f"{stem}-2"):
        assert layer(name, make) == name
    layer(f"{stem}b-1", lambda machine: machine.write("/root/second", "above\n"), parent=f"{stem}-2")
    assert len(made) == 2
    assert not store.folder(f"{stem}-1").exists()
    above = new_machine(layer=f"{stem}b-1")
    assert above.read("/root/layer") + above.read("/root/second") == "below\nabove\n"
    assert not above.exists("/etc/issue")
    above.write("/root/layer", "changed\n")
    beside = new_machine(layer=f"{stem}-2")
    assert beside.read("/root/layer") == "below\n"
    beside.down()
    above.down()
    layer(f"{stem}-3", make)
    assert not store.folder(f"{stem}b-1").exists(), "what stood on a dropped layer goes with it"


def test_a_killed_run_leaves_nothing_behind_for_long(machines: None) -> None:
    script = "from tests.machine.machine import Machine; print(Machine.up().name, flush=True); input()"
    run = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    name = run.stdout.readline().strip()
    entry = next(entry for entry in registry.entries() if entry.name == name)
    run.send_signal(signal.SIGKILL)
    run.wait()
    subprocess.run([sys.executable, "tests/machine/machine.py", "clean"], cwd=ROOT, check=True, capture_output=True)
    _gone(entry)


def test_a_terminated_run_cleans_up_itself(machines: None) -> None:
    script = "from tests.machine.machine import Machine; print(Machine.up().name, flush=True); input()"
    run = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    name = run.stdout.readline().strip()
    entry = next(entry for entry in registry.entries() if entry.name == name)
    run.terminate()
    assert run.wait(30) == 128 + signal.SIGTERM
    _gone(entry)


def test_debian_13_boots_too(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(suite="trixie")
    assert 'VERSION_ID="13"' in machine.read("/etc/os-release")
    assert machine.run("systemctl", "is-system-running").stdout == "running\n"


def _gone(entry: registry.Entry) -> None:
    assert not Path(entry.folder).exists()
    assert not registry.alive(entry.nspawn)
    assert entry.name not in {each.name for each in registry.entries()}
    assert entry.folder not in Path("/proc/self/mounts").read_text()


def _patiently(ask: Callable[[], tuple[int, str, bytes]]) -> tuple[int, str, bytes]:
    deadline = time.monotonic() + 10
    while True:
        try:
            return ask()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
