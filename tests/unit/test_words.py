"""What the code says of itself: every public method has words, its own or those of what it overrides."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for room in ("wizard", "screens")
    for path in (ROOT / room).rglob("*.py")
    if path.name != "__main__.py"
)


def without_words(module: str) -> Iterator[str]:
    """The public methods and properties of a module's classes that have a docstring nowhere."""
    for name, kind in vars(import_module(module)).items():
        if not inspect.isclass(kind) or kind.__module__ != module or name.startswith("_"):
            continue
        for member, value in vars(kind).items():
            method = inspect.isfunction(value) and value.__name__ != "<lambda>"
            spoken = method or isinstance(value, property | classmethod | staticmethod)
            if spoken and not member.startswith("_") and not inspect.getdoc(getattr(kind, member)):
                yield f"{module}.{name}.{member}"


def test_every_public_method_has_words_or_inherits_them() -> None:
    assert not [one for module in MODULES for one in without_words(module)]


class Silent:
    """A class with a method of which nothing is said."""

    def does(self) -> None:
        pass


class Spoken:
    """A class of whose property something is said."""

    @property
    def does(self) -> int:
        """Something."""
        return 1


class Inheriting(Spoken):
    """A class whose property has the words of the one that it overrides."""

    @property
    def does(self) -> int:
        return 2


def test_this_test_sees_what_is_silent() -> None:
    assert f"{__name__}.Silent.does" in list(without_words(__name__))
    assert f"{__name__}.Inheriting.does" not in list(without_words(__name__))
