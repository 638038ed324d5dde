"""What holds for the BiomAid guide as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.answers.questions import validate_answers
from wizard.base.values import field_names
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint, Circumstances
from wizard.guides.biomaid.unsupported import UNJUDGED
from wizard.guides.registry import guides
from wizard.host.facts import Facts
from wizard.probes.units import UnitRuns
from wizard.probes.unjudged import Unjudged


def _points(**more: Any) -> list[Checkpoint]:
    guide = guides()["biomaid"]
    return list(guide.checkpoints(validate_answers(guide.questions(), {}, Facts()), Facts(), Circumstances(**more)))


def test_a_step_that_a_probe_names_is_one_of_its_checkpoint() -> None:
    named = []
    for point in _points():
        every: list[Probe | Trial] = [*point.probes, *point.trials]
        for probe in every:
            for name in field_names(probe):
                if (name == "step" or name.endswith("_step")) and getattr(probe, name):
                    assert getattr(probe, name) in {step.key for step in point.steps}, probe.id
                    named.append(probe.id)
    assert {"database.login", "code.revision", "environment.lock", "migrate.applied", "service.return"} <= set(named)


def test_titles_of_steps_tell_them_apart_within_a_checkpoint() -> None:
    for point in _points():
        titles = [step.title for step in point.steps]
        assert len(titles) == len(set(titles)), point.id


def _findings(points: list[Checkpoint]) -> dict[str, str]:
    return {one.id: one.why for point in points for one in point.probes if isinstance(one, Unjudged)}


@pytest.mark.parametrize(
    ("unsupported", "some", "words"),
    [
        ({"prefix": "/prod"}, {"nginx.logo", "nginx.settings", "service.page"}, "/prod"),
        ({"tls": "/etc/nginx/x"}, {"nginx.port", "nginx.logo", "service.page"}, "/etc/nginx/x"),
        ({"tcp": "127.0.0.1:8000"}, {"service.socket"}, "127.0.0.1:8000"),
    ],
)
def test_what_no_answer_says_is_unknown_with_the_reason(
    unsupported: dict[str, str], some: set[str], words: str
) -> None:
    points = _points(unsupported=unsupported)
    found = _findings(points)
    assert some <= set(found) and all(words in why for why in found.values())
    assert [one.id for point in points for one in point.probes] == [one.id for p in _points() for one in p.probes]
    kinds = [type(step).__name__ for point in points for step in point.steps if point.id == "nginx"]
    assert "SiteEnabled" not in kinds and "GeneratedFile" not in kinds, "another site than theirs is never written"


def test_a_unit_of_another_name_is_looked_at_in_place_of_the_documents() -> None:
    (service,) = [point for point in _points(unsupported={"unit": "labo.service"}) if point.id == "service"]
    active, *_others = service.probes
    assert isinstance(active, UnitRuns) and active.unit == "labo.service"
    assert not [step for step in service.steps if "biomaid-instance@" in step.title]


def test_everything_else_of_it_is_judged() -> None:
    found = _findings(_points(unsupported={"prefix": "/prod"}))
    assert not _findings(_points()) and not _findings(_points(unsupported={"nothing": "known"}))
    assert not {"service.active", "service.socket", "nginx.port", "database.login", "cron.lines"} & set(found)


def test_every_name_is_that_of_a_probe_or_trial() -> None:
    known = {one.id for point in _points() for one in point.probes}
    known |= {one.id for point in _points() for one in point.trials}
    assert {name for names in UNJUDGED.values() for name in names} <= known


def test_backups_may_be_done_without_by_what_somebody_else_installed() -> None:
    assert [one.id for one in _points(by_hand=True)[-1].absent] == ["backup.fresh"]
    assert not _points()[-1].absent
