"""Every cause that Jalon's own code can name, in the language in effect.

Taken from the code by `tests/pages/causes.py`; guides from outside have their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from wizard.base.language import translated
from wizard.base.resources import known_causes
from wizard.base.values import Value

Text = tuple[str, ...]
"""A text's parts, as the catalogue has them: one with a plural is both forms, with a zero character between them."""


class Case(Value):
    """One way to come upon a cause: what is then said, what is seen, by which pattern a program's message is known, and
    what repairs it."""

    said: tuple[Text, ...]
    seen: tuple[Text, ...]
    messages: tuple[str, ...]
    told: tuple[Text, ...]

    @property
    def texts(self) -> list[str]:
        """The cause in words, with names in braces for what is filled in."""
        return list(map(_spoken, self.said))

    @property
    def evidence(self) -> list[str]:
        """What is seen of it."""
        return list(map(_spoken, self.seen))

    @property
    def remedies(self) -> list[str]:
        """What repairs it."""
        return list(map(_spoken, self.told))


class Known(Value):
    """A cause: its id, the guides that alone have it, and its cases."""

    id: str
    guides: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def title(self) -> str:
        """The cause in words."""
        return self.cases[0].texts[0]

    @property
    def page(self) -> str:
        """The path of its page in the repository."""
        return page_of(self.id)


def page_of(id: str) -> str:
    """The path of a cause's page in the repository; "" for one that is not of Jalon's own code."""
    return f"docs/causes/{id}.md" if id in known() else ""


@cache
def known() -> Mapping[str, Known]:
    """Every cause, by its id."""
    return {one.id: one for one in known_from(json.loads(known_causes().read_text(encoding="utf-8")))}


def known_from(data: Iterable[Mapping[str, Any]]) -> list[Known]:
    """Causes as they are kept."""
    return [Known(one["id"], tuple(one["guides"]), tuple(_case(case) for case in one["cases"])) for one in data]


def _case(data: Mapping[str, Any]) -> Case:
    said, seen, told = (tuple(map(tuple, data[name])) for name in ("texts", "evidence", "remedies"))
    return Case(said, seen, tuple(data["messages"]), told)


def _spoken(text: Sequence[str]) -> str:
    return "".join(map(translated, text))


def cause_data(cause: Known) -> dict[str, Any]:
    """A cause as an object (`wizard/schemas/causes.json`)."""
    return {
        "id": cause.id,
        "title": cause.title,
        "page": cause.page,
        "guides": list(cause.guides),
        "cases": [
            {
                "texts": case.texts,
                "evidence": case.evidence,
                "messages": list(case.messages),
                "remedies": case.remedies,
            }
            for case in cause.cases
        ],
    }
