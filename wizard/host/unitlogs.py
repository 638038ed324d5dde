"""Readings of what a unit's processes said when it was last started."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.host.children import run_query
from wizard.host.reading import Reading, Unknown

LINES = "200"


class UnitLog(Reading["tuple[str, ...]"]):
    """What the processes of a unit wrote to the journal since it was last started; the last 200 lines of it."""

    family: ClassVar[str] = "unit-logs"
    nothing: ClassVar[tuple[str, ...]] = ()
    unit: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Each unit's own, by the number that systemd gives to a start: what an earlier start said explains nothing."""
    return {one: _said(one.unit) for one in readings if isinstance(one, UnitLog)}


def _said(unit: str) -> tuple[str, ...] | Unknown:
    start = run_query(["systemctl", "show", "--value", "--property=InvocationID", "--", unit])
    number = start.out.strip()
    if start.status or not number:
        return ()
    words = ["journalctl", "--no-pager", "--output=cat", f"--lines={LINES}", f"_SYSTEMD_INVOCATION_ID={number}"]
    result = run_query(words)
    if result.status == 127 or "permission" in result.err.lower():
        return Unknown(_("the journal of {unit}: this user may not read it").format(unit=unit), needs="root")
    return tuple(result.out.splitlines())
