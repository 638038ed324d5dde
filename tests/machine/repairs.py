"""`jalon fix` as a person would use it: every offer is agreed to, but for what was to be looked at before."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Container
from typing import Any

from tests.machine.biomaid import JALON
from tests.machine.machine import Machine

Event = dict[str, Any]


def fix(
    machine: Machine, spared: Container[str] = (), yes: bool = False, guide: str = "biomaid"
) -> tuple[int, list[Event]]:
    """Repairs; the exit status and the events. What is offered for a probe that is `spared` is left."""
    words = (JALON, "fix", guide, "--format", "json", *(("--yes",) if yes else ()))
    run = machine.popen(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.stdin and run.stdout and run.stderr
    events = []
    with run:
        for line in run.stdout:
            event = json.loads(line)
            events.append(event)
            if event["event"] == "question":
                agreed, refused = event["choices"]
                answer = refused if event.get("probe", "") in spared else agreed
                run.stdin.write(json.dumps({"answer": answer}) + "\n")
                run.stdin.flush()
        run.stdin.close()
        errors = run.stderr.read()
    assert events and events[-1]["event"] == "end", errors
    assert "Traceback" not in errors, errors
    return run.returncode, events


def told(events: list[Event]) -> str:
    """What a person needs of a repair that did not do."""
    lines = []
    for one in events:
        kind = one["event"]
        if kind == "change" and one["state"] == "begun":
            lines.append(f"+ {one['title']}")
        elif kind == "probe":
            lines.append(f"{one['id']} {one['outcome']} {(one['cause'] or {}).get('id')}: {one['evidence']}")
        elif kind in ("output", "question", "failure"):
            lines.append(f"    {kind}: {one['text'][:200]}")
        elif kind == "repaired":
            lines.append(f"= {one['probe']}")
    left = [f"left {one['id']}: {one['because']}" for one in events[-1].get("left", ())]
    return "\n".join([*lines[-40:], *left])
