"""Readings of a Django settings file: what its source says, without running it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from wizard.base.values import Value, field
from wizard.host.reading import Reading


class Computed(Value):
    """Marks a value that only running the file would tell; there is but one, `COMPUTED`."""

    def __new__(cls) -> Computed:
        """The one there is, also when it arrives from another process."""
        return globals().get("COMPUTED") or super().__new__(cls)


COMPUTED = Computed()


class Settings(Value):
    """What a settings file says.

    `values`: the last value of each name assigned at module level, as plain data (texts, bytes, numbers, truth values,
    None, lists, tuples, sets, mappings); `COMPUTED` where it is no literal, or where something later may change it.
    `problem`: why it is not Python, and the `line`, or ""; then there are no values. `lines`: how many it has.
    """

    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    problem: str = ""
    line: int = 0
    lines: int = 0


class SettingsAt(Reading["Settings | None"]):
    """What the settings file at a path says; None if there is no such file.

    Never answered by parsing with root's rights what somebody else may write.
    """

    family: ClassVar[str] = "settings"
    path: str
