"""What a guide promises of its names: ids and keys are unique, and what refers to one finds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from wizard.answers.questions import Question
from wizard.authoring.fault import Fault
from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint

ID = pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KEY = pattern(r"[a-z][a-z0-9_]*")


def questions(asked: Sequence[Question]) -> Iterator[Fault]:
    """What is wrong with the questions themselves."""
    for key in _twice(one.key for one in asked):
        yield Fault(_question(key), _("two questions have this key"), _("give each a key of its own"))
    for one in asked:
        if not KEY.fullmatch(one.key):
            what = _("a key consists of small letters, digits and underscores, as a name in Python")
            yield Fault(_question(one.key), what, _("rename it"))
        if not one.title.strip():
            yield Fault(_question(one.key), _("the question has no title"), _("say in a word or two what is asked"))
        if not one.help.strip():
            remedy = _("say what the answer is used for, and what to answer when in doubt")
            yield Fault(_question(one.key), _("the question has no help"), remedy)


def checkpoints(points: Sequence[Checkpoint]) -> Iterator[Fault]:
    """What is wrong with the names of checkpoints, steps, probes and trials."""
    for id in _twice(one.id for one in points):
        yield Fault(id, _("two checkpoints have this id"), _("give each an id of its own"))
    ids = [one.id for point in points for one in proofs(point)]
    for id in _twice(ids):
        yield Fault(id, _("two probes have this id"), _("give each an id of its own"))
    for point in points:
        yield from _point(point, {one.id for one in points}, set(ids))


def _point(point: Checkpoint, points: set[str], ids: set[str]) -> Iterator[Fault]:
    if not ID.fullmatch(point.id):
        what = _("an id consists of small letters, digits, and single hyphens between them")
        yield Fault(point.id, what, _("rename it"))
    if not point.objective.strip():
        yield Fault(point.id, _("the checkpoint has no objective"), _("say in a sentence what holds afterwards"))
    for key in _twice(step.key for step in point.steps):
        what = _("two steps of the checkpoint have this key")
        yield Fault(f"{point.id}: {key}", what, _("let the key name what only this step looks after"))
    for probe in proofs(point):
        first, _dot, name = probe.id.partition(".")
        if first != point.id or not ID.fullmatch(name):
            what = _("the id of a probe is its checkpoint's, a dot, and a name: {example}")
            yield Fault(probe.id, what.format(example=f"{point.id}.there"), _("rename it"))
        for other in probe.needs:
            if other not in ids:
                what = _("it comes after `{id}`, and there is no such probe").format(id=other)
                yield Fault(probe.id, what, _("name a probe that there is"))
    for probe in point.probes:
        if probe.until and probe.until not in points:
            what = _("it counts until `{id}`, and there is no such checkpoint").format(id=probe.until)
            yield Fault(probe.id, what, _("name a checkpoint that there is"))


def proofs(point: Checkpoint) -> Sequence[Probe | Trial]:
    """The probes and trials of a checkpoint."""
    return [*point.probes, *point.trials]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _question(key: str) -> str:
    return f"questions: {key}"
