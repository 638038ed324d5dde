"""Steps about the system: what each yields from each state, nothing the second time, and what stands in its way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import bare, drain, drained
from wizard.base.values import replace
from wizard.changes.change import Change
from wizard.changes.users import UserCreated
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Overlay, Sets
from wizard.host.packages import Conffile, HalfInstalled, ListsAge, Package
from wizard.host.processes import Process
from wizard.host.reading import NotKnown, Reading, Unknown
from wizard.host.records import Applied
from wizard.host.sockets import Listener, Listeners
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, Group, User
from wizard.steps.nginx import DefaultSiteDisabled, SiteEnabled
from wizard.steps.packages import LISTS_OLD, Packages
from wizard.steps.python import PythonFits
from wizard.steps.step import Blocked
from wizard.steps.systemd import PortFree, RunningUnit
from wizard.steps.users import GroupMember, InstanceUser

RUNNING = UnitState("loaded", "active", "running", "enabled", started=-100.0)


def kinds(changes: list[Change]) -> list[str]:
    """The nouns."""
    return [change.kind for change in changes]


class TestPythonFits:
    STEP = PythonFits(">=3.9,<3.13", "/home/i/biomaid")
    CODE = Content("/home/i/biomaid/pyproject.toml")

    @pytest.mark.parametrize("python", ["3.9", "3.11", "3.12", ""])
    def test_within_or_still_to_come(self, python: str) -> None:
        assert drain(self.STEP, bare(python=python)) == []

    @pytest.mark.parametrize("python", ["3.8", "3.13"])
    def test_outside_it_is_blocked_on_a_bare_host(self, python: str) -> None:
        with pytest.raises(Blocked, match=f"wants Python >=3.9,<3.13, and python3 of Debian .* is {python}") as caught:
            drain(self.STEP, bare(python=python))
        assert "Debian 12 has 3.11" in caught.value.remedy

    def test_the_checkout_counts_where_there_is_one(self) -> None:
        newer = b'[project]\nrequires-python = ">=3.12"\n'
        assert drain(self.STEP, bare({self.CODE: newer}, python="3.13")) == []
        with pytest.raises(Blocked, match=r"wants Python >=3\.12"):
            drain(self.STEP, bare({self.CODE: newer}, python="3.11"))


class TestPackages:
    STEP = Packages(("nginx", "git"))

    def test_on_a_bare_host_the_lists_are_fetched_first(self) -> None:
        found = drained(self.STEP, bare())
        assert [(one.kind, one.subject) for one in found] == [
            ("PackageListsRefreshed", ""),
            ("PackagesInstalled", "nginx git"),
        ]

    def test_only_what_is_missing(self) -> None:
        found = drained(self.STEP, bare({Package("nginx"): "1.22", ListsAge(): 60.0}))
        assert [(one.kind, one.subject) for one in found] == [("PackagesInstalled", "git")]

    @pytest.mark.parametrize(("age", "fetched"), [(None, True), (LISTS_OLD + 1, True), (LISTS_OLD - 1, False)])
    def test_lists_older_than_a_day_are_fetched(self, age: float | None, fetched: bool) -> None:
        assert ("PackageListsRefreshed" in kinds(drained(self.STEP, bare({ListsAge(): age})))) is fetched

    def test_in_place(self) -> None:
        assert drain(self.STEP, bare({Package("nginx"): "1", Package("git"): "2"})) == []

    def test_an_interrupted_run_is_completed_first(self) -> None:
        host = bare({HalfInstalled(): ("nginx-common",), Package("nginx"): "1", Package("git"): "2"})
        [change] = drained(self.STEP, host)
        assert (change.kind, change.subject) == ("PackagingRepaired", "nginx-common")

    @pytest.mark.parametrize("manager", ["dnf", "pacman", ""])
    def test_another_package_manager_is_in_the_way(self, manager: str) -> None:
        with pytest.raises(Blocked, match="Fedora does not install its packages with apt") as caught:
            drain(self.STEP, bare(package_manager=manager, name="Fedora"))
        assert "Debian 12" in caught.value.remedy

    def test_what_cannot_be_known_passes(self) -> None:
        with pytest.raises(NotKnown, match="no dpkg"):
            drain(self.STEP, bare({HalfInstalled(): Unknown("no dpkg")}))

    def test_what_they_bring_is_there(self) -> None:
        host = bare()
        drain(Packages(("nginx", "postgresql", "cron")), host)
        assert host.get(Unit("nginx.service")).active == "active"
        assert host.get(Account("postgres")) is not None
        assert host.get(EntryAt("/etc/nginx/sites-available")) is not None
        assert drain(RunningUnit("cron.service"), host) == []


class TestInstanceUser:
    STEP = InstanceUser("demo", "/home/demo", mark="biomaid")

    @staticmethod
    def person(uid: int = 1000) -> dict[Any, Any]:
        """An account with a home of Debian's own mode."""
        return {
            Account("demo"): User(uid, "/home/demo", "/bin/bash", "", ("demo",)),
            EntryAt("/home/demo"): Entry("directory", "demo", "demo", 0o700),
        }

    @pytest.mark.parametrize(
        ("distribution", "expected"), [("debian", ["UserCreated", "ModeSet"]), ("ubuntu", ["UserCreated"])]
    )
    def test_it_is_made_and_its_home_opened_to_its_group(self, distribution: str, expected: list[str]) -> None:
        host = bare(distribution=distribution)
        assert kinds(drained(self.STEP, host)) == expected
        home = host.get(EntryAt("/home/demo"))
        assert home is not None
        assert home.mode == 0o750

    def test_one_that_jalon_made_is_its_own(self) -> None:
        host = bare({**self.person(), Applied("UserCreated", "demo"): True})
        assert kinds(drained(self.STEP, host)) == ["ModeSet"]

    @pytest.mark.parametrize(
        ("manager", "joins"), [("apt", ("--ingroup", "demo")), ("dnf", ("-g", "demo"))], ids=["adduser", "useradd"]
    )
    def test_where_a_run_was_killed_after_its_group_it_joins_that(self, manager: str, joins: tuple[str, ...]) -> None:
        given: dict[Any, Any] = {Group("demo"): (), Applied("UserCreated", "demo"): True}
        [made, *_more] = drained(self.STEP, bare(given, package_manager=manager))
        assert isinstance(made, UserCreated)
        assert any(made.words[at : at + 2] == joins for at in range(len(made.words)))

    def test_the_same_group_of_somebody_else_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="the group demo is there already"):
            drain(self.STEP, bare({Group("demo"): ("eve",)}))

    def test_where_a_run_was_killed_before_its_home_was_there_it_is_made(self) -> None:
        given: dict[Any, Any] = {**self.person(), Applied("UserCreated", "demo"): True}
        del given[EntryAt("/home/demo")]
        host = bare(given)
        assert kinds(drained(self.STEP, host)) == ["DirectoryMade"]
        assert host.get(EntryAt("/home/demo")) == Entry("directory", "demo", "demo", 0o750, changed=host.clock)

    def test_one_whose_home_holds_an_instance_is_its_own(self) -> None:
        host = bare({**self.person(), EntryAt("/home/demo/biomaid"): Entry("directory")})
        assert kinds(drained(self.STEP, host)) == ["ModeSet"]

    def test_a_person_s_account_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="belongs to somebody") as caught:
            drain(self.STEP, bare(self.person()))
        assert "`instance`" in caught.value.remedy

    def test_a_system_account_is_in_the_way_whatever_is_in_its_home(self) -> None:
        given = {
            **self.person(33),
            EntryAt("/home/demo/biomaid"): Entry("directory"),
            Applied("UserCreated", "demo"): True,
        }
        with pytest.raises(Blocked, match="one of the system's"):
            drain(self.STEP, bare(given))

    def test_root_is_one_of_them(self) -> None:
        with pytest.raises(Blocked, match="number 0"):
            drain(InstanceUser("root", "/root", mark="biomaid"), bare())

    @pytest.mark.parametrize("mode", [0o750, 0o710, 0o2750])
    def test_a_home_that_lets_the_group_through_and_nobody_else_stays(self, mode: int) -> None:
        given = {**self.person(), Applied("UserCreated", "demo"): True}
        given[EntryAt("/home/demo")] = Entry("directory", "demo", "demo", mode)
        assert drain(self.STEP, bare(given)) == []

    @pytest.mark.parametrize("mode", [0o700, 0o755, 0o751, 0o740])
    def test_any_other_is_set_right(self, mode: int) -> None:
        given = {**self.person(), Applied("UserCreated", "demo"): True}
        given[EntryAt("/home/demo")] = Entry("directory", "demo", "demo", mode)
        assert kinds(drained(self.STEP, bare(given))) == ["ModeSet"]


class TestGroupMember:
    def test_it_joins_once(self) -> None:
        host = bare({Group("demo"): ()})
        [change] = drained(GroupMember("www-data", "demo"), host)
        assert change.title == "www-data joins group demo"
        assert host.get(Group("demo")) == ("www-data",)

    def test_in_place(self) -> None:
        account = User(33, "/var/www", "/usr/sbin/nologin", "", ("www-data", "demo"))
        assert drain(GroupMember("www-data", "demo"), bare({Account("www-data"): account})) == []


class TestRunningUnit:
    STEP = RunningUnit("x.service", configured_by=("/etc/x.conf",))

    @staticmethod
    def host(state: UnitState, changed: float = -150.0) -> Overlay:
        """A host with that unit and its configuration."""
        return bare({Unit("x.service"): state, EntryAt("/etc/x.conf"): Entry(changed=changed)})

    def test_in_place(self) -> None:
        assert drain(self.STEP, self.host(RUNNING)) == []

    @pytest.mark.parametrize("enabled", ["enabled", "static", "indirect", "alias", "generated"])
    def test_one_that_starts_with_the_machine(self, enabled: str) -> None:
        assert drain(self.STEP, self.host(replace(RUNNING, enabled=enabled))) == []

    @pytest.mark.parametrize("enabled", ["disabled", "", "linked"])
    def test_one_that_does_not(self, enabled: str) -> None:
        assert kinds(drained(self.STEP, self.host(replace(RUNNING, enabled=enabled)))) == ["UnitEnabled"]

    def test_one_that_need_not(self) -> None:
        step = RunningUnit("x.service", enabled=False)
        assert drain(step, self.host(replace(RUNNING, enabled="disabled"))) == []

    @pytest.mark.parametrize("active", ["inactive", "failed", "deactivating"])
    def test_one_that_does_not_run_is_started(self, active: str) -> None:
        assert kinds(drained(self.STEP, self.host(replace(RUNNING, active=active)))) == ["UnitStarted"]

    def test_one_that_is_starting_by_itself_is_not_started_twice(self) -> None:
        assert drain(self.STEP, self.host(replace(RUNNING, active="reloading"))) == []

    @pytest.mark.parametrize(("changed", "done"), [(-150.0, []), (-50.0, ["UnitRestarted"])])
    def test_a_newer_environment_calls_for_a_restart(self, changed: float, done: list[str]) -> None:
        host = self.host(RUNNING)
        host.lay([Sets(EnvironmentAt("/opt/venv"), Environment("3.11", "/usr/bin", {}, changed))])
        assert kinds(drained(replace(self.STEP, environment="/opt/venv"), host)) == done

    def test_a_newer_configuration_calls_for_a_restart(self) -> None:
        assert kinds(drained(self.STEP, self.host(RUNNING, changed=-99.0))) == ["UnitRestarted"]

    def test_files_that_systemd_has_not_read_are_read_first(self) -> None:
        host = self.host(replace(RUNNING, reload_needed=True), changed=-99.0)
        assert kinds(drained(self.STEP, host)) == ["ManagerReloaded", "UnitRestarted"]

    def test_a_unit_whose_file_was_just_written(self) -> None:
        host = bare({EntryAt("/etc/x.conf"): Entry(changed=-99.0)})
        assert kinds(drained(self.STEP, host)) == ["UnitEnabled", "UnitStarted"]

    def test_a_newer_unit_file_is_read_before_the_restart(self) -> None:
        """systemd itself may not have noticed: it looks at times of whole seconds."""
        path = "/etc/systemd/system/x.service.d/restart.conf"
        host = bare({Unit("x.service"): RUNNING, EntryAt(path): Entry(changed=-99.0)})
        step = RunningUnit("x.service", configured_by=(path,))
        assert kinds(drained(step, host)) == ["ManagerReloaded", "UnitRestarted"]

    def test_a_masked_unit_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="masked") as caught:
            drain(self.STEP, self.host(UnitState(load="masked", enabled="masked")))
        assert caught.value.remedy == "systemctl unmask x.service"

    def test_a_group_that_a_process_does_not_hold_calls_for_a_restart(self) -> None:
        step = RunningUnit("x.service", user="www-data")
        worker = Process(2, "www-data", ("www-data",), ())
        master = Process(1, "root", ("root",), ())
        state = replace(RUNNING, processes=(master, worker))
        host = self.host(state)
        assert drain(step, host) == []
        host.lay([Sets(Account("www-data"), User(33, "/", "", "", ("www-data", "demo")))])
        assert kinds(drained(step, host)) == ["UnitRestarted"]

    @pytest.mark.parametrize(
        ("listeners", "blocked"),
        [
            ((), False),
            ((Listener("0.0.0.0", 80, "nginx", 7),), False),
            ((Listener("0.0.0.0", 8080, "apache2", 7),), False),
            ((Listener("0.0.0.0", 80, "", 0),), False),
            ((Listener("0.0.0.0", 80, "apache2", 7),), True),
            ((Listener("/run/x", 0, "apache2", 7),), False),
        ],
    )
    def test_who_holds_its_port_is_named(self, listeners: tuple[Listener, ...], blocked: bool) -> None:
        step = RunningUnit("nginx.service", port=80, programs=("nginx",))
        host = bare({Listeners(): listeners, Unit("nginx.service"): replace(RUNNING, active="failed")})
        if not blocked:
            assert kinds(drained(step, host)) == ["UnitStarted"]
            return
        with pytest.raises(Blocked, match=r"port 80 is held by apache2 \(process 7\), and nginx.service needs it"):
            drain(step, host)

    def test_a_service_that_runs_is_not_asked_about_its_port(self) -> None:
        step = RunningUnit("nginx.service", port=80, programs=("nginx",))
        held = (Listener("0.0.0.0", 80, "apache2", 7),)
        assert drain(step, bare({Listeners(): held, Unit("nginx.service"): RUNNING})) == []

    def test_without_systemd_it_cannot_be_known(self) -> None:
        with pytest.raises(NotKnown, match="systemd does not run here"):
            drain(self.STEP, bare({Unit("x.service"): Unknown("systemd does not run here")}))


class TestPortFree:
    STEP = PortFree(80, programs=("nginx",))

    @pytest.mark.parametrize("program", ["nginx", ""])
    def test_in_place(self, program: str) -> None:
        assert drain(self.STEP, bare()) == []
        assert drain(self.STEP, bare({Listeners(): (Listener("::", 80, program, 1),)})) == []

    def test_somebody_else_s(self) -> None:
        with pytest.raises(Blocked, match=r"port 80 is held by lighttpd \(process 9\)") as caught:
            drain(self.STEP, bare({Listeners(): (Listener("::", 80, "lighttpd", 9),)}))
        assert "systemctl status" in caught.value.remedy
        assert "`http_port`" in caught.value.remedy

    def test_one_who_may_not_be_seen_is_somebody_else_where_the_programs_are_one_s_own(self) -> None:
        step = PortFree(80, programs=("nginx",), own=True)
        assert drain(step, bare({Listeners(): (Listener("::", 80, "nginx", 1), Listener("::", 81))})) == []
        with pytest.raises(Blocked, match="port 80 is held by a program of another user"):
            drain(step, bare({Listeners(): (Listener("::", 80),)}))


class TestDefaultSite:
    PATH = "/etc/nginx/sites-enabled/default"
    STEP = DefaultSiteDisabled(PATH)
    PACKAGE = Conffile("nginx-common", "/etc/nginx/sites-available/default")

    @pytest.mark.parametrize("target", ["/etc/nginx/sites-available/default", "../sites-available/default"])
    def test_it_goes_while_it_is_the_package_s_own(self, target: str) -> None:
        host = bare(
            {
                EntryAt(self.PATH): Entry("link", target=target),
                self.PACKAGE: True,
                Listing("/etc/nginx/sites-enabled"): ("default", "mine"),
            }
        )
        [change] = drained(self.STEP, host)
        assert (change.kind, change.subject) == ("FileRemoved", self.PATH)
        assert host.get(Listing("/etc/nginx/sites-enabled")) == ("mine",)

    @pytest.mark.parametrize("pristine", [False, None])
    def test_one_that_somebody_made_theirs_stays(self, pristine: bool | None) -> None:
        target = "/etc/nginx/sites-available/default"
        assert drain(self.STEP, bare({EntryAt(self.PATH): Entry("link", target=target), self.PACKAGE: pristine})) == []

    @pytest.mark.parametrize(
        "entry", [None, Entry("file"), Entry("link", target="/etc/nginx/sites-available/mine"), Entry("directory")]
    )
    def test_what_is_not_it_stays(self, entry: Entry | None) -> None:
        assert drain(self.STEP, bare({EntryAt(self.PATH): entry, self.PACKAGE: True})) == []

    HELD = DefaultSiteDisabled(PATH, where_held=80)
    LINK = Entry("link", target="/etc/nginx/sites-available/default")
    APACHE = (Listener("0.0.0.0", 80, "apache2", 612, "root"),)

    def test_where_another_program_holds_its_port_it_goes_before_nginx_starts(self) -> None:
        answers: dict[Reading[Any], Any] = {EntryAt(self.PATH): self.LINK, self.PACKAGE: True}
        [change] = drained(self.HELD, bare({**answers, Listeners(): self.APACHE}))
        assert (change.kind, change.subject) == ("FileRemoved", self.PATH)
        for others in [(), (Listener("0.0.0.0", 80, "nginx"),), (Listener("0.0.0.0", 8080, "apache2"),)]:
            assert drain(self.HELD, bare({**answers, Listeners(): others})) == []
        assert self.HELD.title != self.STEP.title

    @pytest.mark.parametrize("line", [b"listen 80 default_server;", b"  listen [::]:80;", b"listen 192.0.2.7:80;", b""])
    def test_somebody_s_own_site_that_asks_for_the_port_is_in_the_way(self, line: bytes) -> None:
        answers: dict[Reading[Any], Any] = {EntryAt(self.PATH): self.LINK, self.PACKAGE: False}
        answers[Content(self.PATH)] = b"server {\n" + line + b"\n}\n"
        assert drain(self.HELD, bare(answers)) == []
        with pytest.raises(Blocked, match=r"port 80 is held by apache2 \(process 612\), and /etc/nginx/.*/default"):
            drain(self.HELD, bare({**answers, Listeners(): self.APACHE}))

    @pytest.mark.parametrize(
        "text", [b"server { listen 8081; }", b"server { listen 8081;\n# listen 80;\n}", b"server { listen 800; }", b""]
    )
    def test_somebody_s_own_site_elsewhere_is_not(self, text: bytes) -> None:
        answers: dict[Reading[Any], Any] = {EntryAt(self.PATH): self.LINK, self.PACKAGE: False}
        answers[Content(self.PATH)] = text
        assert drain(self.HELD, bare({**answers, Listeners(): self.APACHE})) == []

    def test_its_removal_alone_calls_for_a_restart(self) -> None:
        """Somebody linked it again after the site was applied: nothing else is newer than the process."""
        folder = "/etc/nginx/sites-enabled"
        host = bare(
            {
                EntryAt(self.PATH): Entry("link", target="../sites-available/default"),
                self.PACKAGE: True,
                EntryAt(folder): Entry("directory", changed=-20.0),
                Unit("nginx.service"): replace(RUNNING, started=-10.0),
            }
        )
        unit = RunningUnit("nginx.service", configured_by=(folder,))
        assert drain(unit, host) == []
        drain(self.STEP, host)
        assert kinds(drained(unit, host)) == ["UnitRestarted"]


class TestSiteEnabled:
    SITE = "/etc/nginx/sites-available/labo"
    STEP = SiteEnabled(SITE)
    LINK = EntryAt("/etc/nginx/sites-enabled/labo")

    def test_the_link_is_made_once(self) -> None:
        assert [(one.kind, one.subject) for one in drained(self.STEP, bare())] == [("LinkMade", self.LINK.path)]

    @pytest.mark.parametrize("target", [SITE, "../sites-available/labo"])
    def test_whatever_its_spelling_and_its_name(self, target: str) -> None:
        link = Entry("link", target=target)
        assert drain(self.STEP, bare({self.LINK: link})) == []
        other: dict[Reading[Any], Any] = {
            Listing("/etc/nginx/sites-enabled"): ("00-x",),
            EntryAt("/etc/nginx/sites-enabled/00-x"): link,
        }
        assert drain(self.STEP, bare(other)) == []

    def test_a_link_that_leads_elsewhere_is_none(self) -> None:
        assert kinds(drain(self.STEP, bare({self.LINK: Entry("link", target="../sites-available/x")}))) == ["LinkMade"]

    def test_a_site_that_is_loaded_where_it_lies_needs_none(self) -> None:
        assert drain(SiteEnabled("/etc/nginx/conf.d/labo.conf"), bare()) == []
