"""Who imports whom below a folder: its modules, the rooms that they lie in, circles, and names that are handed on."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

# Folders whose own folders are rooms: each guide is one.
OF_ROOMS = ("wizard.guides",)

Graph = Mapping[str, Collection[str]]


def walk(node: ast.AST) -> Sequence[ast.AST]:
    """All nodes below one, as `ast.walk` has them, and at once from the second time."""
    if not isinstance(node, ast.Module):
        return tuple(ast.walk(node))
    if "all_below" not in vars(node):
        vars(node)["all_below"] = tuple(ast.walk(node))
    found: tuple[ast.AST, ...] = vars(node)["all_below"]
    return found


@cache
def parsed(path: Path) -> ast.Module:
    """A file, parsed once."""
    return ast.parse(path.read_text(), str(path))


def dotted(node: ast.AST) -> str:
    """What stands there, as it is written; for names with points, at little cost."""
    names: list[str] = []
    one = node
    while isinstance(one, ast.Attribute):
        names.append(one.attr)
        one = one.value
    return ".".join((one.id, *reversed(names))) if isinstance(one, ast.Name) else ast.unparse(node)


@dataclass(frozen=True)
class Import:
    """An import: where it stands, the module that it names, and the name taken from it; "" for the module itself."""

    line: int
    module: str
    name: str = ""


@dataclass(frozen=True)
class Source:
    """All Python below some top folders of `root`."""

    root: Path
    tops: tuple[str, ...] = ("wizard", "screens")

    @cached_property
    def modules(self) -> dict[str, Path]:
        """Every module by its name; a package is its `__init__`."""
        found = {}
        for top in self.tops:
            for path in sorted((self.root / top).rglob("*.py")):
                parts = path.relative_to(self.root).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return found

    @cached_property
    def trees(self) -> dict[str, ast.Module]:
        """Every module, parsed."""
        return {name: parsed(path) for name, path in self.modules.items()}

    def is_package(self, module: str) -> bool:
        """Whether it is a folder."""
        return self.modules[module].name == "__init__.py"

    def imports(self, module: str) -> Iterator[Import]:
        """Every import in it of a module that is ours, wherever it stands, those for types alone too."""
        for node in walk(self.trees[module]):
            if isinstance(node, ast.Import):
                for one in node.names:
                    if one.name in self.modules:
                        yield Import(node.lineno, one.name)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0 and node.module, f"{module}:{node.lineno}: imports are absolute"
                for one in node.names:
                    if f"{node.module}.{one.name}" in self.modules:
                        yield Import(node.lineno, f"{node.module}.{one.name}")
                    elif node.module in self.modules:
                        yield Import(node.lineno, node.module, one.name)

    @cached_property
    def files(self) -> Graph:
        """Each module with those that it imports."""
        return {name: {one.module for one in self.imports(name)} - {name} for name in self.modules}

    def room(self, module: str) -> str:
        """The folder that a module is in, one of the outermost; a module in none is a room of its own."""
        top, *rest = module.split(".")
        if not rest:
            return top
        room = f"{top}.{rest[0]}"
        if room in OF_ROOMS and len(rest) > 1 and self.is_package(f"{room}.{rest[1]}"):
            return f"{room}.{rest[1]}"
        return room

    @cached_property
    def rooms(self) -> Graph:
        """Each room with those that it knows."""
        found: dict[str, set[str]] = {}
        for name, known in self.files.items():
            room = self.room(name)
            found.setdefault(room, set()).update({self.room(one) for one in known} - {room})
        return found

    def defined(self, module: str) -> set[str]:
        """The names that a module defines itself, whatever it imports."""
        return set(_defined(self.trees[module].body))

    def handed_on(self, doors: Collection[str] = ()) -> Iterator[str]:
        """The names that are taken from a module that only imported them itself; `doors` may be taken from."""
        for module in self.modules:
            for line, owner, name in self._taken(module):
                if owner not in doors and name not in self.defined(owner):
                    yield f"{module}:{line}: {name} is not defined in {owner}"

    def marked_to_hand_on(self, doors: Collection[str] = ()) -> Iterator[str]:
        """The imports of ours whose form says that the name is for others (`a as a`), though nobody may take it yet."""
        for module in sorted(self.modules.keys() - {*doors}):
            for node in walk(self.trees[module]):
                if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in self.tops:
                    renamed = (one for one in node.names if one.asname == one.name)
                    yield from (f"{module}:{node.lineno}: {one.name} as {one.name}" for one in renamed)

    def _taken(self, module: str) -> Iterator[tuple[int, str, str]]:
        """Every name that is taken from one of our modules: where, of which, and the name; by `module.name` too."""
        for one in self.imports(module):
            if one.name:
                yield one.line, one.module, one.name
        tree = self.trees[module]
        called = dict(self._modules_in(tree))
        for node in walk(tree):
            owner = called.get(dotted(node.value)) if isinstance(node, ast.Attribute) else None
            if isinstance(node, ast.Attribute) and owner and f"{owner}.{node.attr}" not in self.modules:
                yield node.lineno, owner, node.attr

    def _modules_in(self, tree: ast.Module) -> Iterator[tuple[str, str]]:
        """What our modules are called in that one."""
        for node in walk(tree):
            if isinstance(node, ast.Import):
                yield from ((one.asname or one.name, one.name) for one in node.names if one.name in self.modules)
            elif isinstance(node, ast.ImportFrom):
                for one in node.names:
                    if f"{node.module}.{one.name}" in self.modules:
                        yield one.asname or one.name, f"{node.module}.{one.name}"


def _defined(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
            names = (one for one in ast.walk(node) if isinstance(one, ast.Name))
            yield from (one.id for one in names if isinstance(one.ctx, ast.Store))
        for part in ("body", "orelse", "finalbody", "handlers"):
            yield from _defined(getattr(node, part, []))


def circles(graph: Graph) -> list[list[str]]:
    """The groups of nodes each of which leads back to itself through the others (Tarjan's components above one)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in number:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == number[node]:
            group = stack[stack.index(node) :]
            del stack[-len(group) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in number:
            visit(node)
    return sorted(found)


def pairs(graph: Graph) -> list[tuple[str, str]]:
    """The pairs that know each other both ways."""
    return sorted((one, other) for one in graph for other in graph[one] if one < other and one in graph.get(other, ()))


def arrows(lines: Iterable[str], top: str = "wizard") -> Graph:
    """The arrows in lines such as `one > other > third`, whose names are those of rooms below `top`."""
    found: dict[str, set[str]] = {}
    for line in lines:
        names = [one if one.split(".")[0] in (top, "screens") else f"{top}.{one}" for one in line.split(" > ")]
        for one, other in zip(names, [*names[1:], None], strict=True):
            found.setdefault(one, set()).update({other} if other else ())
    return found


def joined(*graphs: Graph) -> Graph:
    """All edges of these graphs."""
    names = {name for graph in graphs for name in graph}
    return {name: {other for graph in graphs for other in graph.get(name, ())} for name in names}
