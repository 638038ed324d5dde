"""Which distribution a machine runs, from its release files (os-release(5))."""

from __future__ import annotations

import os
import stat

from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.base.values import Value

PLACES = ("/etc/os-release", "/usr/lib/os-release")
MOST = 64 * 1024
PLAIN = frozenset({"debian", "ubuntu"})
"""Whose files say all of it in plain words. For these, nothing is left that `distro` would know better, and loading it
takes longer than all else that a verification asks of it."""
LINE = pattern(r"\s*([A-Za-z_][A-Za-z0-9_]*)=[\"']?(.*?)[\"']?\s*")


class Release(Value):
    """A distribution: its id, those it is like, its version, the version's code name, and its name for people."""

    id: str = ""
    like: tuple[str, ...] = ()
    version: str = ""
    codename: str = ""
    name: str = ""


def release(path: str = "") -> Release:
    """Return what the release files say, or the one at `path`; of a damaged one, as much as can be made out."""
    text = next((found for place in ((path,) if path else PLACES) if (found := _text(place))), "")
    plain = _plain(text)
    if plain.id in PLAIN and plain.version and plain.codename and "\\" not in text:
        return plain
    if text and "\ufffd" not in text and "\0" not in text:
        try:
            return _known(path)
        except (ValueError, OSError):  # an open quote, a file that is not UTF-8
            pass
    return plain


def _text(path: str) -> str:
    """Its text. Facts are known before anything can be opened for a host; no folder on the way is anybody's but root's,
    so that only what stands there needs a look."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST:
            return ""
        return os.read(descriptor, found.st_size).decode(errors="replace")
    finally:
        os.close(descriptor)


def _known(path: str) -> Release:
    from distro import LinuxDistribution

    # The files suffice; lsb_release and uname would each cost a child process.
    distro = LinuxDistribution(include_lsb=False, include_uname=False, os_release_file=path)
    like = tuple(distro.like().split())
    return Release(distro.id(), like, distro.version(), distro.codename(), distro.name(pretty=True))


def _plain(text: str) -> Release:
    """Read line by line, whatever quotes are open."""
    found = {match[1]: match[2] for line in lines_of(text) if (match := LINE.fullmatch(line[:1000]))}
    return Release(
        id=found.get("ID", "").lower(),
        like=tuple(found.get("ID_LIKE", "").lower().split()),
        version=found.get("VERSION_ID", ""),
        codename=found.get("VERSION_CODENAME", ""),
        name=found.get("PRETTY_NAME", "") or found.get("NAME", ""),
    )
