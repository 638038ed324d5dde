"""What was made for answers that are no more goes, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import bare, drained
from wizard.base.rendering import hash_of
from wizard.base.values import replace
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Overlay
from wizard.host.reading import Reading
from wizard.host.records import MadeAt, Written, WrittenAt
from wizard.host.units import Unit, UnitState
from wizard.steps.obsolete import ObsoleteFiles

FILE, LINK, KEPT = "/etc/n/available/a", "/etc/n/enabled/a", "/etc/n/kept"
STEP = ObsoleteFiles("nginx", (KEPT,), "n.service", "/etc/n/enabled")
RUNNING = UnitState("loaded", "active", "running", "enabled", started=-100.0)


def host(more: dict[Reading[Any], Any] | None = None) -> Overlay:
    """One on which all three were made, as they were made."""
    return bare(
        {
            MadeAt("nginx"): (KEPT, FILE, LINK),
            **{EntryAt(path): Entry(changed=-200.0) for path in (KEPT, FILE)},
            **{Content(path): b"ours" for path in (KEPT, FILE)},
            **{WrittenAt(path): Written(hash_of(b"ours")) for path in (KEPT, FILE)},
            EntryAt(LINK): Entry("link", target=FILE),
            EntryAt("/etc/n/enabled"): Entry("directory", changed=-200.0),
            **(more or {}),
        }
    )


def done(step: ObsoleteFiles, where: Overlay) -> list[str]:
    """The changes, in a word or two."""
    return [f"{change.kind} {change.subject}" for change in drained(step, where)]


def test_the_newest_goes_first_and_what_is_asked_for_stays() -> None:
    assert done(STEP, host()) == [f"FileRemoved {LINK}", f"FileRemoved {FILE}"]


def test_all_that_is_asked_for_stays() -> None:
    assert done(replace(STEP, keep=(KEPT, FILE, LINK)), host()) == []


def test_what_another_checkpoint_made_stays() -> None:
    assert done(replace(STEP, checkpoint="service"), host()) == []


def test_what_a_person_edited_stays_and_is_no_longer_led_to() -> None:
    assert done(STEP, host({Content(FILE): b"ours, and mine"})) == [f"FileRemoved {LINK}"]


def test_a_link_that_leads_elsewhere_stays() -> None:
    assert done(STEP, host({EntryAt(LINK): Entry("link", target="/srv/mine")})) == [f"FileRemoved {FILE}"]


def test_what_is_gone_already_is_no_trouble() -> None:
    gone: dict[Reading[Any], Any] = {EntryAt(path): None for path in (FILE, LINK)}
    assert done(STEP, host(gone)) == []


@pytest.mark.parametrize(
    ("state", "changed", "restarted"),
    [(RUNNING, -50.0, True), (RUNNING, -150.0, False), (replace(RUNNING, active="inactive"), -50.0, False)],
)
def test_after_a_run_that_was_killed_the_unit_is_still_restarted(
    state: UnitState, changed: float, restarted: bool
) -> None:
    gone: dict[Reading[Any], Any] = {EntryAt(path): None for path in (FILE, LINK)}
    left: dict[Reading[Any], Any] = {
        Unit("n.service"): state,
        EntryAt("/etc/n/enabled"): Entry("directory", changed=changed),
    }
    assert done(STEP, host({**gone, **left})) == (["UnitRestarted n.service"] if restarted else [])


def test_where_nothing_was_ever_made_the_unit_is_left_alone() -> None:
    left: dict[Reading[Any], Any] = {
        Unit("n.service"): RUNNING,
        EntryAt("/etc/n/enabled"): Entry("directory", changed=-50.0),
    }
    assert done(STEP, bare(left)) == []
