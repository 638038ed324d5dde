"""Hosts and machines for the tests of the core: a bare host with what is laid over it, steps drained over it."""

from __future__ import annotations

import getpass
import grp
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wizard.carry_out import Machine
from wizard.changes.change import Change
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.overlay import Overlay, Sets
from wizard.host.reading import Host, Reading
from wizard.record.state import State
from wizard.steps.step import Step

ME = getpass.getuser()
MY_GROUP = grp.getgrgid(os.getegid()).gr_name

# What people, and those who mean harm, put into an answer.
HOSTILE = (
    "",
    " ",
    "plain",
    "it's",
    'a "quoted" word',
    "'\"'\"'",
    "$(touch /tmp/owned)",
    "`id`",
    "$HOME ${PATH} $$",
    "a;b & c | d > e < f",
    "100 %d %% %n %",
    "{{ 7 * 7 }}",
    "{% raw %}{# x #}",
    "../../etc/passwd",
    "back\\slash\\",
    "\\\\",
    "\\n\\t\\x41\\%",
    "line\nend",
    "carriage\rreturn",
    "tab\there",
    "nul\0byte",
    "\x1b[31m",
    "\x7f",
    "# not a comment",
    "-rf",
    "--option=value",
    "~root",
    "* ? [a-z]",
    "élève à l'hôpital",
    "日本語 ∀ 🦠",
    "\u2028separator\u0085next",
    "!history",
    "}; server { root /; }",
    "END_OF_FILE",
    "@@JALON_DB_PASSWORD:python_literal@@",
)


def bare(answers: Mapping[Reading[Any], Any] | None = None, **facts: Any) -> Overlay:
    """A bare host of these facts that answers these readings so."""
    host = Overlay(BareHost(Facts(**facts)))
    host.lay([Sets(reading, answer) for reading, answer in (answers or {}).items()])
    return host


def read(host: Host, reading: Reading[Any]) -> Any:
    """The answer, whatever it is."""
    return host.read(reading)


def drain(step: Step, host: Overlay) -> list[Change]:
    """What the step yields, the effect of each laid before it goes on."""
    found = []
    for change in step.changes(host):
        found.append(change)
        host.lay(change.effect(host))
    return found


def drained(step: Step, host: Overlay) -> list[Change]:
    """The same, and nothing is left the second time."""
    found = drain(step, host)
    assert drain(step, host) == [], f"{step.title} is not satisfied by its own changes"
    return found


def machine(folder: Path, said: list[str] | None = None, lock: int | None = None) -> Machine:
    """The real machine, its state in that folder, its output in that list."""
    return Machine(State(folder), (said if said is not None else []).append, lock)
