"""The probes of the machine itself: distribution, size, Python, locale, updates, sudo, programs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.host.bare import BareHost
from wizard.host.children import CommandResult
from wizard.host.commands import CommandOutput
from wizard.host.facts import GIB, Facts
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.locales import Locales
from wizard.host.overlay import Overlay, Sets
from wizard.host.packages import ListsAge
from wizard.host.reading import NotKnown, Unknown
from wizard.host.updates import PendingUpdates, RebootDue, Updates, answer, parse
from wizard.host.users import Account, User
from wizard.probes.machine import (
    Need,
    ProgramVersion,
    PythonWithin,
    Resources,
    SudoRight,
    Supported,
    UpdatesPending,
    Utf8Locale,
)

DAY = 86400.0


def on(facts: Facts, answers: dict[Any, Any] | None = None) -> Overlay:
    """A host with these facts that answers these readings so."""
    host = Overlay(BareHost(facts))
    host.lay([Sets(reading, answer) for reading, answer in (answers or {}).items()])
    return host


@pytest.mark.parametrize(("manager", "outcome"), [("dnf", "warning"), ("pacman", "failed")])
def test_supported_by_a_guide_for_two_families(manager: str, outcome: str) -> None:
    facts = Facts(distribution="rocky", version="9", package_manager=manager)
    finding = Supported("system.distribution", "", managers=("apt", "dnf")).observe(on(facts))
    assert finding.outcome == outcome
    assert finding.cause is not None
    assert ("with apt / dnf, which" in finding.cause.text) is (outcome == "failed")


@pytest.mark.parametrize(
    ("distribution", "version", "manager", "outcome", "cause"),
    [
        ("debian", "12", "apt", "passed", None),
        ("debian", "13.1", "apt", "passed", None),
        ("ubuntu", "22.04", "apt", "passed", None),
        ("ubuntu", "24.04", "apt", "passed", None),
        ("debian", "11", "apt", "warning", "distribution-untested"),
        ("ubuntu", "23.10", "apt", "warning", "distribution-untested"),
        ("linuxmint", "21", "apt", "warning", "distribution-untested"),
        ("rocky", "9", "dnf", "failed", "distribution-unsupported"),
        ("alpine", "3.20", "", "failed", "distribution-unsupported"),
    ],
)
def test_supported(distribution: str, version: str, manager: str, outcome: str, cause: str | None) -> None:
    facts = Facts(distribution=distribution, version=version, package_manager=manager, name="This One")
    finding = Supported("system.distribution", "").observe(on(facts))
    assert finding.outcome == outcome
    assert finding.evidence.startswith("This One")
    assert (finding.cause.id if finding.cause else None) == cause


def test_a_distribution_whose_python_does_not_fit_is_not_simply_supported() -> None:
    probe = Supported("system.distribution", "", ">=3.9,<3.13", "/home/i/biomaid")
    trixie = Facts(version="13", name="Debian 13", python="3.13")
    finding = probe.observe(on(trixie))
    assert (finding.outcome, finding.cause and finding.cause.id) == ("warning", "python-out-of-range")
    assert finding.evidence == "Debian 13; its Python is 3.13, and the code takes >=3.9,<3.13"
    assert finding.remedy is not None
    assert "Debian 12 (3.11), Ubuntu 22.04 (3.10), Ubuntu 24.04 (3.12)" in finding.remedy.text
    newer = b'[project]\nrequires-python = ">=3.13"\n'
    assert probe.observe(on(trixie, {Content("/home/i/biomaid/pyproject.toml"): newer})).outcome == "passed"
    assert probe.observe(on(Facts())).outcome == "passed"


LEAST, ADVISED = Need(1, 2 * GIB, 20 * GIB), Need(4, 8 * GIB, 60 * GIB)


@pytest.mark.parametrize(
    ("facts", "outcome", "says"),
    [
        (
            Facts(processors=4, memory=8 * GIB, disk=60 * GIB, disk_free=50 * GIB),
            "passed",
            "4 processors, 8 GB of memory, 60 GB of disk (50 GB free)",
        ),
        (Facts(processors=4, memory=int(7.6 * GIB), disk=60 * GIB), "passed", "7.6 GB of memory"),
        (Facts(processors=2, memory=4 * GIB), "passed", "advised for production: 4 processors, 8 GB of memory"),
        (Facts(processors=1, memory=int(1.9 * GIB), disk=19 * GIB), "passed", "1 processor, 1.9 GB"),
        (Facts(memory=int(1.7 * GIB)), "warning", "the least is 2 GB of memory"),
        (Facts(disk=10 * GIB), "warning", "the least is 20 GB of disk"),
        (Facts(processors=0), "warning", "the least is 1 processor"),
    ],
)
def test_resources(facts: Facts, outcome: str, says: str) -> None:
    finding = Resources("system.resources", "", LEAST, ADVISED).observe(on(facts))
    assert finding.outcome == outcome
    assert says in finding.evidence
    assert (finding.cause is not None and finding.cause.id == "machine-too-small") == (outcome == "warning")


POETRY = b'[tool.poetry.dependencies]\npython = ">=3.9,<3.12"\n'
STANDARD = b'[project]\nrequires-python = ">=3.12"\n'


@pytest.mark.parametrize(
    ("python", "pyproject", "outcome", "says"),
    [
        ("3.11", None, "passed", "Python 3.11, within >=3.9,<3.13"),
        ("3.13", None, "failed", "Python 3.13; it should be within >=3.9,<3.13"),
        ("3.8", None, "failed", "Python 3.8; it should be within"),
        ("3.12", None, "passed", "Python 3.12"),
        ("3.12", POETRY, "failed", "within >=3.9,<3.12"),
        ("3.11", STANDARD, "failed", "within >=3.12"),
        ("3.11", b"not = [toml", "passed", "within >=3.9,<3.13"),
        ("3.11", b"[tool.poetry.dependencies]\ndjango = '*'", "passed", "within >=3.9,<3.13"),
        ("", None, "failed", "there is no python3"),
    ],
)
def test_python(python: str, pyproject: bytes | None, outcome: str, says: str) -> None:
    host = on(Facts(python=python), {Content("/home/i/biomaid/pyproject.toml"): pyproject})
    finding = PythonWithin("system.python", "", ">=3.9,<3.13", "/home/i/biomaid").observe(host)
    assert (finding.outcome, says in finding.evidence) == (outcome, True)
    if outcome == "failed":
        assert finding.cause is not None and finding.remedy is not None
        assert finding.cause.id == ("python-out-of-range" if python else "python-missing")


@pytest.mark.parametrize(
    ("text", "exist", "outcome", "cause", "command"),
    [
        (b'LANG="fr_FR.UTF-8"\n', {"c", "fr_fr.utf8"}, "passed", None, ""),
        (b"LANG=C.UTF-8\n", {"c", "c.utf8"}, "passed", None, ""),
        (b"LANG=C\nLC_ALL=fr_FR.utf8\n", {"c", "fr_fr.utf8"}, "passed", None, ""),
        (b"LANG=fr_FR.UTF-8\nLC_ALL=C\n", {"c", "c.utf8"}, "warning", "locale-not-utf8", "update-locale"),
        (None, {"c", "posix", "c.utf8"}, "warning", "locale-not-utf8", "echo LANG=C.UTF-8 >"),
        (b"# LANG=fr\nLANG=fr_FR\n", {"c"}, "warning", "locale-not-utf8", ""),
        (b"LANG=fr_FR.UTF-8\n", {"c", "c.utf8"}, "warning", "locale-not-generated", "echo 'fr_FR.UTF-8 UTF-8'"),
    ],
)
def test_locale(text: bytes | None, exist: set[str], outcome: str, cause: str | None, command: str) -> None:
    host = fake({Content("/etc/default/locale"): text, Locales(): frozenset(exist)})
    finding = Utf8Locale("system.locale", "").observe(host)
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    commands = finding.remedy.commands if finding.remedy else ()
    assert commands[0].startswith(command) if command else not commands


TWO = PendingUpdates(("libc6", "nano"), ("libc6",))


@pytest.mark.parametrize(
    ("waiting", "age", "reboot", "outcome", "cause", "says"),
    [
        (PendingUpdates(), 3 * DAY, None, "passed", None, "no updates wait"),
        (PendingUpdates(("nano",)), DAY, None, "passed", None, "1 update waits, 0"),
        (TWO, DAY, None, "warning", "security-updates-pending", "2 updates wait, 1 for security: libc6"),
        (PendingUpdates(), 9 * DAY, None, "warning", "package-lists-old", "by lists that are 9 days old"),
        (PendingUpdates(), None, None, "warning", "package-lists-old", "no package lists"),
        (TWO, DAY, (), "warning", "restart-due", "a restart of the machine is due; 2 updates"),
        (PendingUpdates(), DAY, ("linux-image",), "warning", "restart-due", "due for linux-image; no updates"),
    ],
)
def test_updates(
    waiting: PendingUpdates, age: float | None, reboot: Any, outcome: str, cause: str | None, says: str
) -> None:
    host = fake({Updates(): waiting, ListsAge(): age, RebootDue(): reboot})
    finding = UpdatesPending("system.updates", "").observe(host)
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence


def test_this_machine_tells_what_waits_or_why_it_cannot() -> None:
    said = answer([Updates()])[Updates()]
    assert isinstance(said, PendingUpdates | Unknown)
    assert not isinstance(said, PendingUpdates) or set(said.security) <= set(said.packages)


POLICY = """\
libssl3:
  Installed: 3.0.15-1
  Candidate: 3.0.16-1
  Version table:
     3.0.16-1 500
        500 http://mirror.example.org/debian-security bookworm-security/main amd64 Packages
 *** 3.0.15-1 100
        100 /var/lib/dpkg/status
bash:
  Installed: 5.2.15-2
  Candidate: 5.2.15-3
  Version table:
     5.2.15-3 500
        500 http://mirror.example.org/debian bookworm/main amd64 Packages
 *** 5.2.15-2 500
        500 http://mirror.example.org/debian-security bookworm-security/main amd64 Packages
        100 /var/lib/dpkg/status
nano:
  Installed: 7.2-1
  Candidate: 7.2-1
  Version table:
 *** 7.2-1 500
        500 http://mirror.example.org/debian-security bookworm-security/main amd64 Packages
own:
  Installed: 1.0
  Candidate: (none)
  Version table:
"""


def test_what_waits_is_read() -> None:
    """Only what would change counts, and for security only where the newer version comes from there."""
    assert parse(POLICY) == PendingUpdates(("libssl3", "bash"), ("libssl3",))


SUDO, RULES = Entry(mode=0o4755), Entry(mode=0o440)


@pytest.mark.parametrize(
    ("program", "rules", "root", "groups", "outcome", "cause"),
    [
        (SUDO, RULES, True, (), "passed", None),
        (SUDO, RULES, False, ("anna", "sudo"), "passed", None),
        (SUDO, RULES, False, ("anna",), "warning", "sudo-not-granted"),
        (None, RULES, False, (), "failed", "sudo-missing"),
        (None, None, True, (), "warning", "sudo-missing"),
        (Entry(mode=0o755), RULES, True, (), "failed", "sudo-powerless"),
        (Entry(mode=0o4755, owner="anna"), RULES, True, (), "failed", "sudo-powerless"),
        (SUDO, Entry(mode=0o666), True, (), "failed", "sudoers-unsafe"),
        (SUDO, Entry(mode=0o440, owner="anna"), True, (), "failed", "sudoers-unsafe"),
        (SUDO, None, True, (), "failed", "sudoers-unsafe"),
    ],
)
def test_sudo(program: Any, rules: Any, root: bool, groups: tuple[str, ...], outcome: str, cause: str | None) -> None:
    user = "root" if root else "anna"
    account = User(1000, "/home/anna", "/bin/bash", "", groups)
    answers = {EntryAt("/usr/bin/sudo"): program, EntryAt("/etc/sudoers"): rules, Account("anna"): account}
    finding = SudoRight("system.sudo", "").observe(on(Facts(user=user, root=root), answers))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)


@pytest.mark.parametrize(
    ("program", "typed"), [(SUDO, "usermod -aG wheel anna"), (None, "dnf -y install sudo")], ids=["group", "package"]
)
def test_sudo_on_red_hat_s_family(program: Any, typed: str) -> None:
    account = User(1000, "/home/anna", "/bin/bash", "", ("anna",))
    answers = {EntryAt("/usr/bin/sudo"): program, EntryAt("/etc/sudoers"): RULES, Account("anna"): account}
    facts = Facts(user="anna", root=False, package_manager="dnf")
    finding = SudoRight("system.sudo", "").observe(on(facts, answers))
    assert finding.remedy is not None
    assert finding.remedy.commands == (typed,)


def test_sudo_may_be_a_link() -> None:
    """As on machines where `sudo-rs` is an alternative."""
    link = Entry(kind="link", mode=0o777, target="../lib/sudo-rs")
    answers = {EntryAt("/usr/bin/sudo"): link, EntryAt("/usr/lib/sudo-rs"): SUDO, EntryAt("/etc/sudoers"): RULES}
    assert SudoRight("system.sudo", "").observe(fake(answers)).outcome == "passed"


GIT = ("git", "--version")


@pytest.mark.parametrize(
    ("heard", "least", "outcome", "cause", "says"),
    [
        (CommandResult(0, "git version 2.39.5\n", ""), "2.20", "passed", None, "git 2.39.5"),
        (CommandResult(0, "", "git version 2.39.5\n"), ">=2.0,<3", "passed", None, "git 2.39.5"),
        (
            CommandResult(0, "git version 2.39.5\n", ""),
            "2.40",
            "failed",
            "program-version",
            "git 2.39.5; it should be within >=2.40",
        ),
        (CommandResult(0, "git version 2.39.5\n", ""), "<2", "failed", "program-version", "within <2"),
        (
            CommandResult(127, "", "git: not found"),
            "2.20",
            "failed",
            "program-missing",
            "there is no program git; >=2.20",
        ),
        (
            CommandResult(1, "", "broken\nlibrary missing"),
            "2.20",
            "failed",
            "program-fails",
            "ended with 1: library missing",
        ),
        (
            CommandResult(124, "", "git: no answer within 10 s"),
            "2.20",
            "failed",
            "program-fails",
            "no answer within 10 s",
        ),
    ],
)
def test_program(heard: CommandResult, least: str, outcome: str, cause: str | None, says: str) -> None:
    probe = ProgramVersion("code.git", "", GIT, r"version (\S+)", least)
    finding = probe.observe(fake({CommandOutput(GIT): heard}))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence


def test_program_that_does_not_say_its_version_is_unknown() -> None:
    probe = ProgramVersion("code.git", "", GIT, r"version (\S+)", "2", user="anna")
    with pytest.raises(NotKnown, match="git"):
        probe.observe(fake({CommandOutput(GIT, "anna"): CommandResult(0, "hello", "")}))


@pytest.mark.parametrize(
    ("probe", "reading"),
    [
        (PythonWithin("a", "", ">=3.9", "/c"), Content("/c/pyproject.toml")),
        (Utf8Locale("a", ""), Locales()),
        (UpdatesPending("a", ""), Updates()),
        (SudoRight("a", ""), EntryAt("/usr/bin/sudo")),
        (ProgramVersion("a", "", GIT, "x", "1"), CommandOutput(GIT)),
    ],
)
def test_what_cannot_be_read_is_not_judged(probe: Any, reading: Any) -> None:
    assert reading in probe.reads()
    with pytest.raises(NotKnown, match="not for you"):
        probe.observe(fake({reading: Unknown("not for you", needs="root")}))
