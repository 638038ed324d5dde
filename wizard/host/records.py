"""Readings of the instance's journal."""

from __future__ import annotations

from typing import ClassVar

from wizard.base.values import Value
from wizard.host.reading import Reading


class Written(Value):
    """What the journal knows of a generated file: the hash last written ("": never) and, if the user's edit was kept,
    the hashes of the edited file and of the rendered one at that time."""

    last: str = ""
    kept_disk: str = ""
    kept_rendered: str = ""


class WrittenAt(Reading[Written]):
    """What the journal knows of the generated file at a path."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[Written] = Written()
    path: str


class Applied(Reading[bool]):
    """Whether the journal holds a change of that kind and subject, begun (or, with `done`, completed) and not removed
    by a later one."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[bool] = False
    change: str
    subject: str
    done: bool = False


class MadeAt(Reading["tuple[str, ...]"]):
    """The paths of files and links that a checkpoint created, oldest first."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[tuple[str, ...]] = ()
    checkpoint: str


class LinesAdded(Reading["tuple[tuple[str, str], ...]"]):
    """The lines that were added to crontabs, as pairs of user and line."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[tuple[tuple[str, str], ...]] = ()


class TakenOver(Reading[bool]):
    """Whether the instance was there before Jalon, which took it over."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[bool] = False


class Agreed(Reading[bool]):
    """Whether a person has agreed, in this run, that this is made anew and empty, though it was there once."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[bool] = False
    subject: str
