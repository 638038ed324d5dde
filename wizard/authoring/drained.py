"""What a guide promises of its steps and changes: drained over a host on which nothing is there yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wizard.authoring.fault import Fault, raised
from wizard.base.language import _
from wizard.changes.change import Change, from_data, to_data
from wizard.guide import Checkpoint
from wizard.host.overlay import Overlay
from wizard.host.reading import NotKnown
from wizard.steps.step import Blocked, Step


def drained(
    points: Sequence[Checkpoint], host: Overlay, kinds: Mapping[str, type[Change]], folder: Path
) -> Iterator[Fault]:
    """What is wrong with the steps of these checkpoints, which are drained twice: the second time nothing is left.

    `kinds` are the changes that an undo may hold, `folder` is the guide's.
    """
    for point in points:
        for step in point.steps:
            yield from _step(point, step, host, kinds, folder)
    for point in points:
        for step in point.steps:
            yield from _again(point, step, host, folder)


def _step(
    point: Checkpoint, step: Step, host: Overlay, kinds: Mapping[str, type[Change]], folder: Path
) -> Iterator[Fault]:
    try:
        for change in step.changes(host):
            chosen = change.consent.otherwise if change.consent else change
            yield from _change(_place(point, step), chosen, host, kinds, folder)
            host.lay(chosen.effect(host))
    except (Blocked, NotKnown):
        return  # What a person must decide is for golden cases to say.
    except Exception as error:
        yield _broken(_place(point, step), error, folder)


def _again(point: Checkpoint, step: Step, host: Overlay, folder: Path) -> Iterator[Fault]:
    try:
        left = [f"{change.kind} {change.subject}" for change in step.changes(host)]
    except (Blocked, NotKnown):
        return
    except Exception as error:
        yield _broken(_place(point, step), error, folder)
        return
    if left:
        what = _("once it is carried out, the step still yields {changes}").format(changes=", ".join(left))
        remedy = _("let the effects of its changes be what the step reads, and the step decide by what it reads alone")
        yield Fault(_place(point, step), what, remedy)


def _change(
    place: str, change: Change, host: Overlay, kinds: Mapping[str, type[Change]], folder: Path
) -> Iterator[Fault]:
    named = f"{place}: {change.kind}"
    try:
        if not change.title.strip():
            yield Fault(named, _("the change has no title"), _("say in a few words what changes"))
        if not list(change.effect(host)):
            what = _("the change has no effect: nothing reads differently afterwards")
            yield Fault(named, what, _("state in `effect` what its step will read once it is carried out"))
        if not [one for one in change.typed() if one.text.strip()]:
            what = _("the change has no typed form")
            yield Fault(named, what, _("state in `typed` how a person would do it"))
        if _of_guide(type(change), folder) and type(change).undo is Change.undo:
            what = _("the change does not say what reverses it")
            yield Fault(named, what, _("write `undo`, which returns the changes that reverse it, or ()"))
        for one in change.undo(host, lambda path: "kept"):
            if one.kind not in kinds:
                what = _("its undo holds {kind}, which no journal knows").format(kind=one.kind)
                yield Fault(named, what, _("name it in `kinds` of the GUIDE, as module:class"))
            else:
                from_data(to_data(one), kinds)
    except NotKnown:
        return
    except Exception as error:
        yield _broken(named, error, folder)


def _of_guide(kind: type[Change], folder: Path) -> bool:
    import sys

    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is not None and folder in Path(file).parents


def _broken(place: str, error: Exception, folder: Path) -> Fault:
    line, what = raised(error, folder)
    return Fault(line or place, what, _("mend it"))


def _place(point: Checkpoint, step: Step) -> str:
    try:
        return f"{point.id}: {step.key}"
    except Exception:
        return f"{point.id}: {type(step).__name__}"
