"""Attacks by file systems that are a tenant's own program (fuse(4)), which answers nothing: whoever asks waits in the
kernel, where SIGKILL does not reach."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import pytest

from tests.machine.tenants.attack import attack
from tests.machine.tenants.changing import OWN
from tests.machine.tenants.ground import DEMO, STRANGER, Ground

# Mounted in a namespace of one's own, so that no program of the system's is needed; others get there through /proc.
FUSE = r"""
import ctypes, os, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
uid, gid, how = os.getuid(), os.getgid(), sys.argv[1]

def write(path, text):
    with open(path, "w") as file:
        file.write(text)

assert libc.unshare(0x10000000 | 0x00020000) == 0  # a namespace of users, one of mounts
write("/proc/self/setgroups", "deny")
write("/proc/self/uid_map", f"{uid} {uid} 1")
write("/proc/self/gid_map", f"{gid} {gid} 1")
libc.prctl(4, 1, 0, 0, 0)
os.makedirs(f"/tmp/f{uid}", exist_ok=True)
device = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={device},rootmode=40000,user_id={uid},group_id={gid}"
assert libc.mount(b"x", f"/tmp/f{uid}".encode(), b"fuse", 6, options.encode()) == 0
for link in sys.argv[2:]:
    os.path.lexists(link) and os.unlink(link)
    os.symlink(f"/proc/{os.getpid()}/root/tmp/f{uid}/x", link)
if how == "mapped" and os.fork() == 0:
    os.close(device)
    listening = socket.create_server(("127.0.0.1", 8899))
    file = os.open(f"/tmp/f{uid}/x", os.O_RDWR)
    place = libc.mmap(None, 4096, 3, 1, file, 0)
    ctypes.memset(place, 65, 4096)
    # Another mapping in its place: what was written is written back first, and until then nobody reads our memory.
    libc.mmap(place, 4096, 3, 0x32, -1, 0)
    time.sleep(1000)

def attributes(mode, node, size):
    return struct.pack("=QQQQQQIIIIIIIIII", node, size, 8, 0, 0, 0, 0, 0, 0, mode, 1, uid, gid, 0, 4096, 0)

while True:
    data = os.read(device, 1 << 17)
    _length, asked, unique, node = struct.unpack_from("=IIQQ", data)
    error, body = 0, b""
    if asked == 26:  # INIT
        body = struct.pack("=IIIIHHIIHHI7I", 7, 31, 65536, 0, 12, 10, 65536, 1, 32, 0, 0, *[0] * 7)
    elif asked == 3:  # GETATTR
        body = struct.pack("=QII", 3600, 0, 0) + (attributes(0o40755, 1, 0) if node == 1 else attributes(0o100644, 2, 4096))
    elif how == "mapped" and asked == 1:  # LOOKUP
        body = struct.pack("=QQQQII", 2, 0, 3600, 3600, 0, 0) + attributes(0o100644, 2, 4096)
    elif asked in (14, 27):  # OPEN, OPENDIR
        body = struct.pack("=QII", 1, 0, 0)
    elif asked == 15:  # READ
        body = b"x" * 4096
    elif asked in (1, 16):  # LOOKUP, WRITE
        write("/canary/stalled", "yes")
        continue
    else:
        error = -38
    os.write(device, struct.pack("=IiQ", 16 + len(body), error, unique) + body)
"""


def stalling(g: Ground, user: str, how: str, *links: str) -> None:
    """Has a user mount such a file system; with `links` to what is in it, or `mapped` into the memory of a process that
    listens."""
    g.machine.write("/tmp/fuse.py", FUSE)
    there = "mknod -m 666 /dev/fuse c 10 229; python3 -c 'open(\"/dev/fuse\")'"
    if (
        g.machine.sh(there, check=False).returncode
        or g.machine.sh("unshare -Urm true", user=user, check=False).returncode
    ):
        pytest.skip("this kernel has no FUSE, or no namespaces for everybody")
    g.later("rm -f /dev/fuse")
    g.background(f"exec python3 /tmp/fuse.py {how} {' '.join(links)} 2>/canary/error", user=user)
    # Whoever looks there waits for ever; so only what must come of it is looked at.
    g.root(
        "[ ! -s /canary/error ] || { cat /canary/error; exit 1; }"
        if links
        else "for i in $(seq 50); do [ -s /canary/stalled ] && exit; sleep 0.1; done; cat /canary/error; exit 1"
    )
    g.root(f"for i in $(seq 50); do [ -L {links[-1]} ] && exit; sleep 0.1; done; exit 1" if links else "true")


@attack("verify took 86 seconds for one link, and 42 more for each further one")
def settings_on_a_stalled_file_system(g: Ground) -> None:
    """Settings and `.git/HEAD` are links into a file system that never answers."""
    stalling(g, DEMO, "linked", "/home/demo/biomaid/instance_settings.py", "/home/demo/biomaid/.git/HEAD")
    found = g.verify(
        *("code", "environment", "settings", "local", "migrate", "static", "service", "nginx"),
        *("system.python", "system.distribution"),
    )
    assert found["settings.compile"]["outcome"] == "unknown", found["settings.compile"]
    assert g.root("cat /canary/stalled").strip() == "yes"


@attack("adopt took 43 seconds for one link")
def adopted_on_a_stalled_file_system(g: Ground) -> None:
    """A stranger's `~/biomaid/instance_settings.py` is one, while root looks for instances of the whole host."""
    g.stranger("mkdir -p ~/biomaid")
    stalling(g, STRANGER, "linked", "/home/passant/biomaid/instance_settings.py")
    for words in (("instances", "biomaid"), ("adopt", "biomaid", "--instance", STRANGER)):
        g.jalon(*words, deadline=60)


@attack("fix took 131 seconds for one link", allowed=OWN)
def fixed_on_a_stalled_file_system(g: Ground) -> None:
    """Repairs are asked for while settings lie on one."""
    stalling(g, DEMO, "linked", "/home/demo/biomaid/instance_settings.py")
    g.jalon("fix", "biomaid", "--instance", DEMO, "--yes", "--format", "json", deadline=120)


@attack("verify hung for ever, whoever's instance it was of")
def memory_on_a_stalled_file_system(g: Ground) -> None:
    """A stranger listens on a port, by a process of which nobody can read the command line any more."""
    stalling(g, STRANGER, "mapped")
    g.verify()
