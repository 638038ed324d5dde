"""What a Django settings file sets, read from its text: it is never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping

# Stands for a value that only running the file would tell.
COMPUTED = object()


def parse_source(source: bytes, path: str) -> ast.Module:
    """The parsed source of a Python file.

    Raises `SyntaxError` with the line and what is wrong there; what the parser warns of is kept quiet, because
    it would print the line itself, which may hold a secret.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, path, "exec", dont_inherit=True)
            return ast.parse(source, path)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or type(error).__name__) from None


def settings(module: ast.Module) -> Mapping[str, object]:
    """The names that are set at the top of a module, the last value of each; `COMPUTED` where it is no literal,
    or where it may be changed in a block, by a call or by addition of what is no literal."""
    found: dict[str, object] = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                _set(found, target, statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            _set(found, statement.target, statement.value)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            _add(found, statement.target.id, _value(statement.value))
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            found.update(dict.fromkeys(_touched(statement), COMPUTED))
    return found


def _set(found: dict[str, object], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        found[target.id] = _value(value)
    else:
        found.update({node.id: COMPUTED for node in ast.walk(target) if isinstance(node, ast.Name)})


def _add(found: dict[str, object], name: str, more: object) -> None:
    before = found.get(name, COMPUTED)
    if isinstance(before, list | tuple) and isinstance(more, list | tuple):
        found[name] = [*before, *more]
    else:
        found[name] = COMPUTED


def _value(node: ast.expr) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return _entries(node) if isinstance(node, ast.Dict) else COMPUTED
    return value


def _entries(node: ast.Dict) -> object:
    """A mapping of which only some values are literals: a database whose password comes from elsewhere has a name."""
    if not all(isinstance(key, ast.Constant) for key in node.keys):
        return COMPUTED
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: _value(value) for key, value in pairs if isinstance(key, ast.Constant)}


def _touched(statement: ast.stmt) -> set[str]:
    """The names that a block sets, or that a call such as `ALLOWED_HOSTS.append(...)` may change."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    calls = [n.func for n in ast.walk(statement) if isinstance(n, ast.Call)]
    called = {f.value.id for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name)}
    return stored | called
