"""What is mounted, as a process sees it (proc_pid_mountinfo(5)), and what should be (fstab(5))."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.files import Content
from wizard.host.reading import Host, Reading, Unknown

FLAGS = frozenset({"ro", "noexec", "nosuid", "nodev"})
FSTAB = "/etc/fstab"
NUMBER = re.compile("[0-9]{1,10}")


class Mount(Value):
    """A mount: `root` is the folder of the file system (`device`) that lies at `point`; `flags` are those of `FLAGS`
    that hold for the mount or for all of its file system; `source` is what fstab names first."""

    id: int
    parent: int
    device: str
    root: str
    point: str
    flags: frozenset[str] = frozenset()
    kind: str = ""
    source: str = ""


class Mounts(Reading["tuple[Mount, ...]"]):
    """What the process with a PID has mounted; 0: this process."""

    family: ClassVar[str] = "mounts"
    nothing: ClassVar[tuple[Mount, ...]] = ()
    pid: int = 0


class Wanted(Value):
    """A line of fstab: what is to be mounted where, with which options; `automatic` is whether at every start."""

    source: str
    point: str
    kind: str = ""
    options: tuple[str, ...] = ()

    @property
    def automatic(self) -> bool:
        """Whether it is mounted without anybody asking."""
        return "noauto" not in self.options


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Mounts`."""
    return {reading: _mounts(getattr(reading, "pid", 0)) for reading in readings}


def _mounts(pid: int) -> Any:
    path = f"/proc/{pid or 'self'}/mountinfo"
    try:
        return parse(opening.made_up(path).decode(errors="replace"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        return opening.unknown(path, error)


def parse(text: str) -> tuple[Mount, ...]:
    """Return the mounts of a `mountinfo`, in its order. Lines of another shape are left out."""
    found = []
    for line in lines_of(text):
        before, _dash, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) < 6 or len(rest) < 3 or not all(NUMBER.fullmatch(one) for one in fields[:2]):
            continue
        flags = FLAGS & {*fields[5].split(","), *rest[2].split(",")}
        root, point, source = (_plain(word) for word in (fields[3], fields[4], rest[1]))
        found.append(Mount(int(fields[0]), int(fields[1]), fields[2], root, point, flags, rest[0], source))
    return tuple(found)


def _plain(word: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)


def covering(mounts: Sequence[Mount], path: str) -> Mount | None:
    """Return the mount in which a path without links lies; None where that is not to be said."""
    numbers = {one.id for one in mounts}
    # Whoever may make mounts of its own may make thousands, one over the other: each is looked at once.
    within: dict[int, list[Mount]] = defaultdict(list)
    for one in mounts:
        if one.parent != one.id and is_below(path, one.point):
            within[one.parent].append(one)
    here = next(
        (one for one in mounts if one.point == "/" and (one.parent == one.id or one.parent not in numbers)), None
    )
    while here is not None:
        # The way comes to the shortest first; what is mounted over another is its child.
        below = within.pop(here.id, [])
        if not below:
            return here
        here = min(below, key=lambda one: len(one.point))
    return None


def is_below(path: str, folder: str) -> bool:
    """Whether a path is that folder, or in it."""
    return path == folder or folder == "/" or path.startswith(f"{folder}/")


def place_in(mount: Mount, path: str) -> tuple[str, str]:
    """Return the device and the path in its file system of what a path in that mount leads to."""
    return mount.device, posixpath.normpath(f"{mount.root}/{posixpath.relpath(path, mount.point)}")


def wanted(text: str) -> tuple[Wanted, ...]:
    """Return the lines of an fstab that mount something somewhere."""
    found = []
    for line in lines_of(text):
        words = [_plain(word) for word in line.split("#")[0].split()] if not line.lstrip().startswith("#") else []
        if len(words) > 3 and words[1].startswith("/"):
            found.append(Wanted(words[0], posixpath.normpath(words[1]), words[2], tuple(words[3].split(","))))
    return tuple(found)


def not_mounted(host: Host, path: str) -> Wanted | None:
    """Return the line of fstab for the nearest disk that a path should lie on and that is not mounted; None if there is
    none, or that is not to be said."""
    text, mounts = host.read(Content(FSTAB)), host.read(Mounts())
    if not isinstance(text, bytes) or isinstance(mounts, Unknown) or not mounts:
        return None
    points = {one.point for one in mounts}
    lines = [one for one in wanted(text.decode(errors="replace")) if one.point != "/" and is_below(path, one.point)]
    nearest = max(lines, key=lambda one: len(one.point), default=None)
    return nearest if nearest is not None and nearest.point not in points else None
