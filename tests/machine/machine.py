#!/usr/bin/env python3
"""A throwaway Debian machine with real systemd, for tests and for trials by hand.

    machine.py up NAME [SUITE]    boots a fresh machine that stays up; prints its address and its folder
    machine.py run NAME CMD...    runs a command in it as root, with a login-like environment
    machine.py reboot NAME        powers it off and boots it again, its disk kept
    machine.py down NAME          ends it and removes it
    machine.py clean [all]        removes what killed runs left behind; with `all`, bases and layers too

Needs root, systemd-nspawn, debootstrap and overlayfs; `Machine.why_not` says what is missing.
"""

from __future__ import annotations

import atexit
import http.client
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

if __package__ in (None, ""):  # started as a program: the checkout is two folders up
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.machine import network, nspawn, registry, store, surroundings
from tests.machine.places import MachineError, cache, checked_name, must, quietly

__all__ = ["Machine", "MachineError", "layer"]

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_living: dict[str, Machine] = {}


class Machine:
    """One booted machine. It ends with its `with` block, with `down`, or with the process that made it."""

    def __init__(self, entry: registry.Entry) -> None:
        """For `up` and `find`, which know an entry; nobody else makes one."""
        self._entry = entry

    @classmethod
    def up(
        cls,
        name: str | None = None,
        suite: str = "bookworm",
        layer: str | None = None,
        binds: Sequence[str] = (),
    ) -> Machine:
        """Boots a fresh machine: of `suite`, or on top of `layer` (then `suite` does not matter).

        `binds` are host paths, "SOURCE" or "SOURCE:TARGET", seen read-only in the machine.
        """
        below = store.lowers(suite, layer)
        name = checked_name(name or f"t-{os.getpid()}-{os.urandom(3).hex()}")
        folder = cache() / "machines" / name
        shared = network.why_shared() is not None
        entry = registry.take(name, folder, below, shared, (*surroundings.binds(), *binds))
        machine = cls(entry)
        _remember(machine)
        try:
            for part in ("upper", "work", "merged"):
                (folder / part).mkdir(parents=True)
            options = f"lowerdir={':'.join(below)},upperdir={folder}/upper,workdir={folder}/work"
            must("mount", "-t", "overlay", "jalon-tests", "-o", options, str(folder / "merged"))
            surroundings.settle(folder / "merged")
            if not shared:
                network.make(entry.slot)
            machine._entry = nspawn.boot(entry)
        except BaseException:
            machine.down()
            raise
        return machine

    @classmethod
    def find(cls, name: str) -> Machine:
        """A machine that another process brought up; it is not ended with this one."""
        for entry in registry.entries():
            if entry.name == name:
                return cls(entry)
        raise MachineError(f"no machine named {name}")

    @staticmethod
    @lru_cache(maxsize=1)
    def why_not() -> str | None:
        """Why no machine can be had here, in one sentence; None when they can."""
        if sys.platform != "linux":
            return "machines need Linux"
        if os.geteuid() != 0:
            return "machines need root"
        for command in ("systemd-nspawn", "debootstrap", "nsenter", "mount"):
            if shutil.which(command) is None:
                return f"the command {command} is missing"
        if "debian" not in surroundings.mirrors():
            return "this host's apt names no Debian mirror"
        if not (Path("/sys/fs/cgroup/cgroup.procs").exists() or Path("/sys/fs/cgroup/unified/cgroup.procs").exists()):
            return "the second cgroup hierarchy is not mounted"
        why_shared = network.why_shared()
        held = network.port_held(80, 5432) if why_shared else None
        if held:
            return f"machines must share this host's network ({why_shared}), and its port {held} is held"
        return _why_no_overlay()

    @property
    def name(self) -> str:
        """What the command line of this module knows it by."""
        return self._entry.name

    @property
    def address(self) -> str:
        """Where this host reaches the machine."""
        return "127.0.0.1" if self._entry.shared_network else network.address(self._entry.slot)

    @property
    def root(self) -> Path:
        """The machine's files as this host sees them, without what is mounted inside (/run, /tmp)."""
        return Path(self._entry.folder) / "merged"

    def run(
        self,
        *argv: str,
        user: str | None = None,
        input: str | None = None,
        env: Mapping[str, str] | None = None,
        check: bool = True,
        timeout: float = 600,
        cwd: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in the machine with the environment of a fresh login (root's, or `user`'s).

        Raises MachineError with the end of its output when it fails (unless `check` is false), and when it
        takes longer than `timeout` seconds; then it and what it started are killed.
        """
        process = self.popen(
            *argv,
            user=user,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            out, err = process.communicate(input, timeout=timeout)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise MachineError(_told(argv, f"not done after {timeout:g} s", out, err)) from None
            raise
        if check and process.returncode != 0:
            raise MachineError(_told(argv, f"exit status {process.returncode}", out, err))
        return subprocess.CompletedProcess(argv, process.returncode, out, err)

    def sh(
        self,
        script: str,
        *,
        user: str | None = None,
        input: str | None = None,
        env: Mapping[str, str] | None = None,
        check: bool = True,
        timeout: float = 600,
        cwd: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a bash script, as `run` runs a command."""
        return self.run("bash", "-c", script, user=user, input=input, env=env, check=check, timeout=timeout, cwd=cwd)

    def popen(
        self,
        *argv: str,
        user: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        **options: Any,
    ) -> subprocess.Popen[str]:
        """Starts a command in the machine, in a session of its own, so that `os.killpg` reaches all of it.

        `options` go to `subprocess.Popen`; standard streams are text, undecodable bytes replaced.
        """
        pid = nspawn.leader(self._entry)
        if pid is None:
            raise MachineError(f"machine {self.name} is off")
        uid, home, shell = self._account(user or "root")
        become = () if user is None else ("runuser", "-u", user, "--")
        settings = {
            "HOME": home,
            "USER": user or "root",
            "LOGNAME": user or "root",
            "SHELL": shell,
            "PATH": _PATH if uid == 0 else "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games",
            "LANG": "C.UTF-8",
            "TERM": "linux",
            **surroundings.environment(),
            **(env or {}),
        }
        words = [f"{key}={value}" for key, value in settings.items()]
        return subprocess.Popen(
            ["nsenter", "-a", "-t", str(pid), *become, "env", "-i", "-C", cwd or home, *words, *argv],
            text=True,
            errors="replace",
            start_new_session=True,
            umask=0o022,
            **options,
        )

    def write(self, path: str, text: str, mode: int = 0o644, owner: str | None = None) -> None:
        """Writes a file in the machine, making the folders above it; `owner` as chown takes it."""
        script = 'set -e; mkdir -p "$(dirname "$1")"; cat >"$1"; chmod "$2" "$1"; [ -z "$3" ] || chown "$3" "$1"'
        self.run("sh", "-c", script, "sh", path, f"{mode:o}", owner or "", input=text)

    def read(self, path: str) -> str:
        """A file's text; MachineError when it cannot be read."""
        return self.run("cat", path).stdout

    def exists(self, path: str) -> bool:
        """Whether something is at that path; a dangling link is."""
        return self.run("sh", "-c", '[ -e "$1" ] || [ -L "$1" ]', "sh", path, check=False).returncode == 0

    def push(self, source: Path, target: str, owner: str | None = None) -> None:
        """Copies a host's file or folder to `target` in the machine, modes kept, owned by root or `owner`."""
        self.run("mkdir", "-p", str(PurePosixPath(target).parent))
        self.run("rm", "-rf", target)
        place = self.root / f".push-{os.urandom(4).hex()}"
        try:
            if source.is_dir():
                shutil.copytree(source, place, symlinks=True)
            else:
                shutil.copy2(source, place)
            # Moved inside the machine: links in `target` must be followed there, not on the host.
            self.run("chown", "-R", owner or "root:root", f"/{place.name}")
            self.run("mv", f"/{place.name}", target)
        finally:
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)

    def fetch(self, path: str, host: str | None = None, port: int = 80) -> tuple[int, str, bytes]:
        """GETs a page from outside the machine; (status, content type, body), redirects not followed.

        `host` is the name asked for (by default the address); OSError when nobody listens.
        """
        connection = http.client.HTTPConnection(self.address, port, timeout=30)
        try:
            connection.request("GET", path, headers={"User-Agent": "test", **({"Host": host} if host else {})})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        finally:
            connection.close()

    def reboot(self) -> None:
        """Powers off in good order and boots again; disk, address and binds stay."""
        nspawn.power_off(self._entry)
        self._entry = nspawn.boot(self._entry)

    def poweroff(self) -> None:
        """Powers off in good order; the disk stays, and `boot` brings it back."""
        nspawn.power_off(self._entry)

    def boot(self) -> None:
        """Boots a machine that was powered off."""
        self._entry = nspawn.boot(self._entry)

    def down(self) -> None:
        """Ends the machine and removes every trace of it; a second time does nothing."""
        _living.pop(self.name, None)
        registry.release(self._entry)

    def freeze(self, layer: str) -> None:
        """Powers off and makes what this machine has of its own the read-only layer; ends the machine."""
        self.poweroff()
        must("umount", str(self.root))
        shutil.rmtree(Path(self._entry.folder) / "work", ignore_errors=True)
        store.keep(layer, Path(self._entry.folder) / "upper", self._entry.lowers)
        self.down()

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *exc: object) -> None:
        self.down()

    def _account(self, user: str) -> tuple[int, str, str]:
        for line in (self.root / "etc/passwd").read_text(errors="replace").splitlines():
            fields = line.split(":")
            if fields[0] == user and len(fields) == 7:
                return int(fields[2]), fields[5], fields[6]
        raise MachineError(f"machine {self.name} has no user {user}")


def layer(name: str, make: Callable[[Machine], None], parent: str = "bookworm", binds: Sequence[str] = ()) -> str:
    """The name of a layer that is there: made by `make` on a fresh machine when it is not.

    `parent` is a suite or another layer. `name` ends in a dash and a hash of what the layer is made from;
    layers that differ in that last part only are removed, unless a living machine stands on them.
    """

    def freeze_one() -> None:
        on_suite = parent in store.SUITES
        with Machine.up(
            suite=parent if on_suite else "bookworm", layer=None if on_suite else parent, binds=binds
        ) as machine:
            make(machine)
            machine.freeze(name)

    store.made_layer(name, freeze_one)
    return name


@lru_cache(maxsize=1)
def _why_no_overlay() -> str | None:
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache(), prefix=".probe-") as scratch:
        for part in ("lower", "upper", "work", "merged"):
            Path(scratch, part).mkdir()
        options = f"lowerdir={scratch}/lower,upperdir={scratch}/upper,workdir={scratch}/work"
        if not quietly("mount", "-t", "overlay", "jalon-tests", "-o", options, f"{scratch}/merged"):
            return f"overlayfs cannot be mounted below {cache()}"
        quietly("umount", f"{scratch}/merged")
    return None


def _told(argv: Sequence[str], what: str, out: str, err: str) -> str:
    tail = "\n".join(part.strip()[-3000:] for part in (out, err) if part.strip())
    return f"{shlex.join(argv)[:600]}: {what}\n{tail}"


def _remember(machine: Machine) -> None:
    if not _living:
        atexit.register(_end_all)
        # The default action would end this process without its exit handlers, machines left running.
        if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _exit_in_order)
    _living[machine.name] = machine


def _exit_in_order(number: int, frame: types.FrameType | None) -> None:
    sys.exit(128 + number)


def _end_all() -> None:
    for machine in list(_living.values()):
        machine.down()


def _main(words: Sequence[str]) -> int:
    if (
        not words
        or words[0] not in ("up", "run", "reboot", "down", "clean")
        or (words[0] != "clean" and len(words) < 2)
    ):
        print(__doc__, file=sys.stderr)
        return 64
    verb, rest = words[0], words[1:]
    if verb == "clean":
        for removed in registry.clean():
            print(f"removed {removed}")
        if rest == ["all"] and not registry.entries():
            shutil.rmtree(cache(), ignore_errors=True)
        return 0
    if verb == "up":
        why = Machine.why_not()
        if why is not None:
            raise MachineError(why)
        machine = Machine.up(rest[0], rest[1] if len(rest) > 1 else "bookworm")
        registry.handed_over(machine._entry)
        _living.clear()
        print(machine.address, machine.root)
        return 0
    machine = Machine.find(rest[0])
    if verb == "run":
        return machine.popen(*rest[1:]).wait()
    if verb == "reboot":
        machine._entry = registry.taken_over(machine._entry)
        machine.reboot()
        registry.handed_over(machine._entry)
    else:
        machine.down()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(_main(sys.argv[1:]))
    except MachineError as error:
        sys.exit(str(error))
