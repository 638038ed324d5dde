"""What libraries do not promise is used in one module, by names that are there."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import screens

ALLOWED = "screens/widgets/textual_private.py"
"""The one module that may use private names of others."""
NAMES = {"rich._wrap", "textual.widgets._footer", "textual.widgets._footer.FooterKey", "sys.__stdout__"}
"""All that it uses."""
PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Of named tuples, and of `os`; Python documents them."""
ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "screens").rglob("*.py"))


def private(name: str) -> bool:
    """Whether a name is nobody's business; `_` and `_n` are how texts are translated."""
    return name.startswith("_") and name not in ("_", "_n") and not (name.startswith("__") and name.endswith("__"))


def uses(text: str) -> Iterator[str]:
    """The private names of other modules and other objects in a module's text."""
    module = ast.parse(text)
    own = {
        node.name
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and private(node.name)
    }
    own |= {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute) and of_self(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(node)
        elif isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in PUBLIC:
            if not of_self(node) and node.attr not in own:
                yield ast.unparse(node)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.__stdout__", "sys.__stdin__"):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call):
            yield from asked_by_name(node)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The private names that an import names; a private module with all that is taken from it."""
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names if any(map(private, one.name.split("."))))
        return
    module = node.module or ""
    if module.startswith("__"):
        return
    hidden = any(map(private, module.split(".")))
    if hidden:
        yield module
    yield from (f"{module}.{one.name}" for one in node.names if hidden or any(map(private, one.name.split("."))))


def asked_by_name(node: ast.Call) -> Iterator[str]:
    """The calls that reach a private name by its text, and every `vars`."""
    if ast.unparse(node.func) in ("vars", "getattr", "setattr", "delattr"):
        words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        yield from (ast.unparse(node) for one in words if private(one))
        if ast.unparse(node.func) == "vars":
            yield ast.unparse(node)


def of_self(node: ast.Attribute) -> bool:
    """Whether it is an object's own; what of that is another's is asked of classes."""
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def test_private_names_are_used_in_one_module() -> None:
    names = {path: path.relative_to(ROOT).as_posix() for path in FILES}
    assert not [f"{name}: {use}" for path, name in names.items() if name != ALLOWED for use in uses(path.read_text())]


def test_that_module_uses_what_is_named_here() -> None:
    assert set(uses((ROOT / ALLOWED).read_text())) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_is_named_is_there(name: str) -> None:
    """Red where a new version of Textual has it no more."""
    try:
        importlib.import_module(name)
    except ImportError:
        module, _dot, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


@pytest.mark.parametrize(
    "text",
    [
        "import textual._work",
        "from textual._box import Box",
        "from textual.app import _App",
        "app._load_screen_css(screen)",
        "super()._value",
        "getattr(app, '_thread')",
        "vars(library)['result'] = 1",
        "sys.__stdout__.write('')",
    ],
)
def test_such_uses_are_seen(text: str) -> None:
    assert list(uses(text))


def classes() -> Iterator[type]:
    """Every class of the screens that Textual is a base of."""
    for found in pkgutil.walk_packages(screens.__path__, "screens."):
        for one in vars(importlib.import_module(found.name)).values():
            if isinstance(one, type) and one.__module__ == found.name and any(map(of_textual, one.__mro__)):
                yield one


def of_textual(one: type) -> bool:
    """Whether a class is Textual's."""
    return one.__module__.partition(".")[0] == "textual"


@functools.cache
def own_names(one: type) -> frozenset[str]:
    """The private names that a class gives itself or its objects."""
    body = ast.parse(textwrap.dedent(inspect.getsource(one)))
    assigned = {
        node.attr
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute) and of_self(node) and isinstance(node.ctx, ast.Store)
    }
    return frozenset(name for name in assigned | set(vars(one)) if private(name))


# What Textual's metaclass puts into every class.
MADE = {"_abc_impl", "_reactives", "_computes", "_css_type_name", "_css_type_names", "_merged_bindings"}
# What is overridden all the same, in the one module that may, as `test_fault.py` shows.
OVERRIDDEN = {"QuietApp": {"_fatal_error"}}
MADE |= {"_inherit_css", "_inherit_bindings", "_inherit_component_classes", "_decorated_handlers"}


@pytest.mark.parametrize("one", sorted(set(classes()), key=repr), ids=lambda one: one.__name__)
def test_no_private_name_of_textual_is_overridden(one: type) -> None:
    theirs = {name for base in one.__mro__ if of_textual(base) for name in own_names(base)}
    assert not (own_names(one) & theirs) - MADE - OVERRIDDEN.get(one.__name__, set())
