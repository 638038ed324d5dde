"""Steps about OMERO.web: its properties, lists and static files; environments that pip fills; Ice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.support import bare, drain, drained, read
from wizard.base.secret import Secret
from wizard.changes.change import Change
from wizard.changes.receipts import Receipt
from wizard.guides.omero_web.parts.ice import IceThere
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.steps import OmeroListed, OmeroProperty, OmeroStatics, PropertyValue, listed, same
from wizard.host.children import CommandResult
from wizard.host.commands import CommandOutput
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.reading import NotKnown, Unknown
from wizard.host.records import Applied
from wizard.steps.pip import Module, PipEnvironment, PipModules, python_of
from wizard.steps.step import Blocked

OMERO = Omero("/opt/web", "/opt/venv", "omero-web")
VENV = EnvironmentAt("/opt/venv")
KEY = "omero.web.x"
A, B = '{"index": 0, "class": "a"}', '{"index": 10, "class": "b"}'


def words(changes: list[Change]) -> list[str]:
    """Each in a word or two."""
    return [f"{change.kind} {change.subject}" for change in changes]


def environment(python: str = "3.10.4", **modules: str) -> Environment:
    """One that holds these."""
    return Environment(python, "/usr/bin", {name.replace("_", "-"): version for name, version in modules.items()})


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ('[["h", 4064, "omero"]]', '[["h",4064,"omero"]]', True),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', True),
        ("True", "true", True),
        ("FALSE", "false", True),
        ("4", "4.0", True),
        ("", None, False),
        ("null", None, False),
        (None, None, True),
    ],
)
def test_values_are_the_same_by_what_they_mean(one: str | None, other: str | None, alike: bool) -> None:
    assert same(one, other) is alike
    assert same(other, one) is alike


@pytest.mark.parametrize(("value", "found"), [('["a", 1]', ["a", 1]), ("{}", []), ("no json", []), (None, [])])
def test_a_list_is_one_or_holds_nothing(value: str | None, found: list[Any]) -> None:
    assert listed({} if value is None else {KEY: value}, KEY) == found


class TestProperty:
    @pytest.mark.parametrize("value", ["x", "", "true", '[["h", 4064, "omero"]]', Secret("p", "s3cret")])
    @pytest.mark.parametrize("before", [None, {}, {KEY: "other"}])
    def test_what_differs_is_set_once(self, value: PropertyValue, before: dict[str, str] | None) -> None:
        found = drained(OmeroProperty(OMERO, KEY, value), bare({OMERO.properties: before}))
        assert words(found) == [f"PropertySet {KEY}"]
        assert "other" not in repr(found)

    def test_what_means_the_same_stays_as_it_was_written(self) -> None:
        host = bare({OMERO.properties: {KEY: '[["h",4064,"omero"]]'}})
        assert drain(OmeroProperty(OMERO, KEY, '[["h", 4064, "omero"]]'), host) == []

    @pytest.mark.parametrize(
        ("ours", "before", "count"),
        [(True, {KEY: "x"}, 1), (False, {KEY: "x"}, 0), (True, {}, 0), (True, None, 0)],
    )
    def test_only_what_jalon_set_goes_back_to_the_default(
        self, ours: bool, before: dict[str, str] | None, count: int
    ) -> None:
        host = bare({OMERO.properties: before, Applied("PropertySet", KEY): ours})
        found = drained(OmeroProperty(OMERO, KEY, None), host)
        assert [vars(change)["value"] for change in found] == [None] * count

    def test_what_cannot_be_read_is_not_set_blindly(self) -> None:
        with pytest.raises(NotKnown):
            drain(OmeroProperty(OMERO, KEY, "x"), bare({OMERO.properties: Unknown("closed", "root")}))


class TestLists:
    @pytest.mark.parametrize(
        ("before", "expected"),
        [
            (None, [f"PropertyListed {KEY} {A}", f"PropertyListed {KEY} {B}"]),
            ([A], [f"PropertyListed {KEY} {B}"]),
            ([B, A], []),
            ([A, B, '"other"'], []),
            ([A, B, A, A], [f"PropertyListed {KEY} {A}"] * 2),
        ],
    )
    def test_each_is_there_once(self, before: list[str] | None, expected: list[str]) -> None:
        properties = None if before is None else {KEY: json.dumps([json.loads(one) for one in before])}
        host = bare({OMERO.properties: properties})
        found = drained(OmeroListed(OMERO, KEY, (A, B)), host)
        assert words(found) == expected
        now = listed(read(host, OMERO.properties) or {}, KEY)
        assert [now.count(json.loads(one)) for one in (A, B)] == [1, 1]
        assert not before or all(json.loads(one) in now for one in before)

    def test_the_same_value_otherwise_written_is_not_added(self) -> None:
        host = bare({OMERO.properties: {KEY: '[{"class":"a","index":0}]'}})
        assert drain(OmeroListed(OMERO, KEY, (A,)), host) == []

    @pytest.mark.parametrize("ours", [True, False])
    def test_what_jalon_put_there_goes_with_its_answer(self, ours: bool) -> None:
        host = bare({OMERO.properties: {KEY: f"[{A}, {B}]"}, Applied("PropertyListed", f"{KEY} {B}"): ours})
        found = drained(OmeroListed(OMERO, KEY, (A,)), host)
        assert [vars(change)["removed"] for change in found] == ([True] if ours else [])


class TestStatics:
    PROOF = EntryAt("/opt/web/var/static/logo.png")
    RECEIPT = "/home/omero-web/.local/state/jalon/static.json"
    STEP = OmeroStatics(OMERO, "/opt/web/var/static", "/home/omero-web", "logo.png", {"static_url": "/static/"})
    INSTALLED = environment(omero_web="5.33.2", omero_figure="7.2", django="4.2")
    TEXT = Receipt("", {"static_url": "/static/", "omero-web": "5.33.2", "omero-figure": "7.2"}).text()

    @pytest.mark.parametrize(
        ("proof", "receipt", "ours", "collected"),
        [
            (True, TEXT, True, False),
            (True, TEXT.replace(b"7.2", b"7.1"), True, True),
            (True, TEXT.replace(b"/static/", b"/omero/static/"), True, True),
            (False, TEXT, True, True),
            (False, None, False, True),
            (True, None, False, False),
            (True, None, True, True),
        ],
    )
    def test_they_are_collected_from_other_inputs_anew(
        self, proof: bool, receipt: bytes | None, ours: bool, collected: bool
    ) -> None:
        """Those that somebody gathered by hand are taken as they are."""
        answers: dict[Any, Any] = {
            VENV: self.INSTALLED,
            self.PROOF: Entry() if proof else None,
            Content(self.RECEIPT): receipt,
            Applied("OmeroStaticsCollected", self.STEP.folder): ours,
        }
        found = drained(self.STEP, bare(answers))
        assert words(found) == ([f"OmeroStaticsCollected {self.STEP.folder}"] if collected else [])

    def test_a_plan_collects_once(self) -> None:
        assert len(drained(self.STEP, bare())) == 1


class TestPython:
    @pytest.mark.parametrize(
        ("python", "said", "version"),
        [
            ("python3", None, "3.11"),
            ("/usr/bin/python3", None, "3.11"),
            ("python3.10", None, "3.10"),
            ("/opt/python/bin/python3.12", None, "3.12"),
            ("/opt/python/bin/python3", CommandResult(0, "Python 3.10.4\n", ""), "3.10"),
            ("/opt/python/bin/python3", CommandResult(127, "", "not found"), ""),
            ("/opt/python/bin/python3", Unknown("closed", "root"), ""),
        ],
    )
    def test_its_version(self, python: str, said: Any, version: str) -> None:
        assert python_of(bare({CommandOutput((python, "--version")): said} if said else {}), python) == version

    @pytest.mark.parametrize(
        ("there", "made"),
        [
            (None, True),
            (environment("3.10.4"), False),
            (environment("3.10"), False),
            (environment(""), False),
            (environment("3.9.2"), True),
            (environment("3.11.2"), True),
        ],
    )
    def test_an_environment_of_another_python_is_made_anew(self, there: Environment | None, made: bool) -> None:
        found = drained(PipEnvironment("/opt/venv", "python3.10"), bare({VENV: there}))
        assert words(found) == (["VenvMade /opt/venv"] if made else [])

    def test_of_an_unknown_python_it_stays(self) -> None:
        assert drain(PipEnvironment("/opt/venv", "/opt/p/python3"), bare({VENV: environment("3.9.2")})) == []


class TestModules:
    WEB = Module("omero-web[redis]>=5.6.3", ("django-redis",))
    STEP = PipModules("/opt/venv", (WEB, Module("Omero_Figure")))

    @pytest.mark.parametrize(
        ("requirement", "name", "wanted"),
        [
            ("omero-web[redis]>=5.6.3", "omero-web", ">=5.6.3"),
            ("Omero_Figure", "omero-figure", ""),
            ("zeroc-ice>=3.6.5,<3.7", "zeroc-ice", ">=3.6.5,<3.7"),
            ("a >= 1", "a", ">= 1"),
        ],
    )
    def test_a_requirement(self, requirement: str, name: str, wanted: str) -> None:
        module = Module(requirement)
        assert (module.name, module.wanted) == (name, wanted)

    @pytest.mark.parametrize(
        ("there", "missing"),
        [
            (None, "omero-web[redis]>=5.6.3 Omero_Figure"),
            ({"omero_web": "5.33.2", "django_redis": "5", "omero_figure": "7"}, ""),
            ({"omero_web": "5.33.2", "omero_figure": "7"}, "omero-web[redis]>=5.6.3"),
            ({"omero_web": "5.6.1", "django_redis": "5", "omero_figure": "7"}, "omero-web[redis]>=5.6.3"),
            ({"omero_web": "5.33.2", "django_redis": "5"}, "Omero_Figure"),
        ],
    )
    def test_what_is_missing_comes_by_one_pip(self, there: dict[str, str] | None, missing: str) -> None:
        found = drained(self.STEP, bare({VENV: None if there is None else environment(**there)}))
        assert words(found) == ([f"ModulesInstalled /opt/venv {missing}"] if missing else [])


WHEEL = "/srv/zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl"


class TestIce:
    @pytest.mark.parametrize(("version", "count"), [("3.6.5", 0), ("3.6.6", 0), ("3.7.10", 1), ("3.6.4", 1)])
    def test_one_that_omero_takes_stays(self, version: str, count: int) -> None:
        host = bare({VENV: environment(zeroc_ice=version)}, python="3.10")
        assert len(drained(IceThere("/opt/venv"), host)) == count

    def test_one_that_is_there_needs_no_wheel(self) -> None:
        host = bare({VENV: environment("3.12.1", zeroc_ice="3.6.5")}, python="3.12")
        assert drain(IceThere("/opt/venv", wheel="/gone/zeroc_ice-3.6.5-cp310-cp310-x.whl"), host) == []

    @pytest.mark.parametrize("python", ["3.9", "3.10"])
    @pytest.mark.parametrize(("processors", "minutes"), [(1, 32), (2, 16), (4, 8), (64, 1)])
    def test_a_build_is_told_with_its_minutes(self, python: str, processors: int, minutes: int) -> None:
        [change] = drained(IceThere("/opt/venv", index="https://m/simple"), bare(python=python, processors=processors))
        assert f"about {minutes} minutes" in change.title
        assert words([change]) == ["ModulesInstalled /opt/venv zeroc-ice>=3.6.5,<3.7"]
        assert "--index-url https://m/simple" in change.typed()[0].text

    @pytest.mark.parametrize("python", ["3.11", "3.12", "3.14"])
    def test_where_it_cannot_be_built_both_ways_out_are_told(self, python: str) -> None:
        with pytest.raises(Blocked, match=f"cannot be built on Python {python}") as caught:
            drain(IceThere("/opt/venv"), bare(python=python))
        assert f"CPython {python} in the answer `ice_wheel`" in caught.value.remedy
        assert "Python 3.10 in the answer `python`" in caught.value.remedy

    def test_another_python_is_one_way_out(self) -> None:
        assert len(drained(IceThere("/opt/venv", "python3.10"), bare(python="3.11"))) == 1

    @pytest.mark.parametrize(
        ("wheel", "python"),
        [
            (WHEEL, "3.10"),
            ("https://h/zeroc_ice-3.6.5-cp312-cp312-manylinux_2_28_x86_64.whl", "3.12"),
            ("https://h/zeroc_ice-3.6.5-1-cp311-cp311-linux_aarch64.whl", "3.11"),
        ],
    )
    def test_a_wheel_is_another(self, wheel: str, python: str) -> None:
        [change] = drained(IceThere("/opt/venv", wheel=wheel), bare({EntryAt(WHEEL): Entry()}, python=python))
        assert words([change]) == [f"ModulesInstalled /opt/venv {wheel}"]
        assert wheel.rpartition("/")[2] in change.title

    def test_a_wheel_for_another_python_is_refused(self) -> None:
        with pytest.raises(Blocked, match=r"is for Python 3\.10, and the environment's is 3\.12") as caught:
            drain(IceThere("/opt/venv", wheel=WHEEL), bare({EntryAt(WHEEL): Entry()}, python="3.12"))
        assert "wheel for Python 3.12" in caught.value.remedy

    def test_a_wheel_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(Blocked, match=f"there is no wheel {WHEEL}") as caught:
            drain(IceThere("/opt/venv", wheel=WHEEL), bare(python="3.10"))
        assert "`ice_wheel`" in caught.value.remedy
