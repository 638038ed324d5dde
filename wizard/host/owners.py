"""Whose a path is, and how a forked child becomes that user for good.

A path is *foreign* from its first component on that root does not own: whoever owns that component may replace all that
is below it between two looks.
"""

from __future__ import annotations

import errno
import os
import pwd
import resource
import signal
import stat
from collections.abc import Iterable

from wizard.base.values import Value

MOST_LINKS = 40  # The kernel's own limit (path_resolution(7)).
NO_USER = "nobody"
ACCESS_LIST = "system.posix_acl_access"
# Of linux/prctl.h.
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38


class Owner(Value):
    """A user that owns a foreign path: the number, and those of all its groups, the primary one first."""

    uid: int
    gids: tuple[int, ...]

    @property
    def name(self) -> str:
        """The account's name; the number as text if it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)


class Limits(Value):
    """What a child may use: `seconds` of processor, `memory` in bytes on top of what its parent has, open `files`."""

    seconds: int = 10
    memory: int = 512 * 2**20
    files: int = 256


def owner_of(path: str, *, follow: bool = True) -> Owner | None:
    """Return the owner of the first component of a path that root does not own; None if it is root's all the way.

    Root's links are followed, at most 40, and the parents of their targets count too; without `follow`, the last
    component's is not. That component counts if it is a link or a folder; a regular file of somebody else's in a folder
    that only root may write is root's to open. `nobody` owns what anybody might put there: what is missing in, or what
    root left as a link or under a second name in, a folder that others may write. Raises `OSError` for a path that
    cannot be looked at, or whose links lead in a circle.
    """
    place, links = "/", 0
    left = parts(os.path.join(os.getcwd(), path) if not path.startswith("/") else path)  # noqa: PTH109, PTH118
    above = _status("/")
    while left:
        here = os.path.join(place, left.pop())  # noqa: PTH118 - a walk of many steps, in which `Path` is the most
        try:
            found = _status(here)
        except (FileNotFoundError, NotADirectoryError):
            return nobody() if above.st_mode & stat.S_IWOTH else None
        if is_foreign(found, above, place, last=not left):
            return _owner(found) if found.st_uid else nobody()
        linked = stat.S_ISLNK(found.st_mode)
        if linked and (left or follow):
            links += 1
            if links > MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            target = os.readlink(here)  # noqa: PTH115
            left += parts(target)
            place, above = ("/", _status("/")) if target.startswith("/") else (place, above)
        else:
            place, above = here, found
    return None


def foreign_program(program: str) -> Owner | None:
    """Return whose a program is that root is to run by its path; None where it is root's all the way, where there is
    none, or for anybody else than root."""
    if os.geteuid() != 0 or not program.startswith("/"):
        return None
    try:
        return owner_of(program)
    except OSError:
        return None


def is_foreign(found: os.stat_result, above: os.stat_result, folder: str, *, last: bool) -> bool:
    """Whether somebody else than root may replace an entry of a folder of root's (`above`, at the path `folder`), or
    what is below it; `last` as in `owner_of`: the way leads no further."""
    shared = others_may_write(above, folder)
    if found.st_uid != 0:
        return shared or not last or not stat.S_ISREG(found.st_mode)
    return shared and _movable(found, above)


def others_may_write(folder: os.stat_result, path: str = "") -> bool:
    """Whether others than root may make, remove and rename entries of a folder of root's. With its `path`, an access
    control list counts too, whose rights the mode shows as the group's (acl(5))."""
    if folder.st_mode & stat.S_IWOTH or (folder.st_mode & stat.S_IWGRP and folder.st_gid != 0):
        return True
    return bool(path and folder.st_mode & stat.S_IWGRP) and _has_access_list(path)


def nobody() -> Owner:
    """The user that owns nothing; 65534 where the system has no account of that name."""
    try:
        account = pwd.getpwnam(NO_USER)
    except KeyError:
        return Owner(65534, (65534,))
    return Owner(account.pw_uid, (account.pw_gid,))


def become(owner: Owner, limits: Limits, keep: Iterable[int] = ()) -> None:
    """Make this process, a forked child with one thread, that user's for good: without root's rights, terminal, open
    files (`keep`, each above 2, stay open), signal handlers and secrets (it cannot be traced or dumped), and within
    limits. It is killed when its parent ends.

    As an ordinary user, for whom `owner` can only be the user itself, all of this but the change of user is done.
    Raises `OSError` or `ValueError` if anything of it fails; the child must then end.
    """
    if owner.uid == 0 or 0 in owner.gids:
        raise ValueError("a child cannot give root up to become root")
    leave_terminal(keep)
    _limit(limits)
    _control(PR_SET_NO_NEW_PRIVS, 1)
    was_root = os.geteuid() == 0
    if was_root:
        os.setgroups(owner.gids)
        os.setresgid(*[owner.gids[0]] * 3)
        os.setresuid(*[owner.uid] * 3)
    if os.getresuid() != (owner.uid,) * 3 or (was_root and _capable()):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    # Both are lost with a change of user.
    _control(PR_SET_DUMPABLE, 0)
    _control(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.umask(0o022)
    os.chdir("/")


def leave_terminal(keep: Iterable[int]) -> None:
    """Make this forked child a session of its own, without a terminal, with default signals, the null device for its
    standard files, and of the others only these open."""
    if os.getpid() != os.getsid(0):
        os.setsid()
    signal.set_wakeup_fd(-1)
    ignored, caught = _masks("SigIgn:", "SigCgt:")
    for number in range(1, signal.NSIG):
        # The C library keeps two for itself, and hands them out to nobody.
        if (ignored | caught) >> (number - 1) & 1 and number not in (32, 33):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    close_all_but(keep)


def close_all_but(keep: Iterable[int]) -> None:
    """Close every descriptor but the standard ones and these."""
    kept = {0, 1, 2, *keep}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:  # That of the listing itself.
                continue


def parts(path: str) -> list[str]:
    """Return the names in a path, the last one first, as a walk takes them."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _status(path: str) -> os.stat_result:
    try:
        return os.lstat(path)
    except ValueError:  # a NUL, or a character that no name can hold
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path) from None


def _movable(found: os.stat_result, above: os.stat_result) -> bool:
    """Whether an entry of root's, in a folder that others may write, may have been put there by them: in a folder that
    all may write but where it is not protected by the sticky bit; as a link or a file with a second name, which others
    can make of root's where `fs.protected_hardlinks` is off."""
    if above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX:
        return True
    return not stat.S_ISDIR(found.st_mode) and (stat.S_ISLNK(found.st_mode) or found.st_nlink > 1)


def _has_access_list(folder: str) -> bool:
    try:
        return bool(os.getxattr(folder, ACCESS_LIST))
    except OSError:  # none, or none on this file system
        return False


def _owner(found: os.stat_result) -> Owner:
    """The owner of an entry. One without an account has the entry's own group, unless that is root's."""
    try:
        account = pwd.getpwuid(found.st_uid)
    except KeyError:
        return Owner(found.st_uid, (found.st_gid,) if found.st_gid else nobody().gids)
    own = account.pw_gid
    gids = (own, *sorted({*os.getgrouplist(account.pw_name, own)} - {own}))
    # Whose primary group is root's has no rights that are only that group's.
    return Owner(found.st_uid, tuple(gid for gid in gids if gid) or nobody().gids)


def _limit(limits: Limits) -> None:
    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123
        present = int(sizes.read().split()[0]) * resource.getpagesize()
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_AS, present + limits.memory),
        (resource.RLIMIT_NOFILE, limits.files),
    ):
        _soft, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _capable() -> bool:
    """Whether this process, no longer root's, has kept capabilities (capabilities(7), `securebits`)."""
    return any(_masks("CapPrm:", "CapEff:", "CapAmb:"))


def _masks(*names: str) -> list[int]:
    """What the kernel says of this process, as numbers of bits (proc_pid_status(5))."""
    with open("/proc/self/status", "rb") as status:  # noqa: PTH123
        lines = dict(line.split(b"\t", 1) for line in status if b"\t" in line)
    return [int(lines[name.encode()], 16) for name in names if name.encode() in lines]


def _control(option: int, value: int) -> None:
    import ctypes

    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
