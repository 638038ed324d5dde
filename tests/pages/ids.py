"""The ids and patterns that an expression of the source may be, each with what is given where it is that one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tests.pages.sources import Module, called
from tests.pages.texts import Given, Place, Reader, argument, parameters


def ids(reader: Reader, place: Place) -> Iterator[tuple[str, Given]]:
    """The ids that an expression may be; "" for one that the source does not tell."""
    module, node, given = place
    if isinstance(node, ast.Constant):
        yield str(node.value), given
    elif isinstance(node, ast.IfExp):
        for branch, way in ((node.body, True), (node.orelse, False)):
            ways = {**given.ways, ast.dump(node.test): way}
            yield from ids(reader, Place(module, branch, Given(given.names, ways)))
    elif isinstance(node, ast.Name) and (bound := [*_rounds(reader, module, node)] or [*_calls(module, node)]):
        for one in bound:
            found = ids(reader, one.names[node.id]) if node.id in one.names else iter([("", one)])
            yield from ((id, one) for id, _given in found)
    elif isinstance(node, ast.Name) and (steps := list(reader.steps(place))):
        for step in steps:
            yield from ids(reader, step)
    else:
        yield "", given


def named(reader: Reader, place: Place) -> Iterator[str]:
    """The strings that an expression may be; `...` stands for what the source does not tell."""
    node = place.node
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(_part(reader, place._replace(node=one)) for one in node.values)
    elif isinstance(node, ast.Name):
        for step in reader.steps(place):
            yield from named(reader, step)


def _part(reader: Reader, place: Place) -> str:
    if isinstance(place.node, ast.FormattedValue):
        return next(named(reader, place._replace(node=place.node.value)), "...")
    return next(named(reader, place), "...")


def _rounds(reader: Reader, module: Module, node: ast.Name) -> Iterator[Given]:
    """What the names of the loop around hold in each round, where a loop gives that name its value."""
    for loop in module.ancestors(node):
        for head in [loop] if isinstance(loop, ast.For) else getattr(loop, "generators", []):
            names = [one.id for one in ast.walk(head.target) if isinstance(one, ast.Name)]
            if node.id in names:
                for values in _rows(reader, Place(module, head.iter)):
                    yield Given(dict(zip(names, values, strict=False)))


def _rows(reader: Reader, place: Place) -> Iterator[Sequence[Place]]:
    """The tuples that an iteration gives, also the `items()` of a table."""
    node = place.node
    if isinstance(node, ast.Call) and called(node) == "items" and isinstance(node.func, ast.Attribute):
        for whole in reader.wholes(place._replace(node=node.func.value)):
            if isinstance(whole.node, ast.Dict):
                for key, value in zip(whole.node.keys, whole.node.values, strict=True):
                    yield [whole._replace(node=one) for one in (key, value) if one]
        return
    for whole in reader.wholes(place):
        for one in getattr(whole.node, "elts", ()):
            yield [whole._replace(node=each) for each in getattr(one, "elts", ())]


def _calls(module: Module, node: ast.Name) -> Iterator[Given]:
    """What the arguments of the function around are in each call, where that name is one of them."""
    scope = module.scope(node)
    if isinstance(scope, ast.FunctionDef) and not list(module.assigned(node)):
        names = parameters(scope)
        for call in module.calls(scope.name) if node.id in names else ():
            values = {name: argument(call, place, name) for place, name in enumerate(names)}
            yield Given({name: Place(module, value) for name, value in values.items() if value is not None})
