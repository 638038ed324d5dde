"""Read the values in a Django settings file from its source, without running it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping

# Marks a value that can be known only by running the file.
COMPUTED = object()


def parse_source(source: bytes, path: str) -> ast.Module:
    """Parse the source of a Python file.

    Raises `SyntaxError` with line and message. Warnings are suppressed, because they print the line itself, which may
    contain a secret.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, path, "exec", dont_inherit=True)
            return ast.parse(source, path)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or type(error).__name__) from None


def settings(module: ast.Module) -> Mapping[str, object]:
    """Return the final value of each name assigned at module level; `COMPUTED` if it is not a literal, or if a block, a
    call or a non-literal addition may change it."""
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
    """Evaluate a dict whose values are only partly literals, such as a database with a computed password."""
    if not all(isinstance(key, ast.Constant) for key in node.keys):
        return COMPUTED
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: _value(value) for key, value in pairs if isinstance(key, ast.Constant)}


def _touched(statement: ast.stmt) -> set[str]:
    """Return the names that a block assigns, or that a call such as `ALLOWED_HOSTS.append(...)` may change."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    calls = [n.func for n in ast.walk(statement) if isinstance(n, ast.Call)]
    called = {f.value.id for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name)}
    return stored | called
