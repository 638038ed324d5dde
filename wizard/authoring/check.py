"""Holds a guide to what guides promise, and finds all that is wrong at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.answers.questions import BadAnswers
from wizard.authoring import names, words
from wizard.authoring.case import NAMES, Case, case, in_the_way, rendered, said
from wizard.authoring.drained import drained
from wizard.authoring.fault import Fault, raised
from wizard.base.language import _
from wizard.base.rendering import environment
from wizard.base.values import Value
from wizard.changes.kinds import with_those_of
from wizard.guide import Guide
from wizard.guides.outside import PARENT, BrokenGuide, Source, load
from wizard.guides.trust import untrusted
from wizard.host.facts import Facts

# The machine for which the defaults are tried.
SOMEWHERE = Facts(user="someone", group="someone", home="/home/someone", addresses=("192.0.2.7",))


def check(folder: Path) -> list[Fault]:
    """All that is wrong with the guide in a folder; each once."""
    return list(dict.fromkeys(_all(folder.resolve())))


def _all(folder: Path) -> Iterator[Fault]:
    # Before anything of it is opened: reading a pipe waits, and compiling a template computes what it says.
    if distrust := untrusted(folder):
        yield Fault("GUIDE", distrust.why, distrust.remedy)
        return
    yield from _templates(folder)
    yield from words.texts(folder)
    try:
        guide = load(Source(folder.name, str(folder), folder))
    except BrokenGuide as problem:
        told = problem.broken
        place, _colon, what = told.why.removeprefix(f"{folder}/").partition(": ")
        located = what and ".py:" in place
        yield Fault(place if located else "GUIDE", what if located else told.why, told.remedy)
        return
    yield from names.questions(guide.questions())
    cases = list(_cases(guide, folder))
    yield from (one for one in cases if isinstance(one, Fault))
    found = [one for one in cases if isinstance(one, Case)]
    defaults = Case(folder / "defaults", guide, SOMEWHERE, {}, (), (), (), ())
    for one in (defaults, *found):
        yield from _guarded(one, folder)
    if not found:
        remedy = _("write one: cases/NAME.toml; `jalon guide new NAME` shows how")
        yield Fault("cases", _("there is no golden case"), remedy)


def _guarded(one: Case, folder: Path) -> Iterator[Fault]:
    try:
        yield from _case(one, folder)
    except Exception as error:
        line, what = raised(error.__cause__ or error, folder)
        yield Fault(line or _place(one, folder), what, _("mend it"))


def _case(one: Case, folder: Path) -> Iterator[Fault]:
    try:
        points = one.checkpoints
    except BadAnswers as bad:
        if one.path.suffix:  # Not all that is asked has a default.
            for key, why in bad.errors:
                yield Fault(_place(one, folder), f"{key}: {why}", _("correct its answers"))
        return
    yield from names.checkpoints(points)
    yield from words.titles(one.guide, lambda: one.checkpoints, folder)
    yield from drained(points, one.overlay, with_those_of(one.guide.kinds), folder)
    if one.path.suffix:
        yield from _golden(one, folder)


def _golden(one: Case, folder: Path) -> Iterator[Fault]:
    """What a golden case says otherwise than the guide does."""
    place, host = _place(one, folder), one.overlay
    steps = one.drained(host)
    yield from _lines(place, _("changes"), one.changes, said(steps))
    yield from _lines(place, _("what stands in the way"), one.blocked, in_the_way(steps))
    files = rendered(steps)
    for path, text in one.expected_files().items():
        body = files[path].body.redacted() if path in files else None
        if body != text:
            why = _("{path} is not written").format(path=path) if body is None else _differs(path, text, body)
            yield Fault(place, why, _("correct the template, or the file that is expected"))
    for reading, answer in one.after:
        if host.read(reading) != answer:
            why = _("{reading} reads {found} afterwards").format(reading=reading, found=host.read(reading))
            yield Fault(place, why, _("correct the effect, or the case"))


def _lines(place: str, what: str, expected: Sequence[str], found: Sequence[str]) -> Iterator[Fault]:
    for line in (one for one in found if one not in expected):
        text = _("{what}: not in the case: {line}").format(what=what, line=line)
        yield Fault(place, text, _("add it to the case, if it is right"))
    for line in (one for one in expected if one not in found):
        text = _("{what}: only in the case: {line}").format(what=what, line=line)
        yield Fault(place, text, _("remove it from the case, if it is right so"))
    if {*expected} == {*found} and list(expected) != list(found):
        text = _("{what}: the case has them in another order, or not as often").format(what=what)
        yield Fault(place, text, _("the guide's order: {lines}").format(lines="; ".join(found)))


def _differs(path: str, expected: str, found: str) -> str:
    lines = zip([*expected.splitlines(), "", ""], [*found.splitlines(), "", ""], strict=False)
    number, two = next(((number, two) for number, two in enumerate(lines, 1) if two[0] != two[1]), (0, ("", "")))
    text = _("{path}, line {number}: `{found}`, and `{expected}` is expected")
    return text.format(path=path, number=number, found=two[1], expected=two[0])


def _cases(guide: Guide, folder: Path) -> Iterator[Case | Fault]:
    own = _own(folder)
    for path in sorted((folder / "cases").glob("*.toml")):
        try:
            yield case(path, guide, own)
        except (ValueError, TypeError, KeyError, LookupError) as error:
            place = path.relative_to(folder).as_posix()
            yield Fault(place, f"{type(error).__name__}: {error}", _("correct the case"))


def _own(folder: Path) -> Mapping[str, type[Any]]:
    """The values of the guide's own that a case may name."""
    package = f"{PARENT}.{folder.name.replace('-', '_')}"
    modules = [one for name, one in [*sys.modules.items()] if name == package or name.startswith(f"{package}.")]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
    return {one.__name__: one for one in found if issubclass(one, Value) and one.__name__ not in NAMES}


def _templates(folder: Path) -> Iterator[Fault]:
    from jinja2 import TemplateSyntaxError

    top = folder / "templates"
    for path in sorted(one for one in top.rglob("*") if one.is_file()):
        try:
            environment(top).get_template(path.relative_to(top).as_posix())
        except TemplateSyntaxError as error:
            place = f"{path.relative_to(folder)}:{error.lineno}"
            yield Fault(place, str(error.message), _("mend the template (Jinja2)"))
        except UnicodeDecodeError as error:
            yield Fault(str(path.relative_to(folder)), str(error), _("a template is text in UTF-8"))


def _place(one: Case, folder: Path) -> str:
    return one.path.relative_to(folder).as_posix() if one.path.suffix else _("with the default answers")
