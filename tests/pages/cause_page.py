"""The page of a cause, and the list of all pages, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.language import using_language
from wizard.outputs.causes import Case, Known

MADE = "Made from the code by `python -m tests.pages.causes`; not written by hand."
FIELDS = "What stands in {braces} is filled in with what is found."


def page(cause: Known) -> str:
    """The page of a cause."""
    with using_language("fr"):
        french = cause.title
    lines = [f"# {cause.id}", "", f"**{_plain(cause.title)}**", "", f"*En français : {_plain(french)}*", ""]
    if cause.guides:
        lines += [f"Only in the guide {', '.join(f'`{one}`' for one in cause.guides)}.", ""]
    for number, case in enumerate(cause.cases, 1):
        lines += [f"## Case {number}" if len(cause.cases) > 1 else "## Why, and what to do", "", *_case(case), ""]
    lines += [f"`jalon causes {cause.id}` prints this, with `--lang fr` in French. {FIELDS}", "", f"<!-- {MADE} -->"]
    return "\n".join(lines) + "\n"


def _case(case: Case) -> Iterator[str]:
    yield from (f"- Why: {_plain(text)}" for text in case.texts)
    yield from (f"- Seen: {_plain(text)}" for text in case.evidence)
    yield from (f"- Seen: a message that fits `` {text} ``, where the host bears it out" for text in _lined(case))
    yield from (f"- Remedy: {_plain(text)}" for text in case.remedies)


def _lined(case: Case) -> list[str]:
    return [text.replace("\n", "\\n") for text in case.messages]


def index(causes: Sequence[Known]) -> str:
    """The list of all pages."""
    rows = [f"| [{one.id}]({one.id}.md) | {_cell(one.title)} | {_cell(_first_seen(one))} |" for one in causes]
    head = "Every cause that Jalon itself can name. `jalon causes` prints them all; a guide from outside may have more."
    table = ["| id | in words | seen |", "|---|---|---|", *rows]
    return "\n".join(["# Causes", "", head, FIELDS, "", *table, "", f"<!-- {MADE} -->", ""])


def _first_seen(cause: Known) -> str:
    case = cause.cases[0]
    return case.evidence[0] if case.evidence else "a program's message, which the host bears out"


def _cell(text: str) -> str:
    return _plain(text).replace("|", r"\|")


def _plain(text: str) -> str:
    """A text whose stars and tags are no Markdown, outside of what is code."""
    parts = text.split("`")
    parts[::2] = [part.replace("*", r"\*").replace("_", r"\_").replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts)
