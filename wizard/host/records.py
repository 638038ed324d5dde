"""Readings of what Jalon itself wrote down about this instance."""

from __future__ import annotations

from typing import ClassVar

from wizard.base.values import Value
from wizard.host.reading import Reading


class Written(Value):
    """The last that is known of a generated file: the hash of what was last written there ("" for never), and
    where a person's own edit was kept, the hashes of their file and of what was rendered then."""

    last: str = ""
    kept_disk: str = ""
    kept_rendered: str = ""


class WrittenAt(Reading[Written]):
    """What the journal knows of the generated file at a path."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[Written] = Written()
    path: str


class Applied(Reading[bool]):
    """Whether the journal of this instance holds a change of that kind with that subject, begun, or `done`, and none
    since that took away what it made."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[bool] = False
    change: str
    subject: str
    done: bool = False


class MadeAt(Reading["tuple[str, ...]"]):
    """The paths of the files and links that this instance's journal holds of a checkpoint, oldest first."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[tuple[str, ...]] = ()
    checkpoint: str


class LinesAdded(Reading["tuple[tuple[str, str], ...]"]):
    """The lines that this instance's journal holds as added to crontabs, each after its user."""

    family: ClassVar[str] = "journal"
    nothing: ClassVar[tuple[tuple[str, str], ...]] = ()
