"""The table of what distributions call things."""

from __future__ import annotations

import pytest

from wizard.guides.biomaid.names import DOCUMENTATION_PACKAGES, LDAP_PACKAGES, PACKAGES
from wizard.guides.omero_web.names import ICE_BUILD_PACKAGES
from wizard.host.distributions import IN_RELEASES, MANAGERS, TABLES, Distribution, distribution_of, of_any_distribution
from wizard.host.facts import Facts
from wizard.host.packages import for_host
from wizard.host.pythons import beside, offered

ROCKY = Facts(distribution="rocky", like=("rhel", "centos", "fedora"), version="9.4", package_manager="dnf")
ALMA = Facts(distribution="almalinux", like=("rhel", "centos", "fedora"), version="10.0", package_manager="dnf")
FEDORA = Facts(distribution="fedora", like=(), version="42", package_manager="dnf")
ARCH = Facts(distribution="arch", like=(), version="", package_manager="pacman")


def test_each_row_has_one_name_or_one_for_each_family() -> None:
    wrong = [key for rows in TABLES.values() for key, row in rows.items() if len(row) not in (1, len(MANAGERS))]
    assert wrong == []


def test_what_releases_have_otherwise_is_of_a_row() -> None:
    found = [place.split(":") for names in IN_RELEASES.values() for place in names]
    assert [key for table, key in found if key not in TABLES[table]] == []


@pytest.mark.parametrize("facts", [Facts(), ROCKY, ALMA, FEDORA, ARCH])
def test_every_guide_s_packages_have_names_everywhere(facts: Facts) -> None:
    keys = (*PACKAGES, *DOCUMENTATION_PACKAGES, *LDAP_PACKAGES, *ICE_BUILD_PACKAGES, "unzip", "redis")
    names = distribution_of(facts).packages(*keys)
    assert len(names) >= len(keys) - 3  # Arch has the headers in the packages themselves
    assert {*names} <= of_any_distribution(*keys)


def test_releases_differ() -> None:
    assert distribution_of(ROCKY).packages("redis", "extra-repository") == ("redis", "epel-release")
    assert distribution_of(ALMA).packages("redis") == ("valkey",)
    assert distribution_of(ALMA).unit("redis") == "valkey.service"
    assert distribution_of(FEDORA).packages("extra-repository", "cron") == ("cronie",)


def test_a_site_lies_where_nginx_looks() -> None:
    assert distribution_of(Facts()).site("demo") == "/etc/nginx/sites-available/demo"
    assert distribution_of(ROCKY).site("demo") == "/etc/nginx/conf.d/demo.conf"
    assert distribution_of(ARCH).site("demo.conf") == "/etc/nginx/conf.d/demo.conf"


def test_a_key_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="`gcc` is none of the packages: account-maker, bzip2-headers"):
        Distribution().packages("gcc")


def test_another_python_is_a_package_where_there_is_one() -> None:
    assert distribution_of(ROCKY).packages("python3.12") == ("python3.12",)
    assert distribution_of(Facts()).packages("python3.12") == ("python3-venv",)


def test_other_pythons_are_told_where_there_are_any() -> None:
    assert beside(ROCKY, ">=3.10,<3.12") == ("python3.11",)
    assert "packages of others beside its own: python3.11, python3.12" in offered(ROCKY, ">=3.10")
    assert "`uv`, of its packages" in offered(ARCH, "<3.13")
    assert offered(Facts(), ">=3.12") == offered(ROCKY, ">=3.13") == ""


def test_what_a_guide_names_itself_comes_behind_its_keys() -> None:
    assert for_host(ROCKY, ("a",), ("b",), keys=("cron",)) == ("cronie", "b")
    assert for_host(ARCH, pacman=("c",), keys=("cron",)) == ("cronie", "c")
    # Named for others alone: it is not for this one.
    assert for_host(ARCH, ("a",), ("b",), keys=("cron",)) == ()
    assert for_host(FEDORA, dnf=("epel-release", "b")) == ("b",)
    assert for_host(Facts(package_manager=""), keys=("cron",)) == ()
