"""The one door for guides: what it names is there, is known to mypy, and is loaded only when it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from wizard import api

SOURCE = Path(api.__file__)


def typed() -> dict[str, str]:
    """The names that a type checker knows, each with its module."""
    [block] = [
        node
        for node in ast.parse(SOURCE.read_text()).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    found: dict[str, str] = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert node.module
        for one in node.names:
            assert one.asname is None, f"{one.name}: one thing has one name"
            assert one.name not in found
            found[one.name] = node.module
    return found


def test_type_checkers_and_programs_are_told_the_same() -> None:
    assert typed() == api._MODULE_OF


def test_no_name_stands_for_two_things() -> None:
    names = [name for names in api._NAMES.values() for name in names.split()]
    assert len(names) == len(set(names))


def test_every_name_is_what_its_module_has() -> None:
    for name in sorted(api._MODULE_OF):
        module = import_module(api._MODULE_OF[name])
        found = getattr(api, name)
        assert found is getattr(module, name), name
        if isinstance(found, type):
            assert found.__module__ == module.__name__, f"{name} is defined elsewhere"
        elif isinstance(found, ModuleType):
            assert found.__name__ == f"{module.__name__}.{name}"


def test_it_tells_what_it_has() -> None:
    assert {*dir(api)} == {*typed(), "VERSION"}


def test_what_it_does_not_have_is_refused_by_name() -> None:
    name = "Nonsense"
    with pytest.raises(AttributeError, match="'Nonsense'"):
        getattr(api, name)


def loaded(statement: str) -> set[str]:
    """The modules of Jalon that a statement loads."""
    script = f"import sys\n{statement}\nprint(*(name for name in sys.modules if name.startswith('wizard')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return {*done.stdout.split()}


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    assert loaded("import wizard.api") == {"wizard", "wizard.api"}
    names = loaded("from wizard.api import Packages")
    assert "wizard.steps.packages" in names
    assert not {name for name in names if name.startswith("wizard.probes")}
