"""What a guide promises of its words: each is there in every language that Jalon speaks."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from wizard.authoring.fault import Fault
from wizard.authoring.names import proofs
from wizard.base.language import LANGUAGES, Translator, _, using_language
from wizard.base.patterns import pattern
from wizard.base.po import read_po
from wizard.base.resources import catalogues
from wizard.guide import Checkpoint, Guide

# What differs between languages where it is no name.
WORD = pattern(r"[^\W\d_]{2}")
# A place in the guide, with the words that a person reads there.
Spoken = tuple[str, str]


def texts(folder: Path) -> Iterator[Fault]:
    """The texts in the guide's code that its catalogue does not translate, and catalogues that cannot be read."""
    for language in LANGUAGES[1:]:
        try:
            said = {*Translator(folder).translations(language), *_jalon(language)}
        except (ValueError, OSError) as error:
            what = str(error).removeprefix(f"{folder}/")
            yield Fault(what.rpartition(": ")[0] or what, _("the catalogue cannot be understood"), _("mend that line"))
            continue
        for place, text in _in_code(folder):
            if text not in said:
                what = _("not translated: {text}").format(text=" / ".join(text))
                remedy = _("add it to {file}: msgid with this text, msgstr with its translation")
                file = f"locale/{language}/LC_MESSAGES/messages.po"
                yield Fault(place, what, remedy.format(file=file))


def titles(guide: Guide, points: Callable[[], Sequence[Checkpoint]], folder: Path) -> Iterator[Fault]:
    """The words that are the same in another language, and that no catalogue says are the same there."""
    with using_language(LANGUAGES[0]):
        before = list(_spoken(guide, points()))
    # What the code gives to `_` is looked for in the catalogue already.
    in_code = {text[0] for _place, text in _in_code(folder)}
    for language in LANGUAGES[1:]:
        same = _same(folder, language)
        with using_language(language):
            now = list(_spoken(guide, points()))
        for (place, text), (_place, other) in zip(before, now, strict=False):
            alike = text == other and text not in in_code and WORD.search(text)
            if alike and not any(one.fullmatch(text) for one in same):
                what = _("the same in another language ({language}): {text}").format(language=language, text=text)
                remedy = _("write it as _(...) and translate it; where it is the same, say so with msgstr as msgid")
                yield Fault(place, what, remedy)


def _spoken(guide: Guide, points: Sequence[Checkpoint]) -> Iterator[Spoken]:
    yield "GUIDE", guide.title()
    yield "GUIDE", guide.summary()
    for question in guide.questions():
        yield f"questions: {question.key}", question.title
        yield f"questions: {question.key}", question.help
    for point in points:
        yield point.id, point.title
        yield point.id, point.objective
        yield from ((f"{point.id}: {step.key}", step.title) for step in point.steps)
        yield from ((probe.id, probe.title) for probe in proofs(point))


def _same(folder: Path, language: str) -> list[re.Pattern[str]]:
    """What is said alike in English and in a language, as patterns: values stand in place of what is in braces."""
    known = {**_jalon(language), **Translator(folder).translations(language)}
    alike = [text[0] for text, said in known.items() if text[0] == said[0]]
    # One of values alone would stand for whatever is said.
    alike = [one for one in alike if WORD.search(re.sub(r"\{[^}]*\}", "", one))]
    return [re.compile(".+".join(map(re.escape, re.split(r"\{[^}]*\}", one)))) for one in alike]


def _jalon(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    return dict(read_po(catalogues() / language / "LC_MESSAGES" / "jalon.po"))


def _in_code(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text that the guide's code gives to `_`, or to `_.plural`, with its place."""
    for path in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError):
            continue  # Loading it says so.
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            count = {"_": 1, "_.plural": 2}.get(ast.unparse(call.func), 0)
            words = [one.value for one in call.args[:count] if isinstance(one, ast.Constant)]
            found = tuple(one for one in words if isinstance(one, str))
            if count and len(found) == count:
                yield f"{path.relative_to(folder)}:{call.lineno}", found
