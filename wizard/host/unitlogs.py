"""Readings of a unit's log since its last start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.host.children import run_query
from wizard.host.reading import Reading, Unknown

LINES = "200"


class UnitLog(Reading["tuple[str, ...]"]):
    """The last 200 lines that a unit's processes wrote to the systemd journal since it was last started."""

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
    words = ["journalctl", "--no-pager", "--output=cat", f"--lines={LINES}", f"_SYSTEMD_INVOCATION_ID={number}"]
    result = run_query(words)
    if result.status == 127 or "permission" in result.err.lower():
        return Unknown(_("the journal of {unit}: this user may not read it").format(unit=unit), needs="root")
    return tuple(result.out.splitlines())
