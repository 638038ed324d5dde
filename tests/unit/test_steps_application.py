"""Steps about code, environments, databases and jobs: what each yields from each state, nothing the second time."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.unit.support import bare, drain, drained, read
from wizard.base.secret import Secret
from wizard.changes.git import CheckedOut, Cloned
from wizard.guides.django.parts.migrations import Migrations
from wizard.guides.django.parts.project import PLANNED, Project
from wizard.guides.django.parts.steps import Account, CollectedStatics, Fixture, Migrate
from wizard.host.cronline import parse_cron_line
from wizard.host.crontab import Crontab, SystemJob, SystemJobs
from wizard.host.environments import Environment, EnvironmentAt, poetry_folder
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.git import RECEIPT, Checkout, CheckoutAt
from wizard.host.locales import Locales
from wizard.host.overlay import Overlay, Sets
from wizard.host.postgresql import Cluster, ClusterState, Database, DatabaseState, HbaRule, Inside, Role
from wizard.host.reading import NotKnown, Reading, Unknown
from wizard.host.records import Applied, LinesAdded
from wizard.steps.cron import CrontabLines
from wizard.steps.git import Clone
from wizard.steps.poetry import Poetry, PoetryEnvironment
from wizard.steps.postgresql import PostgresDatabase, PostgresRole, utf8_locale
from wizard.steps.step import Blocked, Step

HOME = "/home/demo"
CHECKOUT = f"{HOME}/biomaid"
SOURCE = "https://example.org/biomaid.git"
COMMIT, OTHER = "a" * 40, "b" * 40
PASSWORD = Secret("db_password", "s3cret")


def found(step: Step, answers: dict[Reading[Any], Any] | None = None, **facts: Any) -> list[tuple[str, str]]:
    """The nouns and what they are about, nothing being left afterwards."""
    return [(change.kind, change.subject) for change in drained(step, bare(answers, **facts))]


class TestClone:
    STEP = Clone(CHECKOUT, SOURCE, "stable", "demo")

    def host(self, checkout: Checkout) -> dict[Reading[Any], Any]:
        """A host with that checkout."""
        return {CheckoutAt(CHECKOUT): checkout, EntryAt(CHECKOUT): Entry("directory", "demo", "demo", 0o755)}

    def test_missing(self) -> None:
        host = bare()
        [change] = drained(self.STEP, host)
        assert change == Cloned(CHECKOUT, SOURCE, "stable", "demo")
        assert isinstance(read(host, Content(f"{CHECKOUT}/manage.py")), Unknown)
        assert host.get(EntryAt(CHECKOUT)) is not None

    @pytest.mark.parametrize("kind", ["file", "directory", "link"])
    def test_something_else_in_its_place_is_in_the_way(self, kind: str) -> None:
        with pytest.raises(Blocked, match="is there and is no git checkout") as caught:
            drain(self.STEP, bare({EntryAt(CHECKOUT): Entry(kind)}))
        assert "move it away" in caught.value.remedy

    @pytest.mark.parametrize(
        ("checkout", "in_place"),
        [
            (Checkout(COMMIT, "stable", SOURCE, "stable", COMMIT), True),
            (Checkout(COMMIT, "", SOURCE, "stable", COMMIT), True),
            (Checkout(OTHER, "stable", SOURCE, "stable", COMMIT), False),
            (Checkout(COMMIT, "other", SOURCE, "other", COMMIT), False),
            # Made by hand: there is no receipt.
            (Checkout(COMMIT, "stable", SOURCE), True),
            (Checkout(COMMIT, "master", SOURCE), False),
            (Checkout(COMMIT, "", SOURCE, tags=("stable",)), True),
        ],
    )
    def test_the_revision_it_stands_on(self, checkout: Checkout, in_place: bool) -> None:
        expected = [] if in_place else [("CheckedOut", CHECKOUT)]
        assert found(self.STEP, self.host(checkout)) == expected

    @pytest.mark.parametrize(("revision", "in_place"), [(COMMIT, True), (OTHER, False), ("", True)])
    def test_a_commit_or_none(self, revision: str, in_place: bool) -> None:
        step = Clone(CHECKOUT, SOURCE, revision, "demo")
        assert (found(step, self.host(Checkout(COMMIT, "stable", SOURCE))) == []) is in_place

    def test_it_goes_back_to_the_commit_it_stood_on(self) -> None:
        [change] = drained(self.STEP, bare(self.host(Checkout(OTHER, "master", SOURCE))))
        assert change.undo(bare(), str) == (CheckedOut(CHECKOUT, OTHER, "demo", SOURCE),)

    @pytest.mark.parametrize(("since", "moved"), [(-6.0, False), (-4.0, True)])
    def test_an_update_moves_what_was_held_before_it(self, since: float, moved: bool) -> None:
        step = Clone(CHECKOUT, SOURCE, "stable", "demo", update_since=since)
        answers = self.host(Checkout(COMMIT, "stable", SOURCE, "stable", COMMIT))
        answers[EntryAt(f"{CHECKOUT}/.git/{RECEIPT}")] = Entry(changed=-5.0)
        assert (found(step, answers) == [("CheckedOut", CHECKOUT)]) is moved


class TestPoetry:
    STEP = Poetry(HOME, "demo", "2.5.1")
    PATH = f"{HOME}/.local/share/pypoetry/venv"

    def test_missing(self) -> None:
        assert found(self.STEP) == [("EnvironmentMade", self.PATH)]

    def test_an_environment_without_it(self) -> None:
        assert found(self.STEP, {EnvironmentAt(self.PATH): Environment("3.11.2", "/usr/bin", {"pip": "23"})})

    @pytest.mark.parametrize("version", ["2.5.1", "1.8.0", "3.0"])
    def test_any_version_that_is_there_stays(self, version: str) -> None:
        assert found(self.STEP, {EnvironmentAt(self.PATH): Environment("3.11", "/usr/bin", {"poetry": version})}) == []


PYPROJECT = b"""[tool.poetry]
name = "biomaid"
[tool.poetry.dependencies]
python = ">=3.9,<3.13"
django = "^4.2"
"""
LOCK = b'[[package]]\nname = "django"\nversion = "4.2.30"\n'


class TestPoetryEnvironment:
    STEP = PoetryEnvironment(CHECKOUT, HOME, "demo", "biomaid", ("dev",))
    PATH = poetry_folder(HOME, "biomaid", CHECKOUT, "3.11")

    def host(self, **installed: str) -> dict[Reading[Any], Any]:
        """A host with a checkout, and an environment of these where any is given."""
        made = Environment("3.11.2", "/usr/bin", installed) if installed else None
        return {
            Content(f"{CHECKOUT}/pyproject.toml"): PYPROJECT,
            Content(f"{CHECKOUT}/poetry.lock"): LOCK,
            EnvironmentAt(self.PATH): made,
        }

    def test_missing(self) -> None:
        assert found(self.STEP, self.host()) == [("PoetryInstalled", CHECKOUT)]

    @pytest.mark.parametrize("installed", [{"django": "4.2.1"}, {"gunicorn": "21"}])
    def test_out_of_step_with_the_lock(self, installed: dict[str, str]) -> None:
        assert found(self.STEP, self.host(**installed)) == [("PoetryInstalled", CHECKOUT)]

    def test_made_by_hand_and_in_step(self) -> None:
        assert found(self.STEP, self.host(django="4.2.30")) == []

    def test_made_for_other_inputs(self) -> None:
        host = bare(self.host(django="4.2.30"))
        host.lay([Sets(Content(self.STEP.receipt_path), b"{}")])
        assert [change.kind for change in drained(self.STEP, host)] == ["PoetryInstalled"]

    def test_its_own_receipt_is_in_place(self) -> None:
        host = bare(self.host())
        drain(self.STEP, host)
        made = host.get(Content(self.STEP.receipt_path))
        again = bare(self.host(django="4.2.30"))
        again.lay([Sets(Content(self.STEP.receipt_path), made)])
        assert drain(self.STEP, again) == []
        other = PoetryEnvironment(CHECKOUT, HOME, "demo", "biomaid", ("dev",), extras=("ldap",))
        assert len(drain(other, again)) == 1

    def test_before_the_code_is_there_it_is_planned_once(self) -> None:
        host = bare()
        drain(Clone(CHECKOUT, SOURCE, "stable", "demo"), host)
        assert [change.kind for change in drained(self.STEP, host)] == ["PoetryInstalled"]

    def test_code_without_a_lock_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match=r"has no pyproject\.toml and poetry\.lock"):
            drain(self.STEP, bare({Content(f"{CHECKOUT}/pyproject.toml"): PYPROJECT}))

    @pytest.mark.parametrize("python", ["3.13", "3.14", "3.8"])
    def test_a_python_outside_the_range_is_in_the_way(self, python: str) -> None:
        with pytest.raises(Blocked, match=rf"wants Python >=3.9,<3.13, and python3 of Debian is {python}") as caught:
            drain(self.STEP, bare(self.host(), python=python, name="Debian"))
        assert caught.value.remedy


def cluster(collate: str = "C.UTF-8", **more: Any) -> dict[Reading[Any], Any]:
    """A host with a cluster."""
    return {Cluster(): ClusterState(150018, collate, **more)}


MD5 = "md5" + hashlib.md5(f"{PASSWORD.reveal()}demo_user".encode()).hexdigest()


class TestPostgresRole:
    STEP = PostgresRole("demo_user", PASSWORD, createdb=True)

    def test_missing(self) -> None:
        assert found(self.STEP, cluster()) == [("RoleCreated", "demo_user")]

    def test_none_is_made_with_a_password_that_nobody_knows(self) -> None:
        step = PostgresRole("demo_user", Secret("db_password", ""))
        with pytest.raises(Blocked, match="`db_password`"):
            drain(step, bare(cluster()))
        assert found(step, cluster(roles={"demo_user": Role()})) == []

    def test_in_place(self) -> None:
        assert found(self.STEP, cluster(roles={"demo_user": Role(createdb=True)})) == []
        assert found(self.STEP, cluster(roles={"demo_user": Role(superuser=True)})) == []

    def test_without_its_right(self) -> None:
        assert found(self.STEP, cluster(roles={"demo_user": Role()})) == [("RoleMayCreate", "demo_user")]

    def test_its_password_is_never_put_back(self) -> None:
        role = Role(createdb=True, verifier=Secret("verifier", "SCRAM-SHA-256$changed"))
        assert found(self.STEP, cluster(roles={"demo_user": role})) == []

    @pytest.mark.parametrize(
        ("kept", "asked", "changes"),
        [
            (MD5, "scram-sha-256", [("PasswordKeptAnew", "demo_user")]),
            (MD5, "md5", []),
            ("md5" + "0" * 32, "scram-sha-256", []),
        ],
    )
    def test_the_same_password_is_kept_anew_where_it_is_refused_as_it_is(
        self, kept: str, asked: str, changes: list[tuple[str, str]]
    ) -> None:
        role = Role(createdb=True, verifier=Secret("verifier", kept))
        rules = (HbaRule(1, "host", ("all",), ("all",), "all", method=asked),)
        assert found(self.STEP, cluster(roles={"demo_user": role}, hba=rules)) == changes

    @pytest.mark.parametrize("host", ["db.example.org", "192.0.2.1"])
    def test_on_another_machine_it_is_only_probed(self, host: str) -> None:
        assert found(PostgresRole("demo_user", PASSWORD, host=host), {Cluster(): Unknown("x", "root")}) == []

    def test_no_cluster_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="no PostgreSQL answers on port 5433") as caught:
            drain(PostgresRole("demo_user", PASSWORD, port=5433), bare(cluster()))
        assert "`db_port`" in caught.value.remedy

    def test_what_only_root_may_see_is_not_guessed(self) -> None:
        with pytest.raises(NotKnown, match="only root"):
            drain(self.STEP, bare({Cluster(): Unknown("only root may ask", "root")}))


class TestPostgresDatabase:
    STEP = PostgresDatabase("demo_db", owner="demo_user", user_table="common_user")

    def test_missing(self) -> None:
        host = bare(cluster())
        change, closed = drained(self.STEP, host)
        assert (closed.kind, closed.subject) == ("ConnectRevoked", "demo_db")
        assert (change.kind, change.subject) == ("DatabaseCreated", "demo_db")
        assert host.get(Inside("demo_db", 5432, "common_user")) == DatabaseState()

    def test_in_place(self) -> None:
        assert found(self.STEP, cluster(databases={"demo_db": Database("demo_user")})) == []

    @pytest.mark.parametrize(
        ("made", "closed", "expected"),
        [
            (True, False, [("ConnectRevoked", "demo_db")]),
            (True, True, []),
            (False, False, []),
        ],
    )
    def test_one_that_is_open_to_others_is_closed_if_a_run_was_cut_off_before_that(
        self, made: bool, closed: bool, expected: list[tuple[str, str]]
    ) -> None:
        answers = cluster(databases={"demo_db": Database("demo_user", public=True)})
        answers |= {
            Applied("DatabaseCreated", "demo_db"): made,
            Applied("ConnectRevoked", "demo_db", done=True): closed,
        }
        assert found(self.STEP, answers) == expected

    @pytest.mark.parametrize(("version", "expected"), [(140011, True), (150000, False), (0, False)])
    def test_before_15_the_schema_is_closed_first(self, version: int, expected: bool) -> None:
        answers: dict[Reading[Any], Any] = {Cluster(): ClusterState(version, "C.UTF-8")}
        kinds = [one.kind for one in drained(self.STEP, bare(answers))]
        assert kinds == ["DatabaseCreated", *(["SchemaClosed"] * expected), "ConnectRevoked"]
        # A run that was cut off after the first does all of the rest.
        left = {"demo_db": Database("demo_user", public=True)}
        answers = {Cluster(): ClusterState(version, databases=left), Applied("DatabaseCreated", "demo_db"): True}
        assert [kind for kind, _subject in found(self.STEP, answers)] == kinds[1:]

    def test_somebody_else_s_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="belongs to postgres, not to demo_user"):
            drain(self.STEP, bare(cluster(databases={"demo_db": Database("postgres")})))

    def test_on_another_machine_it_is_only_probed(self) -> None:
        assert found(PostgresDatabase("demo_db", "demo_user", host="db.example.org")) == []

    @pytest.mark.parametrize(
        ("collate", "known", "locale"),
        [
            ("C.UTF-8", {"c.utf8"}, "C.UTF-8"),
            ("C.UTF-8", {"c.utf8", "fr_fr.utf8"}, "fr_FR.UTF-8"),
            ("C", {"c"}, "C.UTF-8"),
            ("C", {"fr_fr.utf8"}, "fr_FR.UTF-8"),
            ("POSIX", {"c"}, "C.UTF-8"),
            ("en_GB.UTF-8", {"fr_fr.utf8"}, "en_GB.UTF-8"),
            ("de_DE.utf8", set(), "de_DE.utf8"),
            ("fr_FR", {"fr_fr.utf8"}, "fr_FR.UTF-8"),
        ],
    )
    def test_its_locale_knows_accents(self, collate: str, known: set[str], locale: str) -> None:
        assert utf8_locale(collate, frozenset(known)) == locale
        host = bare({**cluster(collate), Locales(): frozenset(known)})
        drain(self.STEP, host)
        assert host.get(Cluster()).databases["demo_db"].collate == locale  # type: ignore[union-attr]


PROJECT = Project(CHECKOUT, "demo", (f"{HOME}/.local/bin/poetry", "run", "python"), "demo_db", 5432, "common_user")
FILES = frozenset({("common", "0001_initial"), ("common", "0002_more"), ("dem", "0001_initial")})


def inside(state: DatabaseState | None, files: Any = FILES) -> dict[Reading[Any], Any]:
    """A host with that database and these migrations."""
    return {PROJECT.inside: state, Migrations(CHECKOUT): files}


def migrated(missing: int = 0, **more: Any) -> DatabaseState:
    """A database where all of them were applied, but for the last of one application."""
    done = FILES - set([("common", "0002_more")][:missing])
    tables = {"common_user": "demo_user", "auth_permission": "demo_user"}
    return DatabaseState(tables, frozenset(more.pop("filled", {"auth_permission"})), frozenset(done), **more)


class TestMigrate:
    STEP = Migrate(PROJECT)

    def test_an_empty_database(self) -> None:
        assert found(self.STEP, inside(DatabaseState())) == [("Migrated", "demo_db")]

    def test_in_place(self) -> None:
        assert found(self.STEP, inside(migrated())) == []
        assert found(self.STEP, inside(DatabaseState(migrations=PLANNED))) == []

    def test_a_pending_migration_of_a_database_without_data(self) -> None:
        assert found(self.STEP, inside(migrated(1))) == [("Migrated", "demo_db")]

    def test_one_that_holds_data_is_dumped_first(self) -> None:
        answers = inside(migrated(1, superusers=("admin",)))
        assert found(self.STEP, answers) == [("DatabaseDumped", "demo_db"), ("Migrated", "demo_db")]

    def test_one_that_was_cut_short(self) -> None:
        assert found(self.STEP, inside(migrated(filled=set()))) == [("Migrated", "demo_db")]

    def test_with_code_that_is_not_there_yet_what_was_migrated_stays(self) -> None:
        assert found(self.STEP, inside(migrated(), Unknown("not cloned yet"))) == []

    def test_what_only_root_may_see_is_not_guessed(self) -> None:
        with pytest.raises(NotKnown):
            drain(self.STEP, bare({PROJECT.inside: Unknown("only root", "root")}))


class TestAccount:
    STEP = Account(PROJECT, "admin", "", PASSWORD)

    def test_missing(self) -> None:
        [change] = drained(self.STEP, bare(inside(migrated())))
        assert (change.kind, change.subject) == ("AccountCreated", "admin")
        assert "s3cret" not in change.title + str([typed.text for typed in change.typed()])

    def test_none_is_made_with_a_password_that_nobody_knows(self) -> None:
        step = Account(PROJECT, "admin", "", Secret("first_account_password", ""))
        with pytest.raises(Blocked, match="`first_account_password`"):
            drain(step, bare(inside(migrated())))
        assert found(step, inside(migrated(superusers=("chef",)))) == []

    @pytest.mark.parametrize("names", [("admin",), ("somebody",)])
    def test_any_that_may_do_everything_will_do(self, names: tuple[str, ...]) -> None:
        assert found(self.STEP, inside(migrated(superusers=names))) == []

    def test_beside_those_of_trial_data_it_is_made_too(self) -> None:
        beside = Account(PROJECT, "admin", "", PASSWORD, beside_others=True)
        assert found(beside, inside(migrated(superusers=("root",)))) == [("AccountCreated", "admin")]
        assert found(beside, inside(migrated(superusers=("root", "admin")))) == []


class TestFixture:
    STEP = Fixture(PROJECT, "fixtures/tests_db.json", HOME)

    def test_loaded_once(self) -> None:
        assert found(self.STEP) == [("FixtureLoaded", "fixtures/tests_db.json")]


class TestCollectedStatics:
    FOLDER, LOCAL = f"{HOME}/staticfiles", f"{HOME}/local_x/static"
    STEP = CollectedStatics(PROJECT, FOLDER, HOME, "local/logo.png", (LOCAL,))

    def host(self, size: int = 7, commit: str = COMMIT, proof: bool = True) -> Overlay:
        """A host with code, a local folder with one file of that size, and the proof."""
        return bare(
            {
                CheckoutAt(CHECKOUT): Checkout(commit),
                Content(f"{CHECKOUT}/poetry.lock"): LOCK,
                Listing(self.LOCAL): ("css",),
                EntryAt(f"{self.LOCAL}/css"): Entry("directory"),
                Listing(f"{self.LOCAL}/css"): ("a.css",),
                EntryAt(f"{self.LOCAL}/css/a.css"): Entry("file", size=size),
                EntryAt(f"{self.FOLDER}/local/logo.png"): Entry("file") if proof else None,
            }
        )

    def receipt(self) -> bytes:
        """What a collection from these inputs leaves."""
        host = self.host(proof=False)
        drain(self.STEP, host)
        data = host.get(Content(f"{HOME}/.local/state/jalon/static.json"))
        assert data is not None
        return data

    def test_missing(self) -> None:
        assert [change.kind for change in drained(self.STEP, self.host(proof=False))] == ["StaticsCollected"]

    def test_collected_by_hand_it_stands_for_itself(self) -> None:
        assert drain(self.STEP, self.host()) == []

    @pytest.mark.parametrize(
        ("more", "in_place"),
        [({}, True), ({"size": 8}, False), ({"commit": OTHER}, False), ({"proof": False}, False)],
    )
    def test_it_is_made_again_from_other_inputs(self, more: dict[str, Any], in_place: bool) -> None:
        host = self.host(**more)
        host.lay([Sets(Content(f"{HOME}/.local/state/jalon/static.json"), self.receipt())])
        assert (drain(self.STEP, host) == []) is in_place

    def test_before_the_code_is_there_it_is_planned_once(self) -> None:
        host = bare()
        drain(Clone(CHECKOUT, SOURCE, "stable", "demo"), host)
        assert [change.kind for change in drained(self.STEP, host)] == ["StaticsCollected"]


class TestCrontab:
    LINES = (
        "*/15 * * * * umask 022; cd biomaid && bash run-instance.sh runjobs quarter_hourly >> ~/log/q.log 2>&1",
        "7 * * * * umask 022; cd biomaid && bash run-instance.sh runjobs hourly >> /home/demo/log/h.log 2>&1",
    )
    STEP = CrontabLines("demo", LINES, HOME, ("run-instance.sh", "manage.py"))

    def test_missing(self) -> None:
        host = bare()
        drained(self.STEP, host)
        assert host.get(Crontab("demo")) == self.LINES

    def test_those_of_the_document_typed_by_hand_do_the_same(self) -> None:
        typed = "*/15 * * * * cd ~/biomaid; ./run-instance.sh runjobs quarter_hourly >> ~/log/x.log"
        host = bare({Crontab("demo"): ("# mine", typed)})
        drained(self.STEP, host)
        assert host.get(Crontab("demo")) == ("# mine", typed, self.LINES[1])

    def test_those_in_the_systems_tables_do_the_same(self) -> None:
        jobs = [job for line in self.LINES if (job := parse_cron_line(line))]
        there: dict[Reading[Any], Any] = {
            SystemJobs(): tuple(SystemJob("/etc/cron.d/x", "demo", job.schedule, job.command) for job in jobs)
        }
        assert found(self.STEP, there) == []
        others: dict[Reading[Any], Any] = {
            SystemJobs(): (SystemJob("/etc/cron.d/x", "root", jobs[0].schedule, jobs[0].command),)
        }
        assert found(self.STEP, others) == [("CrontabLinesAdded", "demo")]

    def test_one_that_is_commented_out_does_nothing(self) -> None:
        assert found(self.STEP, {Crontab("demo"): tuple("#" + line for line in self.LINES)}) == [
            ("CrontabLinesAdded", "demo")
        ]

    def test_what_jalon_added_for_other_answers_goes_and_what_a_person_typed_stays(self) -> None:
        old, mine = "1 * * * * old", "2 * * * * mine"
        host = bare(
            {
                LinesAdded(): (("demo", old), ("demo", self.LINES[0]), ("other", old), ("gone", old)),
                Crontab("demo"): (mine, old, *self.LINES),
                Crontab("other"): (old,),
            }
        )
        removed = [(change.kind, change.subject) for change in drained(self.STEP, host)]
        assert removed == [("CrontabLinesRemoved", "demo"), ("CrontabLinesRemoved", "other")]
        assert host.get(Crontab("demo")) == (mine, *self.LINES)
        assert host.get(Crontab("other")) is None

    def test_what_only_root_may_see_is_not_guessed(self) -> None:
        with pytest.raises(NotKnown):
            drain(self.STEP, bare({Crontab("demo"): Unknown("only root", "root")}))
