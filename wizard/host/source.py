"""Parse the source of a Django settings file and tell the values in it, without running it.

Python's parser is a large program, and was not written for texts that mean harm: it runs with root's rights only on
what nobody else may write.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from wizard.base.language import _
from wizard.host import opening
from wizard.host.apart import apart
from wizard.host.reading import Reading, Unknown
from wizard.host.settings import COMPUTED, Settings, SettingsAt

MOST = 128 * 1024
"""Bytes; settings are short, and Python's parser takes a thousand times as much memory as a text has."""
DEEPEST, LARGEST = 12, 2**63
MUTATORS = frozenset(
    {
        *("add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "insert", "pop", "popitem"),
        *("remove", "reverse", "setdefault", "sort", "symmetric_difference_update", "update", "__setitem__"),
    }
)
# What such a call changes cannot be seen.
REACHING = frozenset({"exec", "globals", "include", "locals", "setattr", "vars"})
ALL = "*"


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `SettingsAt`, with the rights of whoever reads."""
    return {one: _said(one.path) for one in readings if isinstance(one, SettingsAt)}


def _said(path: str) -> Any:
    try:
        return read_source(opening.read(path, MOST))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(path, error)


def planned(data: bytes | Unknown | None) -> Settings | Unknown | None:
    """Return what a file with this content would say; it is parsed by a child without rights."""
    if not isinstance(data, bytes):
        return data
    [found] = apart(read_source, [data])
    answered: Settings | Unknown = found
    return answered


def read_source(data: bytes) -> Settings | Unknown:
    """Return what a file says, or that it is not Python, and where; `Unknown` if it is too large to be looked at."""
    if len(data) > MOST:
        return Unknown(_("it is larger than {most} KiB").format(most=MOST // 1024))
    lines = len(data.splitlines())
    try:
        with warnings.catch_warnings():
            # Their texts quote the line, which may hold a secret.
            warnings.simplefilter("ignore")
            compile(data, "settings", "exec", dont_inherit=True)
            module = ast.parse(data, "settings")
        return Settings(_settings(module), lines=lines)
    except SyntaxError as error:
        return Settings(problem=_clean(error.msg), line=error.lineno or 0, lines=lines)
    except (ValueError, RecursionError, MemoryError) as error:
        return Settings(problem=_clean(str(error) or type(error).__name__), lines=lines)


def _clean(message: str | None) -> str:
    return (message or "invalid syntax").encode(errors="replace").decode()[:200]


def _settings(module: ast.Module) -> dict[str, object]:
    found: dict[str, object] = {}
    # Names of the same list or mapping: `default = DATABASES['default']`.
    other_names: dict[str, str] = {}
    for statement in module.body:
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            touched = _touched(statement.value)
            before = found.get(statement.target.id, COMPUTED)
            _compute(found, other_names, touched | {statement.target.id})
            found[statement.target.id] = _joined(before, _value(statement.value))
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            _compute(found, other_names, _touched(statement))
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for name in (one.id for one in targets if isinstance(one, ast.Name)):
                found[name] = _value(statement.value)
                other_names.pop(name, None)
                if base := _base(statement.value):
                    other_names[name] = base
        else:
            _compute(found, other_names, _touched(statement))
    return found


def _compute(found: dict[str, object], other_names: dict[str, str], touched: set[str]) -> None:
    """Mark what a statement may have changed, under all of its names."""
    names = {*touched}
    for _step in range(len(other_names)):
        more = {other_names[name] for name in names if name in other_names} - names
        if not more:
            break
        names |= more
    if ALL in names:
        names = (names | {*found}) - {ALL}
    found.update(dict.fromkeys(names, COMPUTED))


def _joined(before: object, more: object) -> object:
    if isinstance(before, list | tuple) and isinstance(more, list | tuple):
        return [*before, *more]
    return COMPUTED


def _value(node: ast.expr, depth: int = 0) -> object:
    """Return a literal as plain data, `COMPUTED` where it is none, or none that could be shown or stored."""
    if depth > DEEPEST:
        return COMPUTED
    if isinstance(node, ast.Dict):
        return _entries(node, depth)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _several(node, depth)
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return COMPUTED
    return value if _plain(value) else COMPUTED


def _several(node: ast.List | ast.Tuple | ast.Set, depth: int) -> object:
    values = [_value(one, depth + 1) for one in node.elts]
    if any(value is COMPUTED for value in values):
        return COMPUTED
    if isinstance(node, ast.List):
        return values
    try:
        return tuple(values) if isinstance(node, ast.Tuple) else set(values)
    except TypeError:
        return COMPUTED


def _entries(node: ast.Dict, depth: int) -> object:
    """Evaluate a mapping, also one whose values are only partly literals: a database with a computed password."""
    keys = [_value(key, depth + 1) if isinstance(key, ast.Constant) else COMPUTED for key in node.keys]
    if any(key is COMPUTED for key in keys):
        return COMPUTED
    return {key: _value(value, depth + 1) for key, value in zip(keys, node.values, strict=True)}


def _plain(value: object) -> bool:
    if isinstance(value, str):
        # Escapes make halves of characters, which no file or terminal takes.
        return value.isascii() or not any("\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, int):
        # What has more digits than Python turns into text.
        return -LARGEST <= value < LARGEST
    return value is None or isinstance(value, bytes | float)


def _touched(statement: ast.AST) -> set[str]:
    """Return the names that a statement binds at module level, or whose lists and mappings it may change; `*` where
    that may be any."""
    found: set[str] = set()
    for node in _nodes(statement):
        found |= _bound(node)
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(_base(node) or ALL)
        elif isinstance(node, ast.Call):
            found |= _called(node, alone=isinstance(statement, ast.Expr))
    return found


def _nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run with the module: not those within functions and classes."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _bound(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store | ast.Del) else set()
    if isinstance(node, ast.alias):
        return {node.asname or node.name.partition(".")[0]}
    if isinstance(node, ast.MatchMapping):
        return {node.rest} if node.rest else set()
    if isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar
    ):
        return {node.name} if node.name else set()
    return set()


def _called(call: ast.Call, alone: bool) -> set[str]:
    """Return the names that a call may change: the one whose method it is, where it is a statement of its own or the
    method is one that changes; and what it is given, where it is a statement of its own."""
    given = {_base(one) for one in (*call.args, *(word.value for word in call.keywords))} if alone else set()
    if isinstance(call.func, ast.Name) and call.func.id in REACHING:
        given.add(ALL)
    if isinstance(call.func, ast.Attribute) and (alone or call.func.attr in MUTATORS):
        given.add(_base(call.func))
    return given - {""}


def _base(node: ast.expr) -> str:
    """Return the name that an expression such as `DATABASES['default']` starts from; "" if it is no such one."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
