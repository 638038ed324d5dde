"""What holds for every change: words without secrets, an undo that the journal can keep, families that exist."""

from __future__ import annotations

import inspect
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import wizard.changes
import wizard.guides
from tests.unit.probes.fake import FakeHands
from tests.unit.support import HOSTILE, bare
from wizard.base.rendering import Rendered, Text
from wizard.base.scram import matches
from wizard.base.secret import Secret
from wizard.base.sql import identifier, literal
from wizard.changes.adopted import Adopted
from wizard.changes.authorities import BundleMade
from wizard.changes.change import Change, Failed, from_data, to_data
from wizard.changes.clusters import ClusterMade, HbaLinesAdded, HbaLinesRemoved
from wizard.changes.connecting import ConnectGranted, ConnectRevoked
from wizard.changes.cron import CrontabLinesAdded, CrontabLinesRemoved
from wizard.changes.environments import EnvironmentMade, LockInstalled, PoetryInstalled
from wizard.changes.files import (
    DirectoryCopied,
    DirectoryHandedOver,
    DirectoryMade,
    DirectoryRemoved,
    EditKept,
    FileRemoved,
    FileRestored,
    FileWritten,
    HandedOver,
    LineAdded,
    LineRemoved,
    LinkMade,
    ModeSet,
    TreeRemoved,
)
from wizard.changes.git import CheckedOut, Cloned
from wizard.changes.kinds import KINDS
from wizard.changes.nginx import DefaultServerUnset, FileMoved, SitesIncluded
from wizard.changes.packages import PackageListsRefreshed, PackagesInstalled, PackagingRepaired
from wizard.changes.pip import ModulesInstalled, VenvMade
from wizard.changes.postgresql import (
    DatabaseCreated,
    DatabaseDropped,
    DatabaseDumped,
    PasswordKeptAnew,
    RoleCreated,
    RoleDropped,
    RoleMayCreate,
)
from wizard.changes.ran import Ran
from wizard.changes.receipts import Receipt
from wizard.changes.schema import SchemaClosed, SchemaOpened
from wizard.changes.selinux import BooleanSet, PortLabelled, PortUnlabelled
from wizard.changes.supervisor import (
    ProgramAdded,
    ProgramRestarted,
    ProgramStarted,
    ProgramStopped,
    SupervisorRestarted,
    SupervisorStarted,
    SupervisorStopped,
)
from wizard.changes.units import (
    ManagerReloaded,
    UnitDisabled,
    UnitEnabled,
    UnitRefreshed,
    UnitRestarted,
    UnitStarted,
    UnitStopped,
)
from wizard.changes.users import GroupJoined, GroupLeft, HomeHandedOver, HomeRemoved, UserCreated, UserRemoved
from wizard.changes.wsl import SystemdAwaited
from wizard.guides.django.parts.changes import AccountCreated, FixtureLoaded, Migrated, StaticsCollected
from wizard.guides.django.parts.project import Project
from wizard.guides.omero_web.parts.changes import OmeroStaticsCollected, PropertyListed, PropertySet
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.registry import guides
from wizard.host.live import READERS
from wizard.host.overlay import Hides, Sets
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, Group

SECRET = Secret("db_password", "s3cret'\"$(id)")
PROJECT = Project("/home/x/code", "x", ("python3",), "x_db")
RECEIPT = Receipt("/home/x/receipt.json", {"a": "b"})
SETTINGS: Mapping[str, Any] = {"instance": "x", "workers": SECRET}
SUPERVISOR = ("/home/x/supervisord.conf", "/home/x/bin", "/home/x/supervisor.sock", "x")
OMERO = Omero("/srv/it's/web", "/srv/venv", "x")
CHANGES: tuple[Change, ...] = (
    Adopted("x"),
    BooleanSet("httpd_enable_homedirs"),
    BundleMade("apt", "/etc/ssl/certs/ca-certificates.crt", "one"),
    AccountCreated(PROJECT, "admin", "a@b", SECRET),
    CheckedOut("/home/x/code", "v1", "x", "https://h/r.git", "a" * 40),
    Cloned("/home/x/code", "https://h/r.git", "v1", "x"),
    ClusterMade("/var/lib/pgsql/data"),
    ClusterMade("/var/lib/postgres/data", "fr_FR.UTF-8", setup=False),
    CrontabLinesAdded("x", ("* * * * * true",)),
    CrontabLinesRemoved("x", ("* * * * * true",)),
    ConnectGranted("x_db"),
    ConnectRevoked("x_db"),
    SchemaClosed("x_db", "x_user"),
    SchemaOpened("x_db"),
    DatabaseCreated("x_db", "x_user", "UTF8", "C.UTF-8"),
    DatabaseCreated("x_db", "x_user", "UTF8", "C.UTF-8", user_table="accounts"),
    DatabaseDropped("x_db"),
    DatabaseDumped("x_db"),
    DatabaseDumped("x_db", 5432, "x_user", SECRET),
    DefaultServerUnset("/etc/nginx/nginx.conf"),
    DirectoryCopied("/home/x/a", "/home/x/b", "x"),
    DirectoryMade("/srv/x"),
    DirectoryRemoved("/srv/x"),
    EditKept("/etc/x", "abc"),
    EnvironmentMade("/home/x/venv", ("poetry==2.5.1",), "x"),
    FileMoved("/etc/x.conf", "/etc/x.disabled"),
    FileRemoved("/etc/x"),
    FileRestored("/etc/x", "0001-x", 0o644, "root", "root"),
    FileWritten("/etc/x", Text("x\n")),
    FixtureLoaded(PROJECT, "tests.json", RECEIPT),
    GroupJoined("www-data", "x"),
    GroupLeft("www-data", "x"),
    HandedOver("/home/x/queries.log", "x"),
    HbaLinesAdded("x_user", "x_db", "/var/lib/pgsql/data/pg_hba.conf"),
    HbaLinesRemoved("x_user", "x_db", "/var/lib/pgsql/data/pg_hba.conf"),
    HomeHandedOver("/home/x", "x"),
    DirectoryHandedOver("/opt/x", "x"),
    HomeRemoved("/home/x"),
    LineAdded("/home/x/.bashrc", "line", "x"),
    LineRemoved("/home/x/.bashrc", "line", "x"),
    LinkMade("/home/x/link", "target", "x"),
    LockInstalled("/home/x/venv", "/home/x/code", "x", "/home/x/locked.py", "/home/x/more.txt", receipt=RECEIPT),
    ManagerReloaded(("x.service",)),
    Migrated(PROJECT),
    ModeSet("/srv/x", 0o750, 0o700),
    ModulesInstalled("/srv/venv", ("omero-web[redis]>=5.6.3",), (("omero-web", ""),)),
    OmeroStaticsCollected("/srv/web/var/static", OMERO, RECEIPT),
    PackageListsRefreshed(),
    PackagesInstalled(("nginx", "git")),
    PackagesInstalled(("nginx", "redis"), "dnf"),
    PackagesInstalled(("nginx", "valkey"), "pacman"),
    PackagingRepaired(("nginx",)),
    PasswordKeptAnew("x_user", SECRET),
    PoetryInstalled("/home/x/code", "/home/x", "x", "/home/x/venv", ("dev",), receipt=RECEIPT),
    PortLabelled(4080, "http_port_t"),
    PortUnlabelled(4080),
    ProgramAdded("web", *SUPERVISOR),
    ProgramRestarted("web", *SUPERVISOR),
    ProgramStarted("web", *SUPERVISOR),
    ProgramStopped("web", *SUPERVISOR),
    PropertyListed("omero.web.apps", '"omero_figure"', OMERO),
    PropertyListed("omero.web.apps", '"omero_figure"', OMERO, removed=True),
    PropertySet("omero.web.prefix", OMERO, "/a b"),
    PropertySet("omero.web.prefix", OMERO, None),
    PropertySet("omero.web.public.password", OMERO, SECRET),
    Ran(("true", "a b"), "do something", ()),
    RoleCreated("x_user", SECRET, True),
    RoleDropped("x_user"),
    RoleMayCreate("x_user"),
    StaticsCollected(PROJECT, "/home/x/static", RECEIPT),
    SupervisorRestarted(*SUPERVISOR),
    SupervisorStarted(*SUPERVISOR),
    SupervisorStopped(*SUPERVISOR),
    SystemdAwaited(),
    TreeRemoved("/srv/x"),
    SitesIncluded("/etc/nginx/nginx.conf"),
    UnitDisabled("x.service"),
    UnitEnabled("x.service"),
    UnitRefreshed("x.service"),
    UnitRestarted("x.service"),
    UnitStarted("x.service"),
    UnitStopped("x.service"),
    UserCreated("x", "/home/x"),
    UserCreated("x", "/home/x", "it's ours", "useradd"),
    UserRemoved("x", "/home/x"),
    UserRemoved("x", "/home/x", "userdel"),
    VenvMade("/srv/it's/venv", "python3.10"),
)
every = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)


def classes() -> Iterator[type[Change]]:
    """Every kind of change that there is, those of guides too."""
    places = (("wizard.changes.", wizard.changes.__path__), ("wizard.guides.", wizard.guides.__path__))
    for module in (module for prefix, path in places for module in walk_packages(path, prefix)):
        for _name, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(found, Change) and not inspect.isabstract(found):
                yield found


def test_none_is_forgotten_here() -> None:
    assert {change.kind for change in CHANGES} == {found.__name__ for found in classes()}


@every
def test_it_has_words_and_they_hold_no_secret(change: Change) -> None:
    assert change.title
    assert "{" not in change.title
    said = [change.title, change.subject, repr(change), *(typed.text for typed in change.typed())]
    assert SECRET.reveal() not in " ".join(said)


@every
def test_the_families_it_makes_stale_exist(change: Change) -> None:
    of_guides = {family for guide in guides().values() for family in guide.readers}
    assert set(change.invalidates) <= {*READERS, *of_guides, "journal", "*"}


@every
def test_what_it_changes_is_read_anew(change: Change) -> None:
    """A reading that the effect sets must be among the families that are dropped."""
    for effect in change.effect(bare({Group("x"): (), Account("x"): None})):
        family = effect.reading.family if isinstance(effect, Sets) else "files"
        # The application drops the journal's after every change.
        assert {"*", family} & {*change.invalidates, "journal"}, family


@every
def test_what_is_typed_is_a_shell_s_words(change: Change) -> None:
    for typed in change.typed():
        words = typed.text.replace("{laid}", "/tmp/laid")
        done = subprocess.run(["sh", "-n", "-c", words], capture_output=True, text=True)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        assert ("{laid}" in typed.text) is (typed.lays is not None)


@every
def test_its_undo_can_be_written_down_and_read_back(change: Change) -> None:
    for undo in change.undo(bare({Unit("x.service"): UnitState()}), lambda path: "0001-x"):
        assert from_data(to_data(undo), KINDS) == undo


def test_what_is_not_whole_in_a_journal_is_told() -> None:
    for data in ({"kind": "ModeSet"}, {"kind": "ModeSet", "path": "/x", "mode": 1, "was": 1, "more": 1}):
        with pytest.raises(Failed, match="not whole: ModeSet"):
            from_data(data, KINDS)


@every
def test_its_effect_can_be_laid_twice(change: Change) -> None:
    host = bare()
    for _turn in range(2):
        effects = list(change.effect(host))
        assert all(isinstance(effect, Sets | Hides) for effect in effects)
        host.lay(effects)


def carried_out(change: Change) -> tuple[list[tuple[str, ...]], list[str]]:
    """The words that were run, and what they were given."""
    given: list[str] = []

    def says(words: Sequence[str], stdin: str | None) -> str:
        given.append(stdin or "")
        return ""

    hands = FakeHands(says)
    change.carry_out(hands)
    return [words for words, _user in hands.ran], given


class TestSecretsOnTheirWay:
    @pytest.mark.parametrize("change", [RoleCreated("x_user", SECRET, True), PasswordKeptAnew("x_user", SECRET)])
    def test_a_role_s_password_reaches_neither_words_nor_server(self, change: Change) -> None:
        [words], [given] = carried_out(change)
        assert SECRET.reveal() not in " ".join(words) + given
        kept = given.partition("PASSWORD '")[2].partition("'")[0]
        assert matches(SECRET.reveal(), kept)

    def test_a_file_with_a_secret_shows_a_mask(self) -> None:
        body = Rendered("biomaid/instance_config.toml", {"workers": 1, "key": SECRET})
        change = FileWritten("/etc/x", body)
        assert SECRET.reveal() not in repr(change) + change.title + body.redacted() + body.with_placeholders()


def test_a_dump_is_typed_as_the_database_s_own_role() -> None:
    [typed] = DatabaseDumped("x_db", 5433, "x_user", SECRET).typed()
    assert "--username x_user" in typed.text and typed.user == "root" and SECRET in typed.secrets
    dump, drop = DatabaseCreated("x_db", "x_user", "UTF8", "C").undo(bare(), str)[0].typed()
    assert "--username x_user" in dump.text and drop.user == "postgres"


class TestSql:
    @pytest.mark.parametrize("text", [text for text in HOSTILE if "\0" not in text])
    def test_a_literal_ends_where_it_should(self, text: str) -> None:
        quoted = literal(text)
        inner = quoted[2:-1] if quoted.startswith("E'") else quoted[1:-1]
        assert quoted.endswith("'")
        if quoted.startswith("E'"):
            assert inner.replace("''", "'").replace("\\\\", "\\") == text
        else:
            assert "\\" not in text
            assert inner.replace("''", "'") == text
        assert "'" not in inner.replace("''", "")

    @pytest.mark.parametrize("text", [text for text in HOSTILE if text and "\0" not in text])
    def test_an_identifier_too(self, text: str) -> None:
        inner = identifier(text)[1:-1]
        assert inner.replace('""', '"') == text
        assert '"' not in inner.replace('""', "")


def test_git_is_never_asked_for_a_password(tmp_path: Path) -> None:
    seen: list[Mapping[str, Any] | None] = []

    class Hands(FakeHands):
        """Notes the surroundings."""

        def run(self, words: Sequence[str], **more: Any) -> str:
            """Notes them."""
            if words[0] == "git":
                seen.append(more.get("env"))
            return "a" * 40

    Cloned("/home/x/code", "https://h/r.git", "v1", "x").carry_out(Hands())
    assert seen
    assert all(env and env["GIT_TERMINAL_PROMPT"] == "0" for env in seen)
