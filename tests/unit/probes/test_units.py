"""The probes of units and of packages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from tests.unit.support import bare
from wizard.findings.words import format_time
from wizard.host.packages import HalfInstalled, Package
from wizard.host.reading import NotKnown, Unknown
from wizard.host.records import Written, WrittenAt
from wizard.host.units import Unit, UnitState
from wizard.probes.packages import PackagesPresent
from wizard.probes.units import UnitIs, UnitRuns

NAME = "biomaid-instance@prod.service"
STARTED = 1_760_000_000.0


def unit(**values: Any) -> UnitState:
    """A unit that runs, but for what is given."""
    given = {"load": "loaded", "active": "active", "sub": "running", "enabled": "enabled", "started": STARTED}
    return UnitState(**{**given, "fragment": f"/etc/systemd/system/{NAME}", **values})


def test_runs() -> None:
    finding = UnitRuns("service.unit", "", NAME).observe(fake({Unit(NAME): unit()}))
    assert finding.outcome == "passed"
    assert finding.evidence == f"active (running), since {format_time(STARTED)}, enabled"


def test_restarts_are_counted() -> None:
    finding = UnitRuns("service.unit", "", NAME).observe(
        fake({Unit(NAME): unit(restarts=3, started=fake().clock - 60)})
    )
    assert finding.outcome == "passed"
    assert "restarted 3 times" in finding.evidence


@pytest.mark.parametrize("enabled", ["static", "alias", "indirect", "enabled-runtime", "generated"])
def test_other_ways_to_start_with_the_machine(enabled: str) -> None:
    assert UnitRuns("a", "", NAME).observe(fake({Unit(NAME): unit(enabled=enabled)})).outcome == "passed"


@pytest.mark.parametrize(
    ("values", "outcome", "cause", "says"),
    [
        ({"load": "not-found"}, "failed", "unit-not-found", "is not there"),
        ({"load": "masked", "active": "inactive"}, "failed", "unit-masked", "is masked"),
        ({"load": "bad-setting"}, "failed", "unit-unusable", "is bad-setting; it should be loaded"),
        ({"enabled": "disabled"}, "warning", "unit-not-enabled", "but disabled: it should start with"),
        ({"enabled": ""}, "warning", "unit-not-enabled", "but not enabled"),
        (
            {"active": "inactive", "sub": "dead"},
            "failed",
            "service-not-started",
            "inactive (dead); it should be active",
        ),
        (
            {"active": "failed", "sub": "failed", "result": "exit-code"},
            "failed",
            "unit-failed",
            "failed (failed), exit-code",
        ),
        (
            {"active": "failed", "sub": "failed", "result": "start-limit-hit", "restarts": 5},
            "failed",
            "unit-start-limit",
            "start-limit-hit, restarted 5 times",
        ),
        ({"active": "activating", "sub": "start"}, "warning", "unit-starting", "activating (start)"),
        (
            {"active": "activating", "sub": "auto-restart", "result": "exit-code", "restarts": 1},
            "failed",
            "unit-restarting",
            "activating (auto-restart), exit-code, restarted 1 time;",
        ),
    ],
)
def test_does_not_run(values: dict[str, Any], outcome: str, cause: str, says: str) -> None:
    finding = UnitRuns("service.unit", "", NAME).observe(fake({Unit(NAME): unit(**values)}))
    assert finding.cause is not None
    assert (finding.outcome, finding.cause.id) == (outcome, cause)
    assert says in finding.evidence


def test_not_enabled_is_well_where_that_is_not_asked() -> None:
    probe = UnitRuns("service.unit", "", NAME, enabled=False)
    assert probe.observe(fake({Unit(NAME): unit(enabled="disabled")})).outcome == "passed"
    stopped = probe.observe(fake({Unit(NAME): unit(active="inactive")}))
    assert stopped.remedy is not None
    assert stopped.remedy.commands == (f"systemctl start {NAME}",)


@pytest.mark.parametrize(
    ("asked", "has", "outcome"),
    [
        ("on-failure", "on-failure", "passed"),
        ("on-failure", "always", "passed"),
        ("on-failure", "no", "failed"),
        ("on-failure", "on-success", "failed"),
        ("on-failure", "on-abnormal", "failed"),
        ("on-abnormal", "on-failure", "passed"),
        ("always", "on-failure", "failed"),
        ("no", "always", "passed"),
        ("no", "", "passed"),
    ],
)
def test_restart_policy(asked: str, has: str, outcome: str) -> None:
    state = unit(restart=has, drop_ins=("/etc/systemd/system/x.d/jalon.conf",))
    finding = UnitIs("service.restart", "", NAME, asked).observe(fake({Unit(NAME): state}))
    assert finding.outcome == outcome
    assert f"Restart={has or 'no'}" in finding.evidence
    if outcome == "failed":
        assert finding.cause is not None and finding.cause.id == "unit-does-not-come-back"
    else:
        assert "1 drop-in," in finding.evidence


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"reload_needed": True}, "unit-reload-needed"),
        ({"load": "not-found", "fragment": ""}, "unit-not-found"),
        ({"load": "masked", "active": "inactive"}, "unit-masked"),
    ],
)
def test_unit_is_not(values: dict[str, Any], cause: str) -> None:
    finding = UnitIs("service.restart", "", NAME, "always").observe(fake({Unit(NAME): unit(**values)}))
    assert finding.outcome == ("failed" if values.get("load") else "warning"), "it works until the next start"
    assert finding.cause is not None and finding.cause.id == cause


THREE = ("nginx", "git", "cron")


def installed(*names: str, half: tuple[str, ...] = ()) -> Any:
    """A host with these packages."""
    return fake({**{Package(name): "1.0-1" for name in names}, HalfInstalled(): half})


def test_packages_there() -> None:
    finding = PackagesPresent("system.packages", "", THREE).observe(installed(*THREE))
    assert (finding.outcome, finding.evidence) == ("passed", "3 packages installed")


def test_packages_missing() -> None:
    finding = PackagesPresent("system.packages", "", THREE).observe(installed("git"))
    assert finding.outcome == "failed"
    assert finding.evidence == "2 of 3 packages are not installed: nginx, cron"
    assert finding.cause is not None and finding.cause.id == "packages-missing"
    assert finding.remedy is not None
    assert finding.remedy.commands == ("apt-get install --no-install-recommends nginx cron",)


def test_packages_of_red_hat_s_family() -> None:
    probe = PackagesPresent("system.packages", "", THREE, dnf=("epel-release", "nginx", "redis"))
    finding = probe.observe(bare({Package("nginx"): "1.20"}, package_manager="dnf"))
    assert finding.evidence == "2 of 3 packages are not installed: epel-release, redis"
    assert finding.remedy is not None
    assert finding.remedy.commands == ("dnf -y install epel-release redis",)


def test_half_installed_comes_before_missing() -> None:
    finding = PackagesPresent("system.packages", "", THREE).observe(installed("git", half=("nginx", "dpkg")))
    assert finding.evidence.startswith("left half installed: nginx, dpkg")
    assert finding.cause is not None and finding.cause.id == "packages-half-installed"
    assert finding.remedy is not None
    assert finding.remedy.commands == ("dpkg --configure -a", "apt-get -y -f install")


@pytest.mark.parametrize(
    "probe", [UnitRuns("a", "", NAME), UnitIs("a", "", NAME, "no"), PackagesPresent("a", "", THREE)]
)
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    host = fake(dict.fromkeys(probe.reads(), Unknown("systemd does not run here")))
    with pytest.raises(NotKnown, match="systemd"):
        probe.observe(host)


@pytest.mark.parametrize(("written", "outcome"), [("", "warning"), ("a-hash", "failed")])
def test_one_that_somebody_else_made_and_that_does_not_come_back(written: str, outcome: str) -> None:
    host = fake({Unit(NAME): unit(restart="no"), WrittenAt("/etc/x.conf"): Written(written)})
    finding = UnitIs("service.restart", "", NAME, "on-failure", ours="/etc/x.conf").observe(host)
    assert finding.outcome == outcome
    assert finding.cause and finding.cause.id == "unit-does-not-come-back" and finding.remedy
    assert UnitIs("service.restart", "", NAME, "on-failure").observe(host).outcome == "failed"


def test_what_will_not_start_again_is_warned_of_while_it_runs() -> None:
    def seen(**values: Any) -> tuple[str, str]:
        finding = UnitRuns("service.unit", "", NAME).observe(fake({Unit(NAME): unit(**values)}))
        return finding.outcome, finding.cause.id if finding.cause else ""

    assert seen(load="masked") == ("warning", "unit-masked")
    assert seen(reload_needed=True) == ("warning", "unit-reload-needed")
    now = fake().clock
    assert seen(restarts=2, started=now - 5) == ("warning", "unit-restarting")
    assert seen(restarts=2, started=now - 500) == ("passed", "")
    assert seen(restarts=1, started=now - 5) == ("passed", ""), "as it does when somebody kills it"
