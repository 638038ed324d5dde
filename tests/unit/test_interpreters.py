"""Which environment a service would use, and whether its interpreter fits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from tests.unit.support import drained
from wizard.causes.service import Service, diagnose
from wizard.host.bare import BareHost
from wizard.host.environments import Environment, EnvironmentAt, poetry_folder
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.interpreters import Misfit, interpreters, misfit
from wizard.host.overlay import Overlay, Sets
from wizard.host.poetry import environment_used
from wizard.host.processes import Process
from wizard.host.reading import NotKnown
from wizard.host.unitlogs import UnitLog
from wizard.host.units import Unit, UnitState
from wizard.probes.environments import EnvironmentMatchesLock
from wizard.steps.poetry import Poetry

HOME, CHECKOUT = "/home/prod", "/home/prod/biomaid"
USUAL = poetry_folder(HOME, "biomaid", CHECKOUT, "3.11")
OWN = f"{CHECKOUT}/.venv"
FOLDER = Entry(kind="directory")
CONFIG = Content(f"{HOME}/.config/pypoetry/config.toml")


def leads(target: str) -> Entry:
    """A link that leads there."""
    return Entry(kind="link", target=target)


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({}, USUAL),
        ({EntryAt(OWN): FOLDER}, OWN),
        ({EntryAt(OWN): FOLDER, CONFIG: b"[virtualenvs]\nin-project = false\n"}, USUAL),
        ({CONFIG: b"[virtualenvs]\nin-project = true\n"}, OWN),
        ({CONFIG: b"[virtualenvs]\nin-project = true\n",
          Content(f"{CHECKOUT}/poetry.toml"): b"[virtualenvs]\nin-project = false\n"}, USUAL),
        ({CONFIG: b'[virtualenvs]\npath = "/srv/envs"\n'}, f"/srv/envs/{USUAL.rpartition('/')[2]}"),
        ({CONFIG: b'[virtualenvs]\npath = "{cache-dir}/mine"\n'},
         f"{HOME}/.cache/pypoetry/mine/{USUAL.rpartition('/')[2]}"),
        ({CONFIG: b"[[["}, USUAL),
    ],
)  # fmt: skip
def test_the_environment_is_the_one_that_poetry_would_use(answers: dict[Any, Any], path: str) -> None:
    assert environment_used(fake(answers, python="3.11"), HOME, "biomaid", CHECKOUT).path == path


def test_settings_send_nobody_into_a_folder_of_another() -> None:
    answers: dict[Any, Any] = {
        CONFIG: b'[virtualenvs]\npath = "/home/other/envs"\n',
        EntryAt(HOME): Entry(kind="directory", owner="prod"),
        EntryAt("/home/other/envs"): Entry(kind="directory", owner="other"),
    }
    with pytest.raises(NotKnown, match="belongs to other and not to prod"):
        environment_used(fake(answers, python="3.11"), HOME, "biomaid", CHECKOUT)
    answers[EntryAt("/home/other/envs")] = Entry(kind="directory", owner="prod")
    assert environment_used(fake(answers, python="3.11"), HOME, "biomaid", CHECKOUT).folder == "/home/other/envs"


THERE: dict[Any, Any] = {
    EntryAt("/usr/bin/python3.11"): Entry(mode=0o755),
    EntryAt("/usr/bin/python3"): leads("python3.11"),
}


@pytest.mark.parametrize(
    ("target", "libraries", "found"),
    [
        ("/usr/bin/python3.11", ("3.11",), None),
        ("/usr/bin/python3", ("3.11",), None),
        ("/usr/bin/python3", ("3.10",), Misfit("/usr/bin/python3.11", "3.10", "3.11")),
        ("/opt/python3.10/bin/python3.10", ("3.10",), Misfit("/opt/python3.10/bin/python3.10", "3.10")),
        ("/usr/bin/python3", (), None),
        ("", ("3.10",), None),
    ],
)
def test_an_interpreter_fits_its_modules(target: str, libraries: tuple[str, ...], found: Misfit | None) -> None:
    place = EntryAt("/v/bin/python")
    link: dict[Any, Any] = {place: leads(target)} if target else {}
    host = fake({**THERE, **link})
    assert misfit(host, "/v", Environment("3.10.1", "/usr/bin", {}, libraries=libraries)) == found


def test_interpreters_are_told_by_their_names() -> None:
    host = fake({Listing("/usr/bin"): ("python3", "python3.11", "python3.11-config", "vi")})
    assert interpreters(host) == ["/usr/bin/python3.11"]


def test_poetry_of_an_interpreter_that_is_gone_is_made_anew() -> None:
    venv = f"{HOME}/.local/share/pypoetry/venv"
    host = Overlay(BareHost(Facts(python="3.11")))
    old = Environment("3.10.1", "/usr/bin", {"poetry": "2.1"}, libraries=("3.10",))
    laid = {**THERE, EntryAt(f"{venv}/bin/python"): leads("/usr/bin/python3"), EnvironmentAt(venv): old}
    host.lay([Sets(reading, answer) for reading, answer in laid.items()])
    assert [one.kind for one in drained(Poetry(HOME, "prod", "2.1"), host)] == ["EnvironmentMade"]


def test_a_service_that_runs_from_another_environment_is_warned_of() -> None:
    def seen(running: str) -> tuple[str, str]:
        processes = (Process(1, "prod", (), (f"{running}/bin/python", f"{running}/bin/gunicorn")),)
        answers = {
            Content(f"{CHECKOUT}/pyproject.toml"): b"[tool.poetry.dependencies]\n",
            Content(f"{CHECKOUT}/poetry.lock"): b"",
            EnvironmentAt(OWN): Environment("3.11.2", "/usr/bin", {}),
            Unit("app.service"): UnitState("loaded", "active", processes=processes),
        }
        probe = EnvironmentMatchesLock("e.lock", "", CHECKOUT, HOME, "prod", "biomaid", unit="app.service")
        finding = probe.observe(fake(answers, python="3.11"))
        return finding.outcome, finding.cause.id if finding.cause else ""

    assert seen(OWN) == ("passed", "")
    assert seen("/usr") == ("passed", "")
    assert seen(USUAL) == ("warning", "environment-at-next-start")


def test_a_program_whose_first_line_names_nothing_is_told_with_what_is_there() -> None:
    program = "/opt/v/bin/omero"
    state = UnitState("loaded", "failed", "failed", status=203, result="exit-code", commands=((program, "web"),))
    answers = {
        UnitLog("web.service"): (),
        EntryAt(program): Entry(mode=0o755),
        Content(program): b"#!/opt/v/bin/python3.10\nimport omero\n",
        Listing("/usr/bin"): ("python3.11",),
    }
    found = diagnose(fake(answers), "web.service", state, Service("omero", "/opt/omero"))
    assert found and found[0].id == "interpreter-gone"
    assert "/opt/v/bin/python3.10" in found[0].text
    assert "/usr/bin/python3.11" in found[0].text
