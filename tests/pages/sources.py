"""Python sources, parsed: their functions, what a name was assigned, who calls what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef
ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Module:
    """One module: its name with dots, its tree, and the node around each node."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.nodes = list(ast.walk(self.tree))
        self.above = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def functions(self) -> Mapping[str, list[Function]]:
        """Functions and methods by name."""
        found: dict[str, list[Function]] = {}
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
        return found

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What stands around a node, from the inside out."""
        while node in self.above:
            node = self.above[node]
            yield node

    @cached_property
    def _assigning(self) -> Mapping[ast.AST, list[ast.Assign | ast.AnnAssign]]:
        """The assignments of each function, and of the module."""
        found: dict[ast.AST, list[ast.Assign | ast.AnnAssign]] = {}
        for node in self.nodes:
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                found.setdefault(self.scope(node), []).append(node)
        return found

    def scope(self, node: ast.AST) -> ast.AST:
        """The function around a node; the module where there is none."""
        return next((one for one in self.ancestors(node) if isinstance(one, ast.FunctionDef)), self.tree)

    @cached_property
    def _called(self) -> Mapping[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Call):
                found.setdefault(called(node), []).append(node)
        return found

    def calls(self, name: str) -> Sequence[ast.Call]:
        """The calls of functions, methods or classes of that name."""
        return self._called.get(name, [])

    def assigned(self, name: ast.Name) -> Iterator[ast.expr]:
        """What a name may hold where it is used, as far as the order of the lines tells: the last value that it has in
        any case, and those that it was given since under a condition."""
        scope, around = self.scope(name), {name, *self.ancestors(name)}
        before = [found for found in self._assignments(scope, name.id) if found[0].lineno < name.lineno]
        if not before and scope is not self.tree:
            before = list(self._assignments(self.tree, name.id))
        sure = [number for number, (node, _value) in enumerate(before) if self.above[node] in around]
        for number, (node, value) in enumerate(before):
            if number in sure[-1:] or (number > max(sure, default=-1) and not self._left(node)):
                yield value

    def _assignments(self, scope: ast.AST, name: str) -> Iterator[tuple[ast.stmt, ast.expr]]:
        for node in self._assigning.get(scope, ()):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if node.value and (value := matched(target, node.value, name)):
                    yield node, value

    def _left(self, node: ast.AST) -> bool:
        """Whether the block of a statement ends in leaving."""
        block = self.above[node]
        bodies = [getattr(block, part, []) for part in ("body", "orelse")]
        return any(isinstance(body, list) and node in body and isinstance(body[-1], ENDS) for body in bodies)


def called(node: ast.Call) -> str:
    """The name of what is called; "" for what has none."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def matched(target: ast.expr, value: ast.expr, name: str) -> ast.expr | None:
    """The part of a value that an assignment gives to a name; of what is not taken apart in the source, an index."""
    if isinstance(target, ast.Name):
        return value if target.id == name else None
    if isinstance(target, ast.Tuple):
        names = [one.id if isinstance(one, ast.Name) else "" for one in target.elts]
        if name not in names:
            return None
        if isinstance(value, ast.Tuple) and len(value.elts) == len(names):
            return value.elts[names.index(name)]
        return ast.Subscript(value, ast.Constant(names.index(name)), ast.Load())
    return None


def modules(root: Path, *rooms: str) -> Iterator[Module]:
    """The modules of these folders that make causes, or may be asked for their words."""
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if any(word in source for word in ("Cause(", "Remedy(", "Candidate(")):
                yield Module(".".join(path.relative_to(root).with_suffix("").parts), source)
