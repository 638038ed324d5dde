"""Steps on hosts of Red Hat's family: packages by dnf, nginx's default server, SELinux."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.machine.redhat import NGINX, checkpoints
from tests.machine.servers import NGINX_CONF
from tests.unit.probes.fake import FakeHands
from tests.unit.support import bare, drain, drained, machine
from wizard.answers.questions import Answers
from wizard.authoring.case import in_the_way, said
from wizard.base.rendering import hash_of
from wizard.changes.change import Change, Failed
from wizard.changes.nginx import FileMoved, without_default
from wizard.changes.packages import PackagesInstalled
from wizard.changes.selinux import BooleanSet, PortLabelled, PortUnlabelled
from wizard.guide import Circumstances
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Overlay
from wizard.host.packages import Conffile, Package
from wizard.host.reading import NotKnown, Reading, Unknown
from wizard.host.selinux import Boolean, Label, PortLabel, Switch
from wizard.host.units import Unit
from wizard.host.users import Account
from wizard.steps.nginx_default import DefaultServerDisabled
from wizard.steps.packages import Packages
from wizard.steps.selinux import Booleans, PortOfType
from wizard.steps.step import Blocked
from wizard.walk.plan import plan

ROCKY: dict[str, Any] = {
    **{"distribution": "rocky", "like": ("rhel", "centos", "fedora"), "version": "9.4", "codename": ""},
    **{"name": "Rocky Linux 9.4 (Blue Onyx)", "package_manager": "dnf", "selinux": "enforcing", "python": "3.9"},
}
Answered = dict[Reading[Any], Any]
CONF = EntryAt(NGINX)
DEFAULT = "/etc/nginx/conf.d/default.conf"


def words(changes: list[Change]) -> list[str]:
    """Each in a word or two."""
    return [f"{change.kind} {change.subject}" for change in changes]


def test_a_golden_rocky_9() -> None:
    """All of a guide on a bare Rocky Linux 9, and nothing the second time."""
    host = bare(**ROCKY)
    points = checkpoints(Answers({"more": ""}), host.facts, Circumstances())
    steps = list(plan(points, host))
    assert said(steps) == [
        "system PackagesInstalled epel-release",
        "system PackagesInstalled unzip nginx redis",
        f"nginx DefaultServerUnset {NGINX} ?",
        "nginx UnitEnabled redis.service",
        "nginx UnitStarted redis.service",
        "nginx UnitEnabled nginx.service",
        "nginx UnitStarted nginx.service",
        "nginx UserCreated omero",
        "nginx ModeSet /home/omero",
        "nginx GroupJoined nginx",
        "nginx UnitRestarted nginx.service",
        "selinux BooleanSet httpd_enable_homedirs",
        "selinux PortLabelled tcp/4080",
    ]
    assert in_the_way(steps) == []
    assert said(list(plan(points, host))) == []


class TestPackages:
    STEP = Packages(("unzip", "nginx"), dnf=("unzip", "epel-release", "nginx"))

    def test_what_brings_a_repository_is_installed_before_the_rest(self) -> None:
        first, then = drained(self.STEP, bare(**ROCKY))
        assert [change.subject for change in (first, then)] == ["epel-release", "unzip nginx"]
        assert [typed.text for typed in then.typed()] == [
            "dnf -y --setopt=install_weak_deps=False install unzip nginx",
        ]

    def test_only_what_is_missing(self) -> None:
        host = bare({Package("epel-release"): "9-7", Package("nginx"): "1.20"}, **ROCKY)
        assert words(drained(self.STEP, host)) == ["PackagesInstalled unzip"]

    def test_fedora_needs_no_epel(self) -> None:
        fedora = ROCKY | {"distribution": "fedora", "like": ()}
        assert words(drained(self.STEP, bare(**fedora))) == ["PackagesInstalled unzip nginx"]

    def test_nothing_runs_that_was_only_installed(self) -> None:
        host = bare(**ROCKY)
        drain(self.STEP, host)
        state = host.get(Unit("nginx.service"))
        assert (state.load, state.active, state.enabled) == ("loaded", "inactive", "disabled")
        assert host.get(Account("nginx")) is not None
        assert host.get(EntryAt("/etc/nginx/conf.d")) is not None
        assert host.get(EntryAt("/etc/nginx/sites-enabled")) is None

    def test_elsewhere_it_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="Arch installs its packages with neither apt nor dnf") as caught:
            drain(self.STEP, bare(package_manager="pacman", name="Arch"))
        assert "Rocky Linux 9" in caught.value.remedy

    @pytest.mark.parametrize(
        "output",
        [
            "No match for argument: nosuch\nNo match for argument: b\nError: Unable to find a match: nosuch b\n",
            "Failed to resolve the transaction:\nNo match for argument: nosuch\nNo match for argument: b\n"
            "You can try to add to command line:\n  --skip-unavailable to skip unavailable packages\n",
        ],
    )
    def test_a_package_that_no_repository_has_is_named(self, output: str) -> None:
        """The last line of one dnf names it, that of the next does not."""
        hands = FakeHands(lambda words, stdin: Failed("`dnf` ended", output=output))
        with pytest.raises(Failed, match=r"have no package nosuch, b$") as caught:
            PackagesInstalled(("nosuch", "b"), "dnf").carry_out(hands)
        assert caught.value.output == output

    def test_a_repository_that_was_not_reached_comes_first(self) -> None:
        """Some hosts pass over it, and miss what is in it."""
        line = "Failed to download metadata for repo 'appstream': Cannot download repomd.xml: All mirrors were tried"
        output = f"Error: {line}\nIgnoring repositories: appstream\nNo match for argument: nginx\n"
        hands = FakeHands(lambda words, stdin: Failed("`dnf` ended", output=output))
        with pytest.raises(Failed, match=r"no mirror of packages was reached: Failed to .* repo 'appstream'") as caught:
            PackagesInstalled(("nginx",), "dnf").carry_out(hands)
        assert "/etc/yum.repos.d" in caught.value.remedy

    def test_another_failure_is_told_as_it_is(self) -> None:
        hands = FakeHands(lambda words, stdin: Failed("no space"))
        with pytest.raises(Failed, match="no space"):
            PackagesInstalled(("nginx",), "dnf").carry_out(hands)


class TestDefaultServer:
    STEP = DefaultServerDisabled()

    @staticmethod
    def host(text: str) -> Overlay:
        """A host with that nginx.conf."""
        return bare({CONF: Entry(mode=0o640), Content(NGINX): text.encode()}, **ROCKY)

    def test_the_words_of_the_document_leave_the_same(self) -> None:
        """`sed -re 's/( default_server.*)/; #\\1/'`, and not a second time."""
        once = without_default(NGINX_CONF.encode())
        assert b"        listen       80; # default_server;\n        listen       [::]:80; # default_server;\n" in once
        assert without_default(once) == once

    @pytest.mark.parametrize("line", ["listen 80;", "# listen 80 default_server;", "log_format default_server;", ""])
    def test_other_lines_stay(self, line: str) -> None:
        assert without_default(line.encode()) == line.encode()

    def test_the_line_is_taken_wherever_it_still_is(self) -> None:
        [change] = drained(self.STEP, self.host(NGINX_CONF))
        assert words([change]) == [f"DefaultServerUnset {NGINX}"]
        assert (vars(change)["mode"], vars(change)["hash"]) == (0o640, hash_of(without_default(NGINX_CONF.encode())))

    def test_in_place(self) -> None:
        assert drain(self.STEP, self.host(NGINX_CONF.replace(" default_server", ""))) == []
        assert drain(self.STEP, bare(**ROCKY)) == []
        assert drain(self.STEP, bare()) == []

    @pytest.mark.parametrize(("pristine", "moved"), [(True, True), (False, False), (None, False)])
    def test_a_default_conf_is_moved_while_it_is_nobody_s(self, pristine: bool | None, moved: bool) -> None:
        answers: Answered = {EntryAt(DEFAULT): Entry(), Conffile("nginx", DEFAULT): pristine}
        found = drained(self.STEP, bare(answers, **ROCKY))
        assert found == ([FileMoved(DEFAULT, "/etc/nginx/conf.d/default.disabled")] if moved else [])

    def test_never_over_another_file(self) -> None:
        answers: Answered = {EntryAt(DEFAULT): Entry(), Conffile("nginx", DEFAULT): True}
        for end in ("", ".2"):
            answers[EntryAt(f"/etc/nginx/conf.d/default.disabled{end}")] = Entry()
        [change] = drained(self.STEP, bare(answers, **ROCKY))
        assert vars(change)["target"] == "/etc/nginx/conf.d/default.disabled.3"

    def test_a_moved_file_comes_back_and_what_is_gone_is_left(self, tmp_path: Path) -> None:
        here, there = tmp_path / "default.conf", tmp_path / "default.disabled"
        here.write_text("server { }\n")
        change, hands = FileMoved(str(here), str(there)), machine(tmp_path)
        [back] = change.undo(bare(), lambda path: "")
        for _turn in range(2):
            change.carry_out(hands)
            assert (here.exists(), there.read_text()) == (False, "server { }\n")
        back.carry_out(hands)
        assert (here.read_text(), there.exists()) == ("server { }\n", False)


class TestSelinux:
    BOOLEANS = Booleans(("httpd_read_user_content", "httpd_enable_homedirs"))
    PORT = PortOfType(4080)

    @pytest.mark.parametrize("mode", ["disabled", ""])
    def test_where_it_is_off_nothing_is_read(self, mode: str) -> None:
        class Closed(Overlay):
            def read(self, reading: Any) -> Any:
                raise AssertionError(reading)

        for step in (self.BOOLEANS, self.PORT):
            assert list(step.changes(Closed(bare(selinux=mode)))) == []

    @pytest.mark.parametrize("mode", ["enforcing", "permissive"])
    def test_what_is_off_or_does_not_last_is_switched_on(self, mode: str) -> None:
        answers: Answered = {
            Boolean("httpd_read_user_content"): Switch(True, False),
            Boolean("httpd_enable_homedirs"): Switch(False, False),
        }
        found = drained(self.BOOLEANS, bare(answers, **(ROCKY | {"selinux": mode})))
        assert words(found) == ["BooleanSet httpd_read_user_content", "BooleanSet httpd_enable_homedirs"]
        hands = FakeHands()
        found[0].carry_out(hands)
        assert hands.ran == [(("setsebool", "-P", "httpd_read_user_content", "1"), None)]

    def test_an_undo_brings_back_what_lasted(self) -> None:
        host = bare({Boolean("x"): Switch(True, False)})
        [undo] = BooleanSet("x").undo(host, lambda path: "")
        assert undo == BooleanSet("x", on=False)

    @pytest.mark.parametrize(
        ("label", "verb"),
        [
            (None, "-a"),
            (Unknown("semanage: not there"), "-a"),
            (Label("unreserved_port_t", exact=False), "-a"),
            (Label("http_cache_port_t"), "-m"),
        ],
    )
    def test_a_port_is_added_or_taken_from_the_type_that_holds_it(self, label: Any, verb: str) -> None:
        [change] = drained(self.PORT, bare({PortLabel(4080): label}, **ROCKY))
        assert [one.text for one in change.typed()] == [f"semanage port {verb} -t http_port_t -p tcp 4080"]

    @pytest.mark.parametrize("label", [Label("http_port_t"), Label("http_port_t", exact=False)])
    def test_a_port_of_that_type_stays(self, label: Label) -> None:
        assert drain(self.PORT, bare({PortLabel(4080): label}, **ROCKY)) == []

    def test_one_of_a_range_that_somebody_gave_a_type_is_in_the_way(self) -> None:
        spoken = Label("mine_t", exact=False, local=True, range="4070-4090")
        with pytest.raises(Blocked, match="one of 4070-4090, which somebody gave the type mine_t") as caught:
            drain(self.PORT, bare({PortLabel(4080): spoken}, **ROCKY))
        assert "`semanage port -d -p tcp 4070-4090`" in caught.value.remedy
        assert drain(PortOfType(4080, "mine_t"), bare({PortLabel(4080): spoken}, **ROCKY)) == []

    def test_who_may_not_see_it_is_told_so(self) -> None:
        with pytest.raises(NotKnown):
            drain(self.PORT, bare({PortLabel(4080): Unknown("closed", "root")}, **ROCKY))

    @pytest.mark.parametrize(
        ("label", "undo"),
        [
            (None, PortUnlabelled(4080)),
            (Label("http_cache_port_t"), PortUnlabelled(4080)),
            (Label("mine_t", local=True), PortLabelled(4080, "mine_t", replaces=True)),
            (Label("mine_t", exact=False, local=True), PortUnlabelled(4080)),
        ],
    )
    def test_an_undo_says_again_what_was_said_on_this_host(self, label: Label | None, undo: Change) -> None:
        host = bare({PortLabel(4080): label})
        assert PortLabelled(4080, "http_port_t").undo(host, lambda path: "") == (undo,)
