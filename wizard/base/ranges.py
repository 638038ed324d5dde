"""Ranges of versions: PEP 440's specifiers, as pip takes them, and Poetry's `^`, `~`, `*` and `||`."""

from __future__ import annotations

import re

from wizard.base.patterns import pattern
from wizard.base.toml import loads, table
from wizard.base.values import replace
from wizard.base.versions import LAST, LONGEST, Version, parse, version

CLAUSE = pattern(r"(===|[<>!=~]=|[<>=^~])?\s*([^\s,<>=~^]+)")


def required_python(pyproject: bytes | None) -> str:
    """Return the Python version range in a `pyproject.toml`, from Poetry's table or `requires-python`; "" if none."""
    try:
        data = loads((pyproject or b"").decode())
    except ValueError:
        return ""
    found = table(data, "tool", "poetry", "dependencies").get("python") or table(data, "project").get("requires-python")
    return found[:LONGEST] if isinstance(found, str) else ""


def satisfies(text: str, requirement: str) -> bool:
    """Whether a version satisfies a range such as `>=3.9,<3.13`, `~=5.6` or, in Poetry's syntax, `^3.10 || 4.*`.

    Pre-releases are accepted, because the version is one that is already installed. If `text` is not a PEP 440 version
    (`15.18 (Debian 15.18-0+deb12u1)`), its leading numbers are compared. Clauses without a valid version are ignored.
    """
    mine = version(text) or version(".".join(map(str, parse(text))))
    return any(
        all(_holds(text, mine, sign or "==", wanted) for sign, wanted in CLAUSE.findall(choice))
        for choice in re.split(r"\|\|?", requirement)
    )


def may_satisfy(minor: str, requirement: str) -> bool:
    """Whether any patch release of a minor version satisfies a range: 3.11 may satisfy `>=3.11.2`."""
    named = [int(number) for number in re.findall(rf"(?<![\d.]){re.escape(minor)}\.(\d+)", requirement)]
    patches = {0, 1, *named, *(number + 1 for number in named)}
    return any(satisfies(f"{minor}.{patch}", requirement) for patch in patches)


def _holds(text: str, mine: Version | None, sign: str, wanted: str) -> bool:
    if sign == "===":
        return text.strip().lower() == wanted.lower()
    theirs = version(wanted.removesuffix(".*"))
    if theirs is None:
        return True
    if mine is None:
        return False
    if sign in ("==", "=", "!="):
        return _equal(mine, theirs, wanted.endswith(".*")) is not (sign == "!=")
    if sign in ("^", "~", "~="):
        return mine.order >= theirs.order and _below(mine, theirs, sign)
    return _in_order(mine, theirs, sign)


def _equal(mine: Version, theirs: Version, prefix: bool) -> bool:
    if prefix:
        return mine.epoch == theirs.epoch and _cut(mine.release, len(theirs.release)) == theirs.release
    return mine.order == theirs.order and (not theirs.local or mine.local == theirs.local)


def _cut(release: tuple[int, ...], length: int) -> tuple[int, ...]:
    return (*release, *(0,) * length)[:length]


def _below(mine: Version, theirs: Version, sign: str) -> bool:
    """Whether a version is below the upper bound that `^`, `~` or `~=` implies."""
    release = theirs.release
    if sign == "~=":
        kept = max(1, len(release) - 1)
    elif sign == "~":
        kept = min(2, len(release))
    else:
        # The first number that is not zero may not change; of zeros alone, the last.
        kept = next((place for place, number in enumerate(release, 1) if number), len(release))
    return _equal(mine, Version(theirs.epoch, release[:kept]), prefix=True)


def _in_order(mine: Version, theirs: Version, sign: str) -> bool:
    if sign == ">=":
        return mine.order >= theirs.order
    if sign == "<=":
        return mine.order <= theirs.order
    if sign == "<":
        # Before 2.0 is not 2.0rc1, nor any other that comes before 2.0 itself.
        return mine.order < (theirs if theirs.early else replace(theirs, dev=0)).order
    # After 2.0 is neither 2.0.post1 nor 2.0+local; after 2.0.post1 is 2.0.post2.
    plain = not theirs.late and theirs.dev == LAST
    return mine.order > theirs.order and not (plain and (mine.base, mine.pre) == (theirs.base, theirs.pre))
