"""What people skipped, and why: kept in the state of the instance, for the report to tell."""

from __future__ import annotations

import json
import time

from wizard.base.values import Value, as_dict
from wizard.record.state import State, write_private


class Skip(Value):
    """A person's reason for leaving a checkpoint or a probe as it is; `when` in seconds since the epoch."""

    reason: str
    when: float


def skips(state: State) -> dict[str, Skip]:
    """The reasons by the id of the checkpoint or probe; none where they cannot be read."""
    try:
        found = json.loads(state.skips.read_text(encoding="utf-8"))
        return {str(name): Skip(str(one["reason"]), float(one["when"])) for name, one in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def skip(state: State, name: str, reason: str) -> None:
    """Keeps the reason for that checkpoint or probe in place of an earlier one; an empty reason takes it back."""
    kept = skips(state)
    kept.pop(name, None)
    if reason:
        kept[name] = Skip(reason, time.time())
    state.make()
    data = {one: as_dict(why) for one, why in kept.items()}
    write_private(state.skips, json.dumps(data, ensure_ascii=False, indent=1).encode(errors="replace"), 0o644)
