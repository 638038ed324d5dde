"""That PostgreSQL has a cluster where no package makes one, and that it takes the passwords of roles."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import bare
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.mounts import Mount, Mounts
from wizard.host.postgresql import Cluster, ClusterState, HbaRule, ServerSetting
from wizard.host.records import Applied
from wizard.host.units import Unit, UnitState
from wizard.steps.clusters import PasswordTaken, PostgresCluster
from wizard.steps.step import Blocked

DNF = {"package_manager": "dnf", "distribution": "rocky", "version": "9.4"}
RESTING, DATA = Unit("postgresql.service"), "/var/lib/pgsql/data"
HBA = f"{DATA}/pg_hba.conf"
IDENT = (
    HbaRule(1, "local", ("all",), ("all",), method="peer"),
    HbaRule(2, "host", ("all",), ("all",), "127.0.0.1", "255.255.255.255", "ident"),
    HbaRule(3, "host", ("all",), ("all",), "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ident"),
)


def cluster_changes(given: Any = None, **facts: Any) -> list[Any]:
    """The changes of the step over a host with those answers."""
    return list(PostgresCluster().changes(bare({RESTING: UnitState("loaded"), **(given or {})}, **(facts or DNF))))


def test_it_is_made_where_the_packages_make_none() -> None:
    [made] = cluster_changes({Content("/etc/locale.conf"): b'LANG="fr_FR.UTF-8"\n'})
    assert (made.folder, made.locale, made.version) == (DATA, "fr_FR.UTF-8", 130000)
    [typed] = made.typed()
    assert typed.text.endswith("postgresql-setup --initdb")
    assert "--auth-host=scram-sha-256" in typed.text
    assert cluster_changes(package_manager="apt") == []


def test_arch_has_initdb_alone_which_lets_nobody_in_unasked() -> None:
    [made] = cluster_changes(package_manager="pacman", distribution="arch", version="")
    [typed] = made.typed()
    assert (typed.user, typed.text.split()[0]) == ("postgres", "initdb")
    assert {"--auth-local=peer", "--auth-host=scram-sha-256", "/var/lib/postgres/data"} < {*typed.text.split()}


def test_it_lies_where_the_unit_has_it() -> None:
    elsewhere = UnitState("loaded", variables=(("PGDATA", "/srv/pg"),))
    assert [one.folder for one in cluster_changes({RESTING: elsewhere})] == ["/srv/pg"]
    by_root = UnitState("loaded", variables=(("PGROOT", "/srv/pg"),))
    assert [one.folder for one in cluster_changes({RESTING: by_root})] == ["/srv/pg/data"]


def test_one_that_is_there_is_let_be() -> None:
    assert cluster_changes({EntryAt(f"{DATA}/PG_VERSION"): Entry()}) == []
    assert cluster_changes({RESTING: UnitState("loaded", "active")}) == []


def test_none_is_made_where_the_data_may_be_elsewhere() -> None:
    disk = {
        Content("/etc/fstab"): b"/dev/sdb1 /var/lib/pgsql ext4 defaults 0 2\n",
        Mounts(): (Mount(1, 0, "8:1", "/", "/", source="/dev/sda1"),),
    }
    for given, why in (
        ({Listing(DATA): ("base", "pg_wal")}, "holds files, and no cluster"),
        ({Applied("ClusterMade", DATA, done=True): True}, "was made in /var/lib/pgsql/data before"),
        (disk, "that disk is not mounted"),
    ):
        with pytest.raises(Blocked, match=why):
            cluster_changes(given)


def state(*rules: HbaRule) -> dict[Any, Any]:
    """A cluster with those rules."""
    return {Cluster(5432): ClusterState(hba=rules, server={"hba_file": ServerSetting(HBA)})}


def taken(given: dict[Any, Any]) -> list[Any]:
    """The changes of the step over a host with those answers."""
    return list(PasswordTaken("u", "d").changes(bare(given, **DNF)))


def test_who_is_asked_for_by_ident_logs_in_with_a_password() -> None:
    [added] = taken(state(*IDENT))
    assert (added.kind, added.path, added.user) == ("HbaLinesAdded", HBA, "u")
    assert [one.user for one in added.typed()] == ["postgres", "postgres"]
    assert 'host "d" "u" 127.0.0.1/32 scram-sha-256' in added.typed()[0].text


def test_what_somebody_wished_is_let_be() -> None:
    for method in ("scram-sha-256", "md5", "reject", "trust", "cert"):
        rules = [HbaRule(one.line, one.type, one.databases, one.users, one.address, one.mask, method) for one in IDENT]
        assert taken(state(*rules)) == []
    assert taken({}) == []
    assert taken(state()) == []


def test_a_run_that_was_cut_off_has_the_server_read_its_lines() -> None:
    own = HbaRule(1, "host", ("d",), ("u",), "samehost", "", "scram-sha-256")
    assert len(taken({**state(own, *IDENT), Applied("HbaLinesAdded", "u"): True})) == 1
