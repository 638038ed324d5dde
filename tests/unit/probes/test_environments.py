"""The probes of Poetry and its environment, and what a lock asks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.host.environments import Environment, EnvironmentAt, poetry_folder
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.lockfile import mismatches
from wizard.host.reading import NotKnown, Unknown
from wizard.host.users import Account, User
from wizard.probes.environments import EnvironmentMatchesLock, PoetryThere

HOME, CHECKOUT = "/home/prod", "/home/prod/biomaid"
VENV, LINK = f"{HOME}/.local/share/pypoetry/venv", f"{HOME}/.local/bin/poetry"
PROGRAM = Entry(owner="prod", group="prod", mode=0o755)
PROD = User(1001, HOME, "/bin/bash", "", ("prod",))
POETRY = Environment("3.11.2", "/usr/bin", {"poetry": "2.1.3", "pip": "25.0"})


def link(target: str) -> Entry:
    """A link that leads there."""
    return Entry(kind="link", owner="prod", group="prod", mode=0o777, target=target)


THERE: dict[Any, Any] = {
    Account("prod"): PROD,
    EntryAt(LINK): link(f"{VENV}/bin/poetry"),
    EntryAt(f"{VENV}/bin/poetry"): PROGRAM,
    EnvironmentAt(VENV): POETRY,
}
PIPX = f"{HOME}/.local/share/pipx/venvs/poetry"


@pytest.mark.parametrize(
    ("answers", "cause", "says"),
    [
        ({}, None, f"Poetry 2.1.3 on Python 3.11.2, in {VENV}"),
        (
            {EntryAt(LINK): link(f"{PIPX}/bin/poetry"), EntryAt(f"{PIPX}/bin/poetry"): PROGRAM,
             EnvironmentAt(VENV): None, EnvironmentAt(PIPX): POETRY},
            None,
            f"in {PIPX}",
        ),
        ({EntryAt(LINK): None}, "poetry-not-linked", "is not there"),
        ({EntryAt(LINK): None, EnvironmentAt(VENV): None}, "poetry-missing", "is not there"),
        ({EntryAt(f"{VENV}/bin/poetry"): None}, "poetry-missing", "leads to nothing"),
        ({EntryAt(f"{VENV}/bin/poetry"): Entry(mode=0o644)}, "poetry-not-executable", "cannot be run: 0644"),
        ({EnvironmentAt(VENV): Environment("3.11.2", "/usr/bin", {})}, "poetry-environment-broken", "has no Poetry"),
        ({EnvironmentAt(VENV): None}, "poetry-environment-broken", "has no Poetry"),
        (
            {EntryAt(LINK): link("/root/venv/bin/poetry"), EntryAt("/root/venv/bin/poetry"): PROGRAM,
             EntryAt("/root"): Entry(kind="directory", mode=0o700)},
            "poetry-out-of-reach",
            "prod may not pass /root",
        ),
    ],
)  # fmt: skip
def test_poetry(answers: dict[Any, Any], cause: str | None, says: str) -> None:
    finding = PoetryThere("environment.poetry", "", HOME, "prod").observe(fake({**THERE, **answers}))
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


PYPROJECT = b"""
[tool.poetry.dependencies]
python = ">=3.9,<3.13"
Django = "^4.2"
python_dateutil = "*"
gunicorn = { version = "*" }
backports = { version = "*", python = "<3.9" }
winapi = { version = "*", markers = "sys_platform == 'win32'" }
two = [ { version = "1", python = "<3.10" }, { version = "2", python = ">=3.10" } ]
django-auth-ldap = { version = "*", optional = true }
[tool.poetry.extras]
ldap = ["django-auth-ldap"]
[tool.poetry.group.dev.dependencies]
black = "*"
"""


def locked(**versions: str) -> bytes:
    """A lock that names these."""
    return "".join(
        f'[[package]]\nname = "{name.replace("_", "-")}"\nversion = "{version}"\n' for name, version in versions.items()
    ).encode()


LOCK = locked(
    django="4.2.30", python_dateutil="2.9.0", gunicorn="21.2.0", winapi="1", two="2", black="24", sqlparse="0.5"
)
LOCK += b'[[package]]\nname = "Django_Auth_LDAP"\nversion = "5.0"\nmarkers = "extra == \\"ldap\\""\n'
INSTALLED = {"django": "4.2.30", "python-dateutil": "2.9.0", "gunicorn": "21.2.0"}


@pytest.mark.parametrize(
    ("installed", "extras", "expected"),
    [
        (INSTALLED, (), ()),
        ({**INSTALLED, "sqlparse": "9", "black": "1"}, (), ()),
        ({**INSTALLED, "django": "4.2.1"}, (), ("django 4.2.1, locked 4.2.30",)),
        ({"django": "4.2.30", "gunicorn": "21.2.0"}, (), ("python-dateutil missing, locked 2.9.0",)),
        (INSTALLED, ("ldap",), ("django-auth-ldap missing, locked 5.0",)),
        ({**INSTALLED, "django-auth-ldap": "5.0"}, ("ldap",), ()),
        (INSTALLED, ("unheard",), ()),
    ],
)
def test_mismatches(installed: dict[str, str], extras: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert mismatches(PYPROJECT, LOCK, installed, extras) == expected


def test_a_lock_may_name_several_versions() -> None:
    lock = LOCK + locked(django="5.2.1")
    assert mismatches(PYPROJECT, lock, {**INSTALLED, "django": "5.2.1"}) == ()
    assert mismatches(PYPROJECT, lock, {**INSTALLED, "django": "3"}) == ("django 3, locked 4.2.30 / 5.2.1",)


def test_a_package_that_the_lock_marks_for_other_machines_may_be_absent() -> None:
    project = b'[tool.poetry.dependencies]\nodd = "*"\n'
    lock = b"[[package]]\nname = 'odd'\nversion = '1'\nmarkers = \"sys_platform == 'win32' and extra == 'x'\"\n"
    assert mismatches(project, lock, {}) == ()


FOLDERS = f"{HOME}/.cache/pypoetry/virtualenvs"
EXPECTED = poetry_folder(HOME, "biomaid", CHECKOUT, "3.11")
STEM = EXPECTED.rpartition("-py")[0]
ENVIRONMENT = Environment("3.11.2", "/usr/bin", INSTALLED)
INPUTS: dict[Any, Any] = {
    Account("prod"): PROD,
    Content(f"{CHECKOUT}/pyproject.toml"): PYPROJECT,
    Content(f"{CHECKOUT}/poetry.lock"): LOCK,
}
MANY = dict.fromkeys(INSTALLED, "0")
CHOSEN = f'[{STEM.rpartition("/")[2]}]\nminor = "3.12"\npatch = "3.12.1"\n'.encode()


@pytest.mark.parametrize(
    ("answers", "cause", "says"),
    [
        ({EnvironmentAt(EXPECTED): ENVIRONMENT}, None, "Python 3.11.2, 3 modules, direct requirements as locked"),
        ({EnvironmentAt(f"{CHECKOUT}/.venv"): ENVIRONMENT}, None, "3 modules"),
        (
            {Content(f"{FOLDERS}/envs.toml"): CHOSEN, EnvironmentAt(f"{STEM}-py3.12"): ENVIRONMENT},
            None,
            "3 modules",
        ),
        ({Content(f"{FOLDERS}/envs.toml"): b"not [toml", EnvironmentAt(EXPECTED): ENVIRONMENT}, None, "3 modules"),
        (
            {EnvironmentAt(EXPECTED): Environment("3.11.2", "/usr/bin", MANY)},
            "environment-differs",
            "django 0, locked 4.2.30; gunicorn 0, locked 21.2.0; python-dateutil 0, locked 2.9.0",
        ),
        ({}, "environment-missing", f"no environment in {FOLDERS}"),
        ({Listing(FOLDERS): ("other-AAAA-py3.11",)}, "environment-missing", "no environment in"),
        (
            {Listing(FOLDERS): (f"{STEM.rpartition('/')[2]}-py3.9",)},
            "environment-other-python",
            "-py3.9; for Python 3.11 it should be",
        ),
        ({Listing(FOLDERS): ("biomaid-AAAAAAAA-py3.11",)}, "environment-other-folder", f"for {CHECKOUT} it should be"),
        ({Content(f"{CHECKOUT}/poetry.lock"): None}, "lock-missing", "has no pyproject.toml and poetry.lock"),
        (
            {Content(f"{CHECKOUT}/poetry.lock"): b"<<<<<<< HEAD", EnvironmentAt(EXPECTED): ENVIRONMENT},
            "lock-unreadable",
            "cannot be read",
        ),
        (
            {EnvironmentAt(EXPECTED): Environment("3.11.2", "/root/.pyenv/versions/3.11.2/bin", INSTALLED),
             EntryAt("/root"): Entry(kind="directory", mode=0o700)},
            "python-out-of-reach",
            "prod may not pass /root",
        ),
    ],
)  # fmt: skip
def test_environment(answers: dict[Any, Any], cause: str | None, says: str) -> None:
    probe = EnvironmentMatchesLock("environment.lock", "", CHECKOUT, HOME, "prod", "biomaid")
    finding = probe.observe(fake({**INPUTS, **answers}))
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


def test_at_most_five_are_named() -> None:
    project = b"[tool.poetry.dependencies]\n" + b"".join(b'p%d = "*"\n' % number for number in range(8))
    lock = locked(**{f"p{number}": "1" for number in range(8)})
    answers = {
        **INPUTS,
        Content(f"{CHECKOUT}/pyproject.toml"): project,
        Content(f"{CHECKOUT}/poetry.lock"): lock,
        EnvironmentAt(EXPECTED): Environment("3.11.2", "/usr/bin", {}),
    }
    finding = EnvironmentMatchesLock("environment.lock", "", CHECKOUT, HOME, "prod", "biomaid").observe(fake(answers))
    assert finding.evidence.startswith("p0 missing, locked 1; p1 ")
    assert finding.evidence.endswith("p4 missing, locked 1 and 3 more")


def test_a_python_that_is_asked_for_counts_more_than_what_poetry_noted() -> None:
    path = poetry_folder(HOME, "biomaid", CHECKOUT, "3.10")
    answers = {**INPUTS, Content(f"{FOLDERS}/envs.toml"): CHOSEN, EnvironmentAt(path): ENVIRONMENT}
    probe = EnvironmentMatchesLock("environment.lock", "", CHECKOUT, HOME, "prod", "biomaid", python="3.10")
    assert probe.observe(fake(answers)).outcome == "passed"


@pytest.mark.parametrize(
    "probe", [PoetryThere("a", "", HOME, "prod"), EnvironmentMatchesLock("a", "", CHECKOUT, HOME, "prod", "biomaid")]
)
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    with pytest.raises(NotKnown, match="may not look"):
        probe.observe(fake(dict.fromkeys(probe.reads(), Unknown("this user may not look there", needs="root"))))
