"""Reads what the enabled timers of systemd start, from the unit files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from wizard.base.patterns import pattern
from wizard.host import opening
from wizard.host.crontab import SystemJob
from wizard.host.reading import Reading

ENABLED = "/etc/systemd/system"
FOLDERS = (ENABLED, "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")
MOST = 200
MOST_BYTES = 2**20
# Blanks are looked at once, from the first of them.
CONTINUED = pattern(r"(?:(?<![ \t])[ \t]+)?\\\n\s*")


class TimerJobs(Reading["tuple[SystemJob, ...]"]):
    """The commands of services that enabled timers start: `place` is the timer, the schedule its `OnCalendar`;
    among the settings is the service's `WorkingDirectory`."""

    family: ClassVar[str] = "timers"
    nothing: ClassVar[tuple[SystemJob, ...]] = ()


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `TimerJobs`."""
    jobs = tuple(job for name in sorted({*_enabled()})[:MOST] for job in _jobs(name))
    return dict.fromkeys(readings, jobs)


def _enabled() -> Iterator[str]:
    for folder in _names(ENABLED):
        if folder.endswith(".wants"):
            yield from (name for name in _names(f"{ENABLED}/{folder}") if name.endswith(".timer"))


def _jobs(timer: str) -> Iterator[SystemJob]:
    said = settings(_text(timer))
    service = _last(said, "Unit") or timer.removesuffix(".timer") + ".service"
    schedule = _last(said, "OnCalendar") or _last(said, "OnUnitActiveSec") or _last(said, "OnBootSec")
    run = settings(_text(service))
    instance = service.partition("@")[2].rpartition(".")[0]
    for command in run.get("ExecStart", []):
        plain = re.sub(r"%[iI]", lambda _found: instance, command.lstrip("@-:+!|"))
        folder = (("WorkingDirectory", _last(run, "WorkingDirectory").lstrip("-")),)
        yield SystemJob(timer, _last(run, "User") or "root", schedule, plain.strip(), settings=folder)


def settings(text: str) -> dict[str, list[str]]:
    """Return what unit files assign, in order; an empty value forgets those before it (systemd.syntax(7))."""
    found: dict[str, list[str]] = {}
    for line in CONTINUED.sub(" ", text).split("\n"):
        name, sign, value = (part.strip() for part in line.partition("="))
        if not sign or name.startswith(("#", ";")):
            continue
        if value:
            found.setdefault(name, []).append(value)
        else:
            found[name] = []
    return found


def _last(said: dict[str, list[str]], name: str) -> str:
    values = said.get(name, [])
    return values[-1] if values else ""


def _text(unit: str) -> str:
    """A unit's file, the first there is, and its drop-ins behind it."""
    kinds = [unit, re.sub(r"@[^.]*", "@", unit)]
    texts = [text for name in kinds for folder in FOLDERS if (text := _read(f"{folder}/{name}")) is not None][:1]
    for name in reversed(kinds):
        for folder in reversed(FOLDERS):
            extra = f"{folder}/{name}.d"
            texts += [_read(f"{extra}/{one}") or "" for one in _names(extra) if one.endswith(".conf")]
    return "\n".join(texts)


def _read(path: str) -> str | None:
    try:
        return opening.text(path, MOST_BYTES)
    except OSError:
        return None


def _names(folder: str) -> list[str]:
    try:
        return opening.names(folder)
    except OSError:
        return []
