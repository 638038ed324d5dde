"""What all probes have in common: their fields, their words, and what they leave alone."""

from __future__ import annotations

import ast
import inspect
from dataclasses import FrozenInstanceError
from importlib import import_module

import pytest

from wizard.base.values import field_names
from wizard.findings.probe import Probe
from wizard.host.live import READERS
from wizard.host.reading import Reading

MODULES = (
    *("machine", "upkeep", "programs", "packages", "units", "users", "postgresql", "git", "files", "environments"),
    *("supervisor", "selinux"),
)
PROBES = sorted(
    {
        found
        for name in MODULES
        for found in vars(import_module(f"wizard.probes.{name}")).values()
        if isinstance(found, type) and issubclass(found, Probe) and found is not Probe
    },
    key=lambda probe: probe.__name__,
)


def test_there_are_probes() -> None:
    assert len(PROBES) == 32


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
def test_fields(probe: type[Probe]) -> None:
    names = field_names(probe)
    assert names[:2] == ("id", "title")
    assert names[-1] == "after"
    assert vars(probe)["after"] == ()
    one = object.__new__(probe)
    object.__setattr__(one, "id", "a.b")
    with pytest.raises(FrozenInstanceError):
        one.id = "another"  # type: ignore[misc]
    assert probe.__doc__ and not probe.__doc__.startswith(f"{probe.__name__}(")


@pytest.mark.parametrize("name", MODULES)
def test_probes_touch_nothing(name: str) -> None:
    """They neither open files nor start children: they read hosts."""
    tree = ast.parse(inspect.getsource(import_module(f"wizard.probes.{name}")))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not modules & {"os", "pathlib.Path", "subprocess", "socket", "shutil", "sh", "wizard.carry_out"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"open", "exec", "eval", "Path"}


def test_every_family_has_a_reader() -> None:
    for name in ("commands", "updates"):
        module = import_module(f"wizard.host.{name}")
        families = {
            found.family for found in vars(module).values() if isinstance(found, type) and issubclass(found, Reading)
        }
        assert families - {""} <= set(READERS)
