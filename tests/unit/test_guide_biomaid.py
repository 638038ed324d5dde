"""What holds for the BiomAid guide as a whole."""

from __future__ import annotations

from dataclasses import fields

from wizard.answers import settle
from wizard.guide import Checkpoint
from wizard.guides import guides
from wizard.host.facts import Facts
from wizard.probes.probe import Probe, Trial


def _points() -> list[Checkpoint]:
    guide = guides()["biomaid"]
    return list(guide.checkpoints(settle(guide.questions(), {}, Facts()), Facts()))


def test_a_step_that_a_probe_names_is_one_of_its_checkpoint() -> None:
    named = []
    for point in _points():
        every: list[Probe | Trial] = [*point.probes, *point.trials]
        for probe in every:
            for field in fields(probe):
                if (field.name == "step" or field.name.endswith("_step")) and getattr(probe, field.name):
                    assert getattr(probe, field.name) in {step.title for step in point.steps}, probe.id
                    named.append(probe.id)
    assert {"database.login", "code.revision", "environment.lock", "migrate.applied", "service.return"} <= set(named)


def test_titles_of_steps_tell_them_apart_within_a_checkpoint() -> None:
    for point in _points():
        titles = [step.title for step in point.steps]
        assert len(titles) == len(set(titles)), point.id
