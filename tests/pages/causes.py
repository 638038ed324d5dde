"""Writes what is known of causes from the code: `python -m tests.pages.causes`.

`wizard/outputs/causes.json` is what `jalon causes` prints, `docs/causes/` its pages, one a cause. `--check` writes
nothing, and ends with 1 where something is out of step. Raises `ValueError` for a cause that the code does not tell.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.pages.cause_page import index, page
from tests.pages.causes_made import Made, made
from wizard.base.resources import known_causes
from wizard.causes.where_seen import in_words, unless_said, where_seen
from wizard.outputs.causes import Known, known_from

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "causes"
GUIDES = "wizard.guides."
PARTS = ("texts", "evidence", "messages", "remedies")


def entries(places: Sequence[Made]) -> list[dict[str, Any]]:
    """What is kept of each cause, in the order of their ids."""
    by_id: dict[str, list[Made]] = {}
    for one in places:
        by_id.setdefault(one.id, []).append(one)
    return [_entry(id, by_id[id]) for id in sorted(by_id)]


def _entry(id: str, places: Sequence[Made]) -> dict[str, Any]:
    words = in_words().get(id)
    cases: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    for one in places:
        case = _case(one)
        if words and not case["texts"]:
            case["texts"] = [[words]]
        if case not in cases:
            (cases if case["texts"] else bare).append(case)
    if not cases:
        where = ", ".join(sorted({one.module for one in places}))
        raise ValueError(f"say in wizard/causes/where_seen.py what the cause {id} means ({where})")
    # What has no words of its own says what the first does.
    for case in bare:
        for part in PARTS:
            cases[0][part] += [each for each in case[part] if each not in cases[0][part]]
    return {"id": id, "guides": _guides(places), "cases": cases}


def _case(one: Made) -> dict[str, Any]:
    seen = [list(text) for text in one.evidence]
    if not seen and not one.message:
        seen = [[where_seen().get(one.module) or unless_said()]]
    return {
        "texts": [list(text) for text in one.texts],
        "evidence": seen,
        "messages": [one.message] if one.message else [],
        "remedies": [list(text) for text in one.remedies],
    }


def _guides(places: Sequence[Made]) -> list[str]:
    """The guides that alone have it; none where it is of general use."""
    if not all(one.module.startswith(GUIDES) for one in places):
        return []
    names = {one.module.removeprefix(GUIDES).partition(".")[0].replace("_", "-") for one in places}
    return [] if "django" in names else sorted(names)


def wanted() -> Mapping[Path, str]:
    """Every file as it should be."""
    data = entries(list(made(ROOT)))
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in data)
    causes: list[Known] = known_from(data)
    pages = {PAGES / f"{one.id}.md": page(one) for one in causes}
    return {known_causes(): f"[\n{lines}\n]\n", PAGES / "README.md": index(causes), **pages}


def out_of_step(files: Mapping[Path, str]) -> list[Path]:
    """The files that are not as they should be, and those that should not be there."""
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return stale + [path for path in sorted(PAGES.glob("*")) if path not in files]


def main() -> int:
    """Writes or checks, and says what was or is out of step."""
    check, files = "--check" in sys.argv[1:], wanted()
    stale = out_of_step(files)
    for path in stale:
        print(f"{'out of step' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check and path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        elif not check:
            path.unlink()
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
