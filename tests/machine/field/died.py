"""Reports about: what a program died with."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

# What a database that is away leaves unsaid.
_OF_DATABASE = (
    *("database.role", "database.owner", "database.login"),
    *("migrate.applied", "migrate.owner", "migrate.account"),
)
_CONF = "/etc/postgresql/15/main"
_KEY = "/etc/ssl/private/ssl-cert-snakeoil.key"
# Counted from anew: of six starts within ten seconds systemd refuses the sixth, and nothing is said in the log.
_RESTART = "restart postgresql@15-main"
_AGAIN = f"{_RESTART} || true"
# systemd gives a start up whose number of a process it read before PostgreSQL had written it.
_UP = f"{_RESTART} || {{ sleep 1; {_RESTART}; }}; becomes / 302"
# It said where the log is, and started the same again.
_UNNAMED = Before(detected=True, cause="postgresql-not-running", rightly=False, repair="left")


def _cluster(identifier: str, breaks: str, mends: str, cause: str, left: str = "", tidies: str = "") -> Fault:
    """A fault of which the cluster dies."""
    return Fault(
        identifier,
        ("system.cluster",),
        f"{breaks}; {_AGAIN}",
        f"{mends}; {_UP}",
        cause,
        also=_OF_DATABASE,
        left=left,
        tidies=tidies,
    )


def _settings(identifier: str, line: str, cause: str, left: str) -> Fault:
    """A line of the settings of which the cluster dies."""
    conf = f"{_CONF}/postgresql.conf"
    return _cluster(identifier, f'keep {conf}; echo "{line}" >>{conf}', f"back {conf}", cause, left)


REPORTS: tuple[Report, ...] = (
    Report(
        _cluster(
            "key-of-postgresql-not-readable",
            f"chown root:root {_KEY}",
            f"chown root:ssl-cert {_KEY}",
            "postgresql-key-refused",
        ),
        "https://github.com/sous-chefs/postgresql/issues/156",
        "after an update PostgreSQL may not read the key of its certificate, and does not start",
        _UNNAMED,
    ),
    Report(
        _settings(
            "library-not-installed",
            "shared_preload_libraries = 'pg_stat_kcache'",
            "postgresql-library-missing",
            left="which package brings a library is a person's to know",
        ),
        "https://github.com/powa-team/powa/issues/107",
        "a library in `shared_preload_libraries` is not installed: PostgreSQL does not start again",
        _UNNAMED,
    ),
    Report(
        _settings(
            "listen-addresses-misspelt",
            "listen_addresses = '/*'",
            "postgresql-does-not-start",
            left="where it should listen is a person's to say",
        ),
        "https://github.com/mattermost/docs/pull/616",
        "a misspelt address in `listen_addresses`: PostgreSQL does not start again",
        _UNNAMED,
    ),
    Report(
        _settings(
            "memory-asked-for",
            "shared_buffers = '900GB'",
            "postgresql-memory",
            left="how much the machine can spare is a person's to say",
        ),
        "https://github.com/cameri/nostream/issues/189",
        "more memory is asked for than there is: PostgreSQL does not start",
        _UNNAMED,
    ),
    Report(
        _cluster(
            "pg-hba-with-a-wrong-line",
            f"keep {_CONF}/pg_hba.conf; echo 'host all all 10.0.0.5 md5' >>{_CONF}/pg_hba.conf",
            f"back {_CONF}/pg_hba.conf",
            "postgresql-settings-refused",
            left="what the line should say is a person's to know",
        ),
        "https://github.com/ome/ansible-role-postgresql/issues/12",
        "an address without its mask in pg_hba.conf: PostgreSQL does not start",
        _UNNAMED,
    ),
    Report(
        _cluster(
            "snakeoil",
            f"chmod 0644 {_KEY}",
            f"chmod 0640 {_KEY}",
            "postgresql-key-refused",
        ),
        "review",
        "the key of PostgreSQL's certificate is open to everybody, and PostgreSQL does not start",
        _UNNAMED,
    ),
)
"""In the order of their names."""
