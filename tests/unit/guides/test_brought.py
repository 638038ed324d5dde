"""What guides bring of their own: readers and kinds of changes, named and loaded late."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

from wizard.changes.change import Change, Failed, from_data
from wizard.changes.kinds import KINDS, with_those_of
from wizard.guide import Guide
from wizard.guides.registry import guides
from wizard.host.live import READERS, Live
from wizard.host.reading import Reading

GUIDES = list(guides().values())
every = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)


def parts(guide: Guide, kind: type[Any]) -> Iterator[type[Any]]:
    """The classes of that kind in a guide's own folder."""
    package = import_module(f"wizard.guides.{guide.id.replace('-', '_')}")
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        for _name, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(found, kind) and found.__module__ == module.name:
                yield found


@every
def test_its_readers_are_there(guide: Guide) -> None:
    for family, place in guide.readers.items():
        module, _colon, name = place.partition(":")
        assert callable(getattr(import_module(module), name)), family
    Live(readers=guide.readers)


@every
def test_each_of_its_readings_has_a_reader(guide: Guide) -> None:
    assert {found.family for found in parts(guide, Reading)} <= {*READERS, *guide.readers}


@every
def test_its_changes_make_known_families_old(guide: Guide) -> None:
    assert {family for found in parts(guide, Change) for family in found.stale} <= {*READERS, *guide.readers, "*"}


@every
def test_its_kinds_can_be_undone(guide: Guide) -> None:
    assert {*KINDS} <= {*with_those_of(guide.kinds)}


def test_the_guide_of_omero_web_brings_some() -> None:
    assert [*guides()["omero-web"].readers] == ["omero"]


class TestKinds:
    def test_one_that_a_guide_brings_is_read_back(self) -> None:
        kinds = with_those_of(["wizard.changes.units:UnitStarted"])
        assert from_data({"kind": "UnitStarted", "unit": "x.service"}, kinds).subject == "x.service"

    def test_two_of_one_name_are_refused(self) -> None:
        with pytest.raises(ValueError, match="FileRemoved"):
            with_those_of(["wizard.changes.files:FileRemoved"])

    def test_one_that_nobody_knows_is_told_in_words(self) -> None:
        with pytest.raises(Failed, match="Nonsense") as failed:
            from_data({"kind": "Nonsense", "path": "/x"}, KINDS)
        assert failed.value.remedy
