"""What a settings file says, where only a part of it is written out, or somebody wants to be misread."""

from __future__ import annotations

import os
import pickle
import warnings
from pathlib import Path

import pytest

from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.host.overlay import Overlay, Sets
from wizard.host.reading import Unknown
from wizard.host.settings import COMPUTED, Settings, SettingsAt
from wizard.host.source import MOST, planned, read_source

DATABASES = "DATABASES = {'default': {'NAME': 'a'}}\n"


def values(text: str) -> dict[str, object]:
    found = read_source(text.encode())
    assert isinstance(found, Settings) and not found.problem, found
    return dict(found.values)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("D = {'a': {'N': 'x', 'P': f()}}", {"a": {"N": "x", "P": COMPUTED}}),
        ("D = {'a': 1, **more}", COMPUTED),
        ("D = {name: 1, 'b': f()}", COMPUTED),
        ("D = {'a': 1}\nD['a'] = 2", COMPUTED),
    ],
)
def test_of_a_mapping_what_is_literal_is_told(text: str, found: object) -> None:
    assert values(text)["D"] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("A = B = 1", {"A": 1, "B": 1}),
        ("A = 1\nA = 2", {"A": 2}),
        ("A = [1]\nA += [2]", {"A": [1, 2]}),
        ("A = [1]\nA += more", {"A": COMPUTED}),
        ("A = 1\nif x:\n    A = 2", {"A": COMPUTED}),
        ("A = 1\nfor x in y:\n    A = 2", {"A": COMPUTED, "x": COMPUTED}),
        ("A, B = 1, 2", {"A": COMPUTED, "B": COMPUTED}),
        ("def f():\n    A = 1", {"f": COMPUTED}),
        ("from a import *\nA = 1", {"A": 1}),
        ("A = (1, -2.5, None, True, b'x', {3})", {"A": (1, -2.5, None, True, b"x", {3})}),
    ],
)
def test_settings_are_read_without_being_run(source: str, found: dict[str, object]) -> None:
    assert values(source) == found


@pytest.mark.parametrize(
    "later",
    [
        "if X: DATABASES['default']['NAME'] = 'b'",
        "DATABASES['default'].update(NAME='b')",
        "DATABASES['default']['NAME'] += 'b'",
        "from local_x import *",
        "try:\n    from local_x import *\nexcept ImportError:\n    pass",
        "default = DATABASES['default']\ndefault['NAME'] = 'b'",
        "exec(open('x').read())",
        "globals()['DATABASES'] = {}",
        "configure(DATABASES)",
        "django_heroku.settings(locals())",
        "old = DATABASES.pop('default')",
        "import other as DATABASES",
        "with x as DATABASES:\n    pass",
        "if (DATABASES := y):\n    pass",
        "match x:\n    case DATABASES:\n        pass",
        "del DATABASES['default']",
        "DATABASES.default = {}",
    ],
)
def test_what_may_be_changed_later_is_not_known(later: str) -> None:
    assert values(DATABASES + later)["DATABASES"] is COMPUTED


@pytest.mark.parametrize(
    "later",
    ["X = DATABASES.get('default')", "def f():\n    DATABASES.clear()", "import os", "NAME = os.path.join('a')"],
)
def test_what_only_looks_changes_nothing(later: str) -> None:
    assert values(DATABASES + later)["DATABASES"] == {"default": {"NAME": "a"}}


@pytest.mark.parametrize(
    "value", ["'\\ud800'", "0x" + "f" * 6000, "[" * 20 + "]" * 20, "1 + 2j", "...", "-'x'", "{[]: 1}", "f'{x}'"]
)
def test_a_value_that_nothing_can_show_is_not_known(value: str) -> None:
    found = values(f"A = {value}")["A"]
    while isinstance(found, list) and found:
        found = found[0]
    assert found is COMPUTED


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"A = 1\nB = (", 2),
        (b"\0", 0),
        (b"A = '\xe9'", 0),
        (b"# coding: rot13\nA = 1", 0),
        (b"# coding: nothing\n", 0),
        (b"A = " + b"[" * 100_000, 1),
        (b"A = " + b"-" * 100_000 + b"1", 0),
        (b"A = " + b"9" * 5000, 0),
        (b"if x:\nA = 1", 2),
        (b"return 1", 1),
    ],
)
def test_what_is_no_python_is_told_with_its_line(source: bytes, line: int) -> None:
    found = read_source(source)
    assert isinstance(found, Settings)
    assert found.problem and not found.values
    assert found.line == line or not line


def test_a_file_that_is_too_large_is_not_known() -> None:
    assert isinstance(read_source(b"#" * (MOST + 1)), Unknown)


def test_what_the_parser_warns_of_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_source(b"A = 'k3y\\d'\n")
    assert "k3y" not in "".join(capfd.readouterr())


def test_the_mark_is_one_in_every_process() -> None:
    assert pickle.loads(pickle.dumps({"A": [COMPUTED]}))["A"][0] is COMPUTED


def test_the_settings_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.py"
    path.write_text("A = 1\n\n")
    found = Live(facts=Facts()).read(SettingsAt(str(path)))
    assert found == Settings({"A": 1}, lines=2)
    assert Live(facts=Facts()).read(SettingsAt(str(tmp_path / "none.py"))) is None


def test_a_plan_reads_what_it_would_write() -> None:
    host = Overlay(BareHost(Facts()))
    host.lay([Sets(Content("/x/settings.py"), b"A = 'one'")])
    assert host.read(SettingsAt("/x/settings.py")) == Settings({"A": "one"}, lines=1)
    assert host.read(SettingsAt("/y/settings.py")) is None


def test_what_is_only_planned_is_parsed_by_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_data: bytes) -> None:
        os.abort()

    monkeypatch.setattr("wizard.host.source.read_source", killed)
    assert isinstance(planned(b"A = 1"), Unknown)
