"""Checkpoints and probes that the user skipped, with the reason, kept in the state for the report."""

from __future__ import annotations

import time

from wizard.base.values import Value, as_dict
from wizard.base.visible import json_text
from wizard.record.own import own_json, write_private
from wizard.record.state import State


class Skip(Value):
    """The reason for skipping a checkpoint or probe; `when` in seconds since the epoch."""

    reason: str
    when: float


def skips(state: State) -> dict[str, Skip]:
    """Return the skips by id of checkpoint or probe; empty if they cannot be read."""
    try:
        found = own_json(state.skips)
        return {str(name): Skip(str(one["reason"]), float(one["when"])) for name, one in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return {}


def skip(state: State, name: str, reason: str) -> None:
    """Record a skip, replacing an earlier one; an empty reason removes it."""
    kept = skips(state)
    kept.pop(name, None)
    if reason:
        kept[name] = Skip(reason, time.time())
    state.make()
    data = {one: as_dict(why) for one, why in kept.items()}
    write_private(state.skips, json_text(data, indent=1).encode(), 0o644)
