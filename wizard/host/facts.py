"""Facts: properties of a machine that do not change while Jalon runs."""

from __future__ import annotations

import fcntl
import grp
import os
import pwd
import socket
import struct
from array import array
from functools import lru_cache
from pathlib import Path

from wizard.base.values import Value
from wizard.host.release import release

GIB = 1024**3
SIOCGIFCONF = 0x8912
# The bytes of a `struct ifreq`, whose largest member is a `struct ifmap`, and how many of them are asked for.
INTERFACE, INTERFACES = 16 + struct.calcsize("LLHBBB0L"), 256
# Programs that guides can use if present, without installing them.
LOOKED_FOR = ("git", "nginx")
FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


class Facts(Value):
    """The facts of one machine. Memory and disk in bytes; `python` is the minor version of `/usr/bin/python3`;
    `programs` are those of `LOOKED_FOR` that are installed; `free_port` is the first free TCP port from 8080 on."""

    distribution: str = "debian"
    like: tuple[str, ...] = ()
    version: str = "12"
    codename: str = "bookworm"
    name: str = "Debian GNU/Linux 12 (bookworm)"
    package_manager: str = "apt"
    systemd: bool = True
    wsl: int = 0
    container: str = ""
    virtualisation: str = ""
    selinux: str = "disabled"
    processors: int = 2
    memory: int = 4 * GIB
    disk: int = 40 * GIB
    disk_free: int = 30 * GIB
    hostname: str = "serveur"
    addresses: tuple[str, ...] = ()
    python: str = "3.11"
    locale: str = "C.UTF-8"
    user: str = "root"
    root: bool = True
    sudo: bool = True
    group: str = "root"
    home: str = "/root"
    programs: tuple[str, ...] = ("git", "nginx")
    free_port: int = 8080

    @property
    def own_view(self) -> bool:
        """Whether systemd may give a service a view of the files of its own. Containers other than systemd's forbid it
        more often than not (226/NAMESPACE)."""
        return self.container in ("", "systemd-nspawn")


@lru_cache(maxsize=1)
def gather() -> Facts:
    """Return the facts of this machine, gathered once per process."""
    system = release()
    family = (system.id, *system.like)
    usage = os.statvfs("/")
    return Facts(
        distribution=system.id,
        like=system.like,
        version=system.version,
        codename=system.codename,
        name=system.name,
        package_manager=_package_manager(family),
        systemd=Path("/run/systemd/system").is_dir(),
        wsl=_wsl(),
        container=_container(),
        virtualisation=_virtualisation(),
        selinux=_selinux(),
        processors=len(os.sched_getaffinity(0)),
        memory=_memory(),
        disk=usage.f_blocks * usage.f_frsize,
        disk_free=usage.f_bavail * usage.f_frsize,
        hostname=socket.gethostname(),
        addresses=_addresses(),
        python=_system_python(),
        locale=os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C",
        user=_user(),
        root=os.geteuid() == 0,
        sudo=any(Path(folder, "sudo").exists() for folder in ("/usr/bin", "/bin", "/usr/local/bin")),
        group=_group(),
        home=os.environ.get("HOME") or _home(),
        programs=tuple(name for name in LOOKED_FOR if any(Path(folder, name).exists() for folder in FOLDERS)),
        free_port=_free_port(8080),
    )


def _memory() -> int:
    """Return what `/proc/meminfo` says, which containers have of their own."""
    try:
        # Its first line: `MemTotal:       16316412 kB`.
        return int(_first_line("/proc/meminfo").split()[1]) * 1024
    except (IndexError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _user() -> str:
    """Return the current user's name, or the UID if it has no account, as in some containers."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _group() -> str:
    try:
        return grp.getgrgid(os.getegid()).gr_name
    except KeyError:
        return str(os.getegid())


def _home() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return "/"


def _free_port(first: int) -> int:
    """Return the first of a hundred ports that can be bound; `first` if none can."""
    for port in range(first, first + 100):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("", port))
            except OSError:
                continue
            return port
    return first


def _package_manager(family: tuple[str, ...]) -> str:
    for manager, names in {
        "apt": {"debian", "ubuntu"},
        "dnf": {"rhel", "fedora", "centos"},
        "pacman": {"arch"},
    }.items():
        if names.intersection(family):
            return manager
    return ""


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").split("\n", 1)[0].strip()
    except OSError:
        return ""


def _wsl() -> int:
    release = _first_line("/proc/sys/kernel/osrelease")
    if "microsoft" not in release.lower():
        return 0
    # WSL 1 has no kernel of its own and names itself "-Microsoft", with a capital.
    return 1 if release.endswith("-Microsoft") else 2


def _container() -> str:
    """Return the kind of container, as systemd notes it, or else by the marks of those that come without systemd."""
    if noted := _first_line("/run/systemd/container"):
        return noted
    for mark, kind in {"/run/.containerenv": "podman", "/.dockerenv": "docker"}.items():
        if Path(mark).exists():
            return kind
    # Of LXC the first process alone knows, and root may ask it.
    variables = _first_line("/proc/1/environ").split("\0")
    return next((one.removeprefix("container=") for one in variables if one.startswith("container=")), "")


def _virtualisation() -> str:
    product = _first_line("/sys/class/dmi/id/product_name") or _first_line("/sys/hypervisor/type")
    vendor = _first_line("/sys/class/dmi/id/sys_vendor")
    return " ".join(word for word in (vendor, product) if word)


def _selinux() -> str:
    state = _first_line("/sys/fs/selinux/enforce")
    return {"1": "enforcing", "0": "permissive"}.get(state, "disabled")


def _addresses() -> tuple[str, ...]:
    """Return the IPv4 addresses of all interfaces but loopback's, as netdevice(7) has it (SIOCGIFCONF)."""
    entries = array("B", bytes(INTERFACES * INTERFACE))
    start, length = entries.buffer_info()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            told = fcntl.ioctl(asked, SIOCGIFCONF, struct.pack("iP", length, start))
    except OSError:
        return ()
    used = struct.unpack("iP", told)[0]
    each = (socket.inet_ntoa(entries[place + 20 : place + 24].tobytes()) for place in range(0, used, INTERFACE))
    return tuple(dict.fromkeys(one for one in each if not one.startswith("127.")))


def _system_python() -> str:
    """Return the minor version (`3.11`) of `/usr/bin/python3` from its link, without running it; "" if unknown."""
    try:
        target = Path("/usr/bin/python3").resolve().name
    except OSError:
        return ""
    minor = target.removeprefix("python")
    return minor if minor[:2] == "3." else ""
