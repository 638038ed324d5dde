"""What an expression of the source may say: the texts that it is made of, as they stand in the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tests.pages.sources import Function, Module, called

Text = tuple[str, ...]
"""A text's parts, each translated by itself."""
DEPTH = 8


class Given:
    """What is taken for granted where something stands: what names hold, and the ways of conditions."""

    def __init__(self, names: Mapping[str, Place] | None = None, ways: Mapping[str, bool] | None = None) -> None:
        self.names = dict(names or {})
        self.ways = dict(ways or {})


class Place(NamedTuple):
    """An expression, the module it stands in, and what is given there."""

    module: Module
    node: ast.expr
    given: Given = Given()


class Reader:
    """Reads expressions of some modules. What it cannot understand says nothing."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self._everywhere: dict[str, list[tuple[Module, Function]]] = {}
        for module in modules:
            for name, found in module.functions.items():
                self._everywhere.setdefault(name, []).extend((module, one) for one in found)

    def texts(self, place: Place, depth: int = DEPTH) -> list[Text]:
        """The texts that an expression may be."""
        node = place.node
        if not depth:
            return []
        if isinstance(node, ast.Constant):
            return [(node.value,)] if isinstance(node.value, str) and node.value.strip() else []
        if isinstance(node, ast.JoinedStr):
            return self._joined(place, node, depth)
        if isinstance(node, ast.Call) and called(node) == "_n":
            # One and many, as gettext's files have them.
            forms = [str(one.value) for one in node.args[:2] if isinstance(one, ast.Constant)]
            return [("\0".join(forms),)]
        if isinstance(node, ast.Call) and called(node) == "joined":
            return self._in_a_line(place, node, depth)
        if isinstance(node, ast.Call) and (told := _spoken(node)):
            return self.texts(place._replace(node=told), depth - 1)
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name | ast.Attribute):
            return []
        return [text for one in self.steps(place, depth) for text in self.texts(one, depth - 1)]

    def remedies(self, place: Place, depth: int = DEPTH) -> list[Text]:
        """The texts of the remedies that an expression may be."""
        node = place.node
        if not depth:
            return []
        if isinstance(node, ast.Call) and called(node) == "Remedy":
            told = argument(node, 0, "text")
            return self.texts(place._replace(node=told), depth - 1) if told else []
        return [text for one in self.steps(place, depth) for text in self.remedies(one, depth - 1)]

    def wholes(self, place: Place, depth: int = DEPTH) -> Iterator[Place]:
        """The tables, lists and tuples that an expression may be."""
        if isinstance(place.node, (ast.Dict, ast.Tuple, ast.List)):
            yield place
        elif depth:
            for one in self.steps(place, depth):
                yield from self.wholes(one, depth - 1)

    def steps(self, place: Place, depth: int = DEPTH) -> Iterator[Place]:
        """The expressions whose values an expression may have."""
        node = place.node
        if isinstance(node, ast.IfExp):
            way = place.given.ways.get(ast.dump(node.test))
            branches = ((node.body, True), (node.orelse, False))
            yield from (place._replace(node=one) for one, taken in branches if way in (None, taken))
        elif isinstance(node, ast.BoolOp):
            yield from (place._replace(node=one) for one in node.values)
        elif isinstance(node, ast.Subscript):
            yield from self._items(place, node, depth)
        elif isinstance(node, ast.Name):
            yield from self._values(place, node)
        elif isinstance(node, ast.Call):
            yield from self._returned(place, node)

    def _values(self, place: Place, node: ast.Name) -> Iterator[Place]:
        """What a name may stand for."""
        module = place.module
        if node.id in place.given.names:
            yield place.given.names[node.id]
            return
        found = list(module.assigned(node))
        yield from (place._replace(node=value) for value in found)
        scope = module.scope(node)
        if not found and isinstance(scope, ast.FunctionDef):
            names = parameters(scope)
            for call in module.calls(scope.name) if node.id in names else ():
                if value := argument(call, names.index(node.id), node.id):
                    yield Place(module, value)

    def _returned(self, place: Place, node: ast.Call) -> Iterator[Place]:
        """What a called function returns: one of the module's, or the only one of that name."""
        module, name = place.module, called(node)
        found = [(module, one) for one in module.functions.get(name, ())] or self._everywhere.get(name, [])
        for there, function in found if len(found) == 1 else ():
            pairs = [*zip(parameters(function), node.args, strict=False)]
            pairs += [(word.arg or "", word.value) for word in node.keywords]
            given = Given({name: place._replace(node=value) for name, value in pairs})
            for inner in ast.walk(function):
                if isinstance(inner, ast.Return) and inner.value:
                    yield Place(there, inner.value, given)

    def _items(self, place: Place, node: ast.Subscript, depth: int) -> Iterator[Place]:
        """The items that an index may choose: all of them, where it is not known."""
        key = _key(node.slice, place.given)
        for whole in self.wholes(place._replace(node=node.value), depth - 1):
            if isinstance(whole.node, ast.Dict):
                pairs = list(zip(whole.node.keys, whole.node.values, strict=True))
                exact = [value for one, value in pairs if isinstance(one, ast.Constant) and one.value == key]
                yield from (whole._replace(node=one) for one in exact or [value for _one, value in pairs])
            elif isinstance(whole.node, ast.Tuple) and isinstance(key, int) and key < len(whole.node.elts):
                yield whole._replace(node=whole.node.elts[key])

    def _joined(self, place: Place, node: ast.JoinedStr, depth: int) -> list[Text]:
        whole: Text = ()
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                whole += self._part(place._replace(node=part.value), depth)
            elif isinstance(part, ast.Constant):
                whole += (str(part.value),)
        return _worded(whole)

    def _in_a_line(self, place: Place, node: ast.Call, depth: int) -> list[Text]:
        """What `joined` makes of its arguments."""
        whole: Text = ()
        for number, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                return []
            whole += ("; ",) * bool(number) + self._part(place._replace(node=argument), depth)
        return _worded(whole)

    def _part(self, place: Place, depth: int) -> Text:
        """A part of a text: its first wording, or what stands for it."""
        if isinstance(place.node, ast.Call) and called(place.node) == "colon":
            return (": ",)
        if inner := self.texts(place, depth - 1):
            return inner[0]
        name = ast.unparse(place.node).rpartition(".")[2]
        return (f"{{{name}}}" if name.isidentifier() else "...",)


def _worded(whole: Text) -> list[Text]:
    """A text, where it has words of its own."""
    return [whole] if any(len(part.split()) > 1 for part in whole) else []


def _spoken(node: ast.Call) -> ast.expr | None:
    """The expression of which a call makes a text that says the same."""
    name = called(node)
    if name == "format" and isinstance(node.func, ast.Attribute):
        return node.func.value
    return node.args[0] if name in ("_", "Quote", "str") and node.args else None


def _key(node: ast.expr, given: Given) -> object:
    if isinstance(node, ast.Name) and node.id in given.names:
        node = given.names[node.id].node
    return node.value if isinstance(node, ast.Constant) else None


def parameters(function: Function) -> list[str]:
    """The names of a function's arguments, in their order, but for `self`."""
    return [one.arg for one in (*function.args.args, *function.args.kwonlyargs) if one.arg != "self"]


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """An argument of a call, by its place or its name."""
    named = next((word.value for word in call.keywords if word.arg == name), None)
    return named or (call.args[place] if place < len(call.args) else None)
