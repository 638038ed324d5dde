"""Readings of a unit's log since its last start."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.host.children import run_query
from wizard.host.reading import Reading, Unknown

LINES = "200"
# What processes hand to the journal is of any size, and has any number of lines: as much is read of it as of a log.
MOST, MOST_PRINTED = 64 * 1024, 8 * 2**20
SECONDS = 8.0


class UnitLog(Reading["tuple[str, ...]"]):
    """The last lines that a unit's processes wrote to the systemd journal since it was last started: of at most 200
    entries, and 64 KiB. An entry of more than 4 KiB is left out."""

    family: ClassVar[str] = "unit-logs"
    nothing: ClassVar[tuple[str, ...]] = ()
    unit: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `UnitLog` readings by the unit's invocation ID: logs of earlier starts explain nothing."""
    return {one: _said(one.unit) for one in readings if isinstance(one, UnitLog)}


def _said(unit: str) -> tuple[str, ...] | Unknown:
    start = run_query(["systemctl", "show", "--value", "--property=InvocationID", "--", unit])
    number = start.out.strip()
    if start.status or not number:
        return ()
    # In this form journalctl reads no more of a field than 4 KiB, and the lines of an entry are known for its own.
    words = ["journalctl", "--no-pager", "--output=json", "--output-fields=MESSAGE", f"--lines={LINES}"]
    result = run_query([*words, f"_SYSTEMD_INVOCATION_ID={number}"], deadline=SECONDS, most=MOST_PRINTED)
    if result.status == 127 or "permission" in result.err.lower():
        return Unknown(_("the journal of {unit}: this user may not read it").format(unit=unit), needs="root")
    if result.status in (124, 125):
        return Unknown(result.tail)
    return newest(result.out)


def newest(printed: str) -> tuple[str, ...]:
    """Return the last lines of what `journalctl --output=json` printed."""
    kept: list[str] = []
    left = MOST
    for line in reversed(printed.split("\n")):
        for said in reversed(lines_of("\n".join(_messages(line))[-MOST:])):
            left -= len(said) + 1
            if left < 0:
                return tuple(reversed(kept))
            kept.append(said)
    return tuple(reversed(kept))


def _messages(line: str) -> Iterator[str]:
    """The messages of an entry: a text, the numbers of bytes that are none, or a list of these; none for a long one."""
    try:
        said = json.loads(line).get("MESSAGE")
    except (ValueError, AttributeError, RecursionError):
        return
    several = isinstance(said, list) and not all(isinstance(one, int) for one in said)
    for one in said if several else (said,):
        if isinstance(one, str):
            yield one
        elif isinstance(one, list) and all(isinstance(number, int) and 0 <= number < 256 for number in one):
            yield bytes(one).decode(errors="replace")
