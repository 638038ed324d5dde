"""What distributions call things: packages, units, users, groups and paths, in one table.

A guide names a thing by its key here, never by what one distribution calls it; nothing else in Jalon asks which
distribution this is to find a name. A new distribution is a column or some rows of `IN_RELEASES`, a new thing is a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host.facts import Facts

MANAGERS = ("apt", "dnf", "pacman")
"""The columns of the tables: Debian's and Ubuntu's; Rocky's, Alma's and Fedora's; Arch's."""
Rows = Mapping[str, tuple[str, ...]]

# By key, the names in the order of the columns, several between spaces; "" where nothing is needed for it. One name
# alone is that of all.
PACKAGES: Rows = {
    "account-maker": ("adduser", "shadow-utils", "shadow"),
    "bzip2-headers": ("libbz2-dev", "bzip2-devel", "bzip2"),
    "c++-compiler": ("g++", "gcc-c++", "gcc"),
    "compiler": ("gcc",),
    "cron": ("cron", "cronie", "cronie"),
    "curl": ("curl",),
    # Of packages that others come from: installed before these, in a transaction of its own.
    "extra-repository": ("", "epel-release", ""),
    "git": ("git",),
    "graphviz": ("graphviz",),
    "latex": ("texlive", "texlive-scheme-basic", "texlive-basic"),
    "latex-extra": ("texlive-latex-extra", "texlive-collection-latexextra", "texlive-latexextra"),
    "latexmk": ("latexmk", "latexmk", "texlive-binextra"),
    "ldap-headers": ("libldap-dev", "openldap-devel", "libldap"),
    "make": ("make",),
    "nginx": ("nginx",),
    "openssl-headers": ("libssl-dev", "openssl-devel", "openssl"),
    # With its extensions (contrib), which Debian's and Arch's have in it.
    "postgresql": ("postgresql", "postgresql-server postgresql-contrib", "postgresql"),
    # With `pg_config`, which psycopg2 is built by.
    "postgresql-headers": ("libpq-dev", "libpq-devel", "postgresql-libs"),
    # A python3 that makes virtual environments; Debian's alone does not.
    "python-environments": ("python3-venv", "python3", "python"),
    "python-headers": ("python3-dev", "python3-devel", "python"),
    "redis": ("redis-server", "redis", "valkey"),
    "sasl-headers": ("libsasl2-dev", "cyrus-sasl-devel", "libsasl"),
    "selinux-tools": ("", "policycoreutils-python-utils", ""),
    "svg-converter": ("librsvg2-bin", "librsvg2-tools", "librsvg"),
    "unzip": ("unzip",),
}
UNITS: Rows = {
    "cron": ("cron.service", "crond.service", "cronie.service"),
    "nginx": ("nginx.service",),
    "postgresql": ("postgresql.service",),
    "redis": ("redis-server.service", "redis.service", "valkey.service"),
}
# Users, groups, paths and programs.
NAMES: Rows = {
    # Who administers the machine through sudo.
    "administrators": ("sudo", "wheel", "wheel"),
    "account-maker": ("adduser", "useradd", "useradd"),
    # Where PostgreSQL's clusters lie, whichever there are.
    "clusters": ("/var/lib/postgresql", "/var/lib/pgsql", "/var/lib/postgres"),
    # The data of PostgreSQL's cluster, where no package makes one.
    "cluster": ("", "/var/lib/pgsql/data", "/var/lib/postgres/data"),
    # The program that makes it, in the folder of its unit; where there is none, PostgreSQL's own `initdb`.
    "cluster-maker": ("", "postgresql-setup", ""),
    # Where the locale of services is set.
    "locale-file": ("/etc/default/locale", "/etc/locale.conf", "/etc/locale.conf"),
    # Where nginx keeps bodies of requests that are on their way.
    "nginx-bodies": ("/var/lib/nginx/body", "/var/lib/nginx/tmp", "/var/lib/nginx/client-body"),
    # What is newer than nginx where other sites were enabled since it started.
    "nginx-loads": ("/etc/nginx/sites-enabled", "/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"),
    # Whether its package loads the sites of `sites-enabled`.
    "nginx-loads-sites": ("yes", "yes", ""),
    # What holds the server that nginx's package answers with by default.
    "nginx-default": ("/etc/nginx/sites-enabled/default", "/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"),
    "nginx-user": ("www-data", "nginx", "http"),
    # The package of what fetches other interpreters than `python3`.
    "python-fetcher": ("", "", "uv"),
    # Where sites are written, and where nginx finds those that are enabled.
    "sites": ("/etc/nginx/sites-available", "/etc/nginx/conf.d", "/etc/nginx/conf.d"),
    "sites-enabled": ("/etc/nginx/sites-enabled", "/etc/nginx/conf.d", "/etc/nginx/conf.d"),
}
# What differs in some releases, by distribution or package manager, and major version ("": all).
IN_RELEASES: Mapping[tuple[str, str], Mapping[str, str]] = {
    # Its own repositories have what EPEL brings to the others.
    ("fedora", ""): {"packages:extra-repository": ""},
    # Valkey has taken Redis's place.
    ("dnf", "10"): {"packages:redis": "valkey", "units:redis": "valkey.service"},
}
# The major version of PostgreSQL, where it is before 15, of which more has to be closed; of others it is not told.
POSTGRESQL = {("debian", "11"): 13, ("ubuntu", "20"): 12, ("ubuntu", "22"): 14, ("dnf", "9"): 13}
# Interpreters beside `python3`, each a package named as its command, by distribution or package manager, and major
# version ("": all).
PYTHONS = {
    ("dnf", "9"): "python3.11 python3.12",
    ("fedora", ""): "python3.10 python3.11 python3.12 python3.13",
}
# Of an interpreter of another version than that of `python3`, of which the key is the command.
VERSIONED, PYTHON = pattern(r"python3\.\d+"), ("python3-venv", "{key}", "python")
# What is built for it, of which the key ends so.
HEADERS, OF_HEADERS = "-headers", ("python3-dev", "{key}-devel", "python")
TABLES: Mapping[str, Rows] = {"packages": PACKAGES, "units": UNITS, "names": NAMES}


class Distribution(Value):
    """What one distribution calls things; of one that the tables do not know, what Debian does."""

    manager: str = "apt"
    name: str = ""
    major: str = ""

    @property
    def known(self) -> bool:
        """Whether its packages can be installed."""
        return self.manager in MANAGERS

    @property
    def starts_what_it_installs(self) -> bool:
        """Whether the units that a package brings are enabled and started by its being installed."""
        return self.manager not in ("dnf", "pacman")

    @property
    def postgresql(self) -> int:
        """The major version of its PostgreSQL, of those in `POSTGRESQL`; otherwise 0."""
        return POSTGRESQL.get((self.name, self.major), POSTGRESQL.get((self.manager, self.major), 0))

    @property
    def pythons(self) -> tuple[str, ...]:
        """The interpreters that it has packages of, beside `python3`, oldest first."""
        of_name = PYTHONS.get((self.name, ""), "")
        return tuple((of_name or PYTHONS.get((self.manager, self.major), "")).split())

    @property
    def fetches_pythons(self) -> str:
        """Its package of what fetches other interpreters; "" where it has none."""
        return self._named("names", "python-fetcher")

    def packages(self, *keys: str) -> tuple[str, ...]:
        """The packages for these keys of `PACKAGES`, in their order; `python3.12`: that interpreter, where it has a
        package of its own beside `python3`. Raises `ValueError` for another key."""
        return tuple(dict.fromkeys(name for key in keys for name in self._named("packages", key).split()))

    def unit(self, key: str) -> str:
        """The unit for a key of `UNITS`. Raises `ValueError` for another."""
        return self._named("units", key)

    def named(self, key: str) -> str:
        """The user, group, path or program for a key of `NAMES`. Raises `ValueError` for another."""
        return self._named("names", key)

    def site(self, name: str) -> str:
        """The file of a site."""
        folder = self.named("sites")
        # Of `conf.d`, nginx loads what ends so.
        suffix = "" if folder != self.named("sites-enabled") or name.endswith(".conf") else ".conf"
        return f"{folder}/{name}{suffix}"

    def _named(self, table: str, key: str) -> str:
        for release in ((self.name, ""), (self.manager, self.major)):
            if (found := IN_RELEASES.get(release, {}).get(f"{table}:{key}")) is not None:
                return found
        row = TABLES[table].get(key)
        if table == "packages" and VERSIONED.fullmatch(key.removesuffix(HEADERS)):
            row, key = OF_HEADERS if key.endswith(HEADERS) else PYTHON, key.removesuffix(HEADERS)
        if row is None:
            raise ValueError(f"`{key}` is none of the {table}: {', '.join(TABLES[table])}")
        return row[MANAGERS.index(self.manager) if self.known and len(row) > 1 else 0].format(key=key)


@lru_cache
def distribution_of(facts: Facts) -> Distribution:
    """Return the names of that machine's distribution."""
    return Distribution(facts.package_manager, facts.distribution, facts.version.partition(".")[0])


def of_any_distribution(*keys: str) -> frozenset[str]:
    """Return the packages for these keys on whatever distribution, for who asks before it is known which this is."""
    releases = [Distribution(manager) for manager in MANAGERS]
    releases += [Distribution(one if one in MANAGERS else "dnf", one, major) for one, major in IN_RELEASES]
    return frozenset(name for release in releases for name in release.packages(*keys))
