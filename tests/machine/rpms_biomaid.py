"""A machine that says it is Rocky Linux 9, with stand-ins of all packages that BiomAid's guide wants there.

PostgreSQL is real, of the machine's own Debian, in Red Hat's layout: no cluster, no start, `postgresql-setup`, and an
`initdb` that asks the system who comes unless it is told otherwise. What only has to be there (compilers, git) is
installed beforehand by apt, and its packages are empty.
"""

from __future__ import annotations

from tests.machine.biomaid import BINDS, key_of, ready_layer
from tests.machine.machine import Machine, layer
from tests.machine.rpms import make, service, spec
from tests.machine.servers import LIBRARIES, PROGRAMS

DATABASE = ("postgresql-15", "postgresql-client-15")
THERE = ("gcc", "python3-dev", "libpq-dev", "make", "git", "curl", "python3-venv", "sudo")
NEEDED = ("libpq5", "libxml2", "libxslt1.1", "libldap-2.5-0", "libicu72", "libgssapi-krb5-2", "libpam0g")
UNIT = """\
[Unit]
Description=PostgreSQL database server
After=network.target

[Service]
Type=notify
User=postgres
Group=postgres
Environment=PGDATA=/var/lib/pgsql/data
RuntimeDirectory=postgresql
ExecStartPre=/usr/libexec/postgresql-check-db-dir %N
ExecStart=/usr/bin/postgres -D ${PGDATA}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
KillSignal=SIGINT

[Install]
WantedBy=multi-user.target
"""
CHECK = """\
#!/bin/sh
test -f "$PGDATA/PG_VERSION" && exit 0
echo "Directory \\"$PGDATA\\" is missing or empty." >&2
echo 'Use "/usr/bin/postgresql-setup --initdb"' >&2
exit 1
"""
# What Red Hat's does, as far as it makes a cluster.
SETUP = """\
#!/bin/sh
test "$1" = --initdb || exit 2
data=$(systemctl show -p Environment --value postgresql.service | tr ' ' '\\n' | sed -n 's/^PGDATA=//p')
if test -n "$(ls -A "$data")"; then echo "ERROR: Data directory $data is not empty!" >&2; exit 1; fi
echo " * Initializing database in '$data'"
runuser -l postgres -c "initdb --pgdata='$data' --auth=ident $PGSETUP_INITDB_OPTIONS" >/var/lib/pgsql/initdb.log 2>&1
"""
# Beside folders of other names than those that they were built for, they find their files where they were built to be.
PROGRAMS_OF_POSTGRESQL = """\
cd %{buildroot}
mkdir -p usr/bin usr/libexec/postgresql usr/lib/postgresql/15 usr/share/postgresql
for one in postgresql-15 postgresql-client-15; do
    cp TAKEN/$one/usr/lib/postgresql/15/bin/* usr/libexec/postgresql
done
rm -f usr/libexec/postgresql/pg_config
for one in usr/libexec/postgresql/*; do ln -s "../libexec/postgresql/${one##*/}" usr/bin; done
cp -a TAKEN/postgresql-15/usr/lib/postgresql/15/lib usr/lib/postgresql/15
rm -f usr/lib/postgresql/15/lib/llvmjit* usr/lib/postgresql/15/lib/*perl* usr/lib/postgresql/15/lib/*python*
rm -rf usr/lib/postgresql/15/lib/bitcode usr/lib/postgresql/15/lib/pgxs
cp -a TAKEN/postgresql-15/usr/share/postgresql/15 usr/share/postgresql/
"""
INSTALL = f"""\
{PROGRAMS_OF_POSTGRESQL}mkdir -p var/lib/pgsql/data
cat >usr/libexec/postgresql-check-db-dir <<'END'
{CHECK}END
cat >usr/bin/postgresql-setup <<'END'
{SETUP}END
chmod 0755 usr/libexec/postgresql-check-db-dir usr/bin/postgresql-setup
"""
FILES = """\
/usr/bin/*
/usr/libexec/postgresql-check-db-dir
/usr/libexec/postgresql
/usr/lib/postgresql
/usr/share/postgresql
%attr(0700,postgres,postgres) %dir /var/lib/pgsql
%attr(0700,postgres,postgres) %dir /var/lib/pgsql/data
"""
# Red Hat's account has a home of another name than its own, and a shell.
ACCOUNT = """
%pre
getent group postgres >/dev/null || groupadd -r postgres
getent passwd postgres >/dev/null || useradd -r -M -g postgres -d /var/lib/pgsql -s /bin/bash postgres
"""
PACKAGES = {
    "postgresql-server": service(
        *("postgresql-server", "postgresql.service", UNIT, INSTALL, FILES), account=False
    ).replace("%files", f"{ACCOUNT}%files"),
    **{name: spec(name) for name in ("postgresql-contrib", "gcc", "python3-devel", "libpq-devel", "make", "git")},
    # Of Rocky's smallest images; `curl` is what it provides.
    "curl-minimal": spec("curl-minimal", "Provides: curl"),
    "shadow-utils": spec("shadow-utils"),
}


def _make(machine: Machine) -> None:
    make(machine, PACKAGES, (*PROGRAMS, *DATABASE), (*LIBRARIES, *THERE, *NEEDED))


def rocky_layer() -> str:
    """The machine, made once; with what BiomAid is installed from."""
    key = key_of("tests/machine/rpms.py", "tests/machine/rpms_biomaid.py", "tests/machine/servers.py")
    return layer(f"rocky-{key}", _make, parent=ready_layer(), binds=BINDS)
