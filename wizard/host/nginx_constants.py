"""Variables of nginx that have one value for all requests: `set $app http://127.0.0.1:8000;`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wizard.base.patterns import pattern
from wizard.base.values import replace
from wizard.host.nginx_files import Block

LONGEST = 1000
"""Characters of a word that variables are put into, and of the value of one."""
VARIABLE = pattern(r"\$(?:\{(\w+)\}|(\w+))")


def with_constants(blocks: tuple[Block, ...], names: Iterable[str]) -> tuple[Block, ...]:
    """Return the directives of a server with constants in the first argument of those of these names. A variable that
    is set to two values, or to another variable, is none."""
    values: dict[str, set[str]] = {}
    for name, value in _set(blocks):
        values.setdefault(name, set()).add(value)
    constants = {name: next(iter(all_of)) for name, all_of in values.items() if len(all_of) == 1}
    constants = {name: value for name, value in constants.items() if "$" not in value and len(value) <= LONGEST}
    return _filled(blocks, constants, frozenset(names)) if constants else blocks


def _set(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    for one in blocks:
        if one.name == "set" and len(one.args) == 2:
            yield one.args[0].lstrip("$"), one.args[1]
        yield from _set(one.within)


def _filled(blocks: Iterable[Block], constants: Mapping[str, str], names: frozenset[str]) -> tuple[Block, ...]:
    return tuple(
        replace(
            one,
            args=(_put(one.args[0], constants), *one.args[1:]) if one.name in names and one.args else one.args,
            within=_filled(one.within, constants, names),
        )
        for one in blocks
    )


def _put(text: str, constants: Mapping[str, str]) -> str:
    if len(text) > LONGEST:
        return text
    return VARIABLE.sub(lambda found: constants.get(found[1] or found[2], found[0]), text)
