"""Version ranges as `pyproject.toml` states them for Python."""

from __future__ import annotations

import re

from wizard.base.toml import loads

Version = tuple[int, ...]


def stated(pyproject: bytes | None) -> str:
    """The range of Python that a `pyproject.toml` states, by Poetry's table or the standard one; "" without any."""
    try:
        data = loads((pyproject or b"").decode())
    except ValueError:
        return ""
    poetry = data.get("tool", {}).get("poetry", {}).get("dependencies", {}).get("python")
    found = poetry or data.get("project", {}).get("requires-python")
    return found if isinstance(found, str) else ""


def parse(text: str) -> Version:
    """The numbers of a version; what follows them (`rc1`, `+deb12u1`) is left out."""
    found = re.match(r"\s*v?(\d+(?:\.\d+)*)", text)
    return tuple(int(number) for number in found.group(1).split(".")) if found else ()


def within(version: str, requirement: str) -> bool:
    """Whether a version is within a range such as `>=3.9,<3.13` or `^3.10` (Poetry's caret).

    A version is compared as far as it is given: 3.11 is within `>=3.11.2`, for it may be 3.11.9.
    """
    return any(
        all(_holds(parse(version), part.strip()) for part in choice.split(",") if part.strip())
        for choice in requirement.split("||")
    )


def _holds(version: Version, part: str) -> bool:
    found = re.match(r"(>=|<=|==|!=|~=|>|<|\^|~)?\s*(.*)", part)
    sign, wanted = (found.group(1) or "==", parse(found.group(2))) if found else ("==", ())
    if not wanted:
        return True
    length = min(len(version), len(wanted))
    mine, theirs = version[:length], wanted[:length]
    if sign == "^":
        return mine >= theirs and version[:1] == wanted[:1]
    if sign == "~":
        return mine >= theirs and version[: len(wanted[:2])] == wanted[:2]
    if sign == "~=":
        return mine >= theirs and version[: len(wanted) - 1] == wanted[:-1]
    if sign == "<" and len(wanted) > len(version):
        return mine <= theirs
    return {
        ">=": mine >= theirs,
        "<=": mine <= theirs,
        "==": mine == theirs,
        "!=": mine != theirs,
        ">": mine > theirs or (mine == theirs and len(wanted) > len(version)),
        "<": mine < theirs,
    }[sign]
