"""The step that a remedy names is found by its key, in whatever language it was named and is looked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.walking import Proves, Site, point
from wizard.base.language import _, set_language, using_language
from wizard.changes.change import Hands
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.guide import Checkpoint
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.host.reading import Host
from wizard.record.journal import Journal
from wizard.walk.fixing import Fixing
from wizard.walk.step_lookup import find_step, step_key
from wizard.walk.verification import verify


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Whatever a test speaks, the next one finds English."""
    yield
    set_language("en")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def _guide(site: Site) -> list[Checkpoint]:
    """A file of an early checkpoint, that a trial of a later one wants."""
    step = site.file("a")

    def prove(host: Host, hands: Hands) -> Finding:
        if host.get(Content(step.path)) == b"ours\n":
            return passed("it is ours")
        return failed("it is not", cause=Cause("lost", "it is lost"), remedy=Remedy("write it", step=step.key))

    return [point("one", [step]), point("two", [site.file("b")], trials=[Proves("two.trial", "a trial", prove)])]


def _kept(site: Site, step: str) -> None:
    """A trial that failed, as the state holds it."""
    remedy = {"text": "écris-le", "commands": [], "step": step, "safe": False}
    cause = {"id": "lost", "text": "il est perdu"}
    about = {"outcome": "failed", "evidence": "non", "seconds": 0.1, "when": 1.0}
    site.state.make()
    site.state.trials.write_text(json.dumps({"two.trial": {**about, "cause": cause, "remedy": remedy}}))


def _remembered(site: Site, points: list[Checkpoint]) -> Remedy | None:
    verified = list(verify(points, Live(Journal(site.state), Facts()), site.state))
    return verified[1].observed[0].finding.remedy


def _title(site: Site, language: str) -> str:
    with using_language(language):
        return site.file("a").title


def test_what_was_found_in_french_is_fixed_in_english(site: Site) -> None:
    points = _guide(site)
    site.application().apply(points)
    (site.folder / "a").unlink()
    set_language("fr")
    run = site.application()
    list(verify(points, Live(Journal(site.state), Facts()), site.state, hands=run.machine))
    set_language("en")
    remedy = _remembered(site, points)
    assert remedy and find_step(remedy.step, points[1], points) == (points[0], points[0].steps[0])
    run = site.application()
    fixing = Fixing(run.host, site.state, run.journal, run.machine, site.tell, lambda asked: False)
    fixing.fix(points)
    assert [one.id for one in fixing.repaired] == ["two.trial"]
    taken = [event for event in site.events if event["event"] == "step"]
    assert [(one["checkpoint"], one["key"], one["changes"]) for one in taken] == [("one", points[0].steps[0].key, 1)]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_a_state_that_names_it_by_its_title_is_read(site: Site, language: str, spoken: str) -> None:
    points = _guide(site)
    site.application().apply(points)
    _kept(site, _title(site, language))
    set_language(spoken)
    remedy = _remembered(site, points)
    assert remedy == Remedy("écris-le", step=points[0].steps[0].key)


@pytest.mark.parametrize("name", ["", "le fichier /nowhere", "file:/nowhere"])
def test_one_that_the_guide_has_not_is_left_out(site: Site, name: str) -> None:
    points = _guide(site)
    site.application().apply(points)
    _kept(site, name)
    assert _remembered(site, points) == Remedy("écris-le")


def test_its_own_checkpoint_comes_first(site: Site) -> None:
    first, second = point("one", [site.file("a")]), point("two", [site.file("a", "others\n")])
    key = first.steps[0].key
    assert find_step(key, second, [first, second]) == (second, second.steps[0])
    assert find_step(key, point("three"), [first, second]) == (first, first.steps[0])
    assert find_step("", second, [first, second]) is None


def test_looking_for_a_title_changes_no_language(site: Site) -> None:
    points = _guide(site)
    set_language("fr")
    before = _("undo")
    assert step_key(_title(site, "en"), points[1], points) == points[0].steps[0].key
    assert _("undo") == before != "undo"
