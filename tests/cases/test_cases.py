"""Every golden case: the changes it calls for, the files it renders, and nothing left the second time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.case import HERE, case, cases
from wizard.authoring.case import Case, in_the_way, rendered, said
from wizard.base.rendering import Rendered
from wizard.base.secret import MASK
from wizard.base.toml import loads
from wizard.changes.validation import PythonCompiles
from wizard.commands.prepared_files import prepare
from wizard.host.bare import BareHost
from wizard.host.overlay import Overlay
from wizard.host.updates import Updates
from wizard.outputs import plan as output

ALL = list(cases())
FOLDER = "/run/jalon-4194304-typed"
"""As long as it may be."""
every = pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])


@every
def test_its_changes(one: Case) -> None:
    steps = one.drained(one.overlay)
    assert said(steps) == list(one.changes)
    assert in_the_way(steps) == list(one.blocked)


@every
def test_nothing_is_left_the_second_time(one: Case) -> None:
    host = one.overlay
    one.drained(host)
    again = one.drained(host)
    if not one.blocked:
        assert said(again) == []
        assert in_the_way(again) == []


@every
def test_its_files(one: Case) -> None:
    found = rendered(one.drained(one.overlay))
    for path, text in one.expected_files().items():
        assert path in found, f"{path} is not written any more"
        assert found[path].body.redacted() == text, path


@every
def test_updates_are_asked_for_early_where_a_probe_wants_them_and_only_there(one: Case) -> None:
    asked = {reading for point in one.checkpoints for probe in point.probes for reading in probe.reads()}
    assert (Updates() in asked) == one.guide.updates


def strings(data: Any) -> Iterator[str]:
    """Every text in some data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for one in (*data, *data.values()):
            yield from strings(one)
    elif isinstance(data, list):
        for one in data:
            yield from strings(one)


@every
def test_what_reads_differently_afterwards(one: Case) -> None:
    host = one.overlay
    one.drained(host)
    for reading, answer in one.after:
        assert host.read(reading) == answer


@every
def test_no_secret_is_in_its_plan(one: Case) -> None:
    steps = one.drained(one.overlay)
    texts = list(strings(output.data("biomaid", "x", steps, {})))
    assert len(texts) > 10
    for secret in one.answers.secrets:
        assert not [text for text in texts if secret.reveal() in text], secret.name


@every
def test_every_python_file_compiles(one: Case) -> None:
    for path, change in rendered(one.drained(one.overlay)).items():
        if isinstance(change.validation, PythonCompiles):
            ast.parse(change.body.render(), path)


def dictated(one: Case, folder: Path) -> list[str]:
    """What a person types, line for line, from files that lie in `FOLDER`."""
    steps = one.drained(one.overlay)
    lines = prepare(folder, steps, one.answers, "root" if one.guide.root else one.facts.user)
    typed = [each for step in steps for change in step.changes for each in change.typed]
    return [lines[id(each)].replace(str(folder), FOLDER) for each in typed]


@every
def test_what_is_dictated_can_be_typed_at_a_console(one: Case, tmp_path: Path) -> None:
    lines = dictated(one, tmp_path / "typed")
    assert [line for line in lines if len(line) > 72 or re.search(r"[^A-Za-z0-9 _./:=@,+'-]", line)] == []
    for script in re.findall(rf"^sh {FOLDER}/(\S+)$", "\n".join(lines), re.M):
        assert (tmp_path / "typed" / script).read_text().startswith("# ")


@pytest.mark.parametrize("path", sorted(HERE.glob("*/*.typed")), ids=lambda path: str(path.relative_to(HERE)))
def test_what_is_dictated(path: Path, tmp_path: Path) -> None:
    lines = dictated(case(path.with_suffix(".toml")), tmp_path / "typed")
    assert lines == path.read_text().splitlines(), "\n".join(lines)


def test_folders_of_files_belong_to_a_case() -> None:
    folders = {path for path in HERE.glob("*/*") if path.is_dir() and path.name != "__pycache__"}
    assert folders <= {one.path.with_suffix("") for one in ALL}


@pytest.fixture
def hostile() -> Case:
    """The case with passwords of the worst kind."""
    return case(HERE / "biomaid" / "hostile-secrets.toml")


def assignments(data: bytes) -> dict[str, object]:
    """The names that a settings file gives values to, where they are literals."""
    found: dict[str, object] = {}
    for node in ast.parse(data).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


class TestHostileSecrets:
    def test_they_reach_the_settings_byte_for_byte(self, hostile: Case) -> None:
        body = rendered(hostile.drained(hostile.overlay))["/home/demo/biomaid/instance_settings.py"].body
        values = assignments(body.render())
        databases = values["DATABASES"]
        assert isinstance(databases, dict)
        assert databases["default"]["PASSWORD"] == hostile.given["db_password"]
        assert databases["gmao"]["PASSWORD"] == hostile.given["gmao_password"]
        assert databases["gmao"]["NAME"] == hostile.given["gmao_name"]
        assert values["SECRET_KEY"] == hostile.given["secret_key"]

    def test_they_are_in_no_other_file(self, hostile: Case) -> None:
        for path, change in rendered(hostile.drained(hostile.overlay)).items():
            if not path.endswith("instance_settings.py"):
                assert all(secret.reveal().encode() not in change.body.render() for secret in hostile.answers.secrets)

    def test_and_masked_they_still_make_the_same_file(self, hostile: Case) -> None:
        body = rendered(hostile.drained(hostile.overlay))["/home/demo/biomaid/instance_settings.py"].body
        shown = assignments(body.redacted().encode())
        assert shown["SECRET_KEY"] == MASK
        assert shown.keys() == assignments(body.render()).keys()


def test_the_configuration_is_toml() -> None:
    one = case(HERE / "biomaid" / "debian-12.toml")
    body = rendered(one.drained(one.overlay))["/home/demo/biomaid/instance_config.toml"].body
    assert loads(body.render().decode()) == {"gunicorn_settings": {"workers": 4}}


def test_a_plan_over_a_plan_is_empty() -> None:
    """An overlay over an overlay reads like one."""
    one = case(HERE / "biomaid" / "debian-12.toml")
    host = one.overlay
    one.drained(host)
    assert said(one.drained(Overlay(host))) == []


def test_all_a_guide_renders_comes_from_templates() -> None:
    one = case(HERE / "biomaid" / "debian-12.toml")
    for change in rendered(one.drained(Overlay(BareHost(one.facts)))).values():
        assert isinstance(change.body, Rendered)


def test_every_case_is_a_file_of_its_own(tmp_path: Path) -> None:
    assert len({one.name for one in ALL}) == len(ALL) > 10
