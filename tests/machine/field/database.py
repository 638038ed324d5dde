"""Reports about: what is really so in the database."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

ADMIN = r"""
admin() { runuser -u postgres -- psql -qXAt -v ON_ERROR_STOP=1 -d postgres -c "$1"; }
pg() { pg_ctlcluster 15 main "$1"; }
conf=/etc/postgresql/15/main
secret=$(sed -n 's/^db_password = "\(.*\)"$/\1/p' /var/lib/jalon/biomaid/demo/secrets.toml)
holds() {
  for number in $(seq $1); do
    PGPASSWORD=$secret systemd-run -q --collect --unit=holds$number -E PGPASSWORD \
      psql -h localhost -U demo_user -d demo_db -c 'SELECT pg_sleep(600)'
  done
  until [ "$(admin "SELECT count(*) FROM pg_stat_activity WHERE usename = 'demo_user'")" -ge $1 ]; do sleep 0.1; done
}
frees() { for number in $(seq $1); do systemctl stop holds$number 2>/dev/null || true; done; }
recorded() { sql "INSERT INTO django_migrations (app, name, applied) VALUES ('$1', '$2', now())"; }
owned() {
  for table in $(sql "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"); do
    echo "ALTER TABLE $table OWNER TO $1;"
  done | runuser -u postgres -- psql -qX -d demo_db
}
unrecorded() { sql "DELETE FROM django_migrations WHERE app = '$1' AND name = '$2'"; }
"""
"""Words about PostgreSQL, beside those of every script: as its administrator, and connections that are held."""

LOGIN = ("migrate.applied", "migrate.owner", "migrate.account")
"""What is not looked at while the role cannot log in."""

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "valid-until",
            ("database.login",),
            f"{ADMIN}admin \"ALTER ROLE demo_user VALID UNTIL '2026-01-01'\"",
            f"{ADMIN}admin \"ALTER ROLE demo_user VALID UNTIL 'infinity'\"; served",
            "role-password-expired",
            also=("database.role", *LOGIN),
        ),
        "review",
        "The password of the database's role had been given an end, and nobody could sign in from that day on.",
        Before(True, "database-password-wrong", False, "left"),
    ),
    Report(
        Fault(
            "listen-addr",
            ("database.login",),
            f"{ADMIN}edit $conf/postgresql.conf '$a listen_addresses = '\"'127.0.0.9'\"; pg restart",
            f"{ADMIN}back $conf/postgresql.conf; pg restart; served",
            "postgresql-other-address",
            also=LOGIN,
        ),
        "review",
        "PostgreSQL ran, but listened at another address than the one it was asked at.",
        Before(True, "postgresql-not-running", False, "left"),
    ),
    Report(
        Fault(
            "role-no-login",
            ("database.role", "database.login"),
            f"{ADMIN}admin 'ALTER ROLE demo_user NOLOGIN'",
            f"{ADMIN}admin 'ALTER ROLE demo_user LOGIN'; served",
            "role-cannot-log-in",
            also=LOGIN,
        ),
        "https://github.com/ArctosDB/arctos/issues/2826",
        "After a migration the role was locked: not permitted to log in.",
        Before(True, "role-cannot-log-in", True, "repaired"),
    ),
    Report(
        Fault(
            "md5-under-scram",
            ("database.login",),
            f"{ADMIN}admin \"SET password_encryption = md5; ALTER ROLE demo_user PASSWORD '$secret'\"",
            f"{ADMIN}admin \"ALTER ROLE demo_user PASSWORD '$secret'\"; served",
            "password-kind-not-accepted",
            also=LOGIN,
        ),
        "https://github.com/WeblateOrg/docker/issues/1737",
        "After an upgrade of PostgreSQL the right password was refused: it was kept as MD5, and SCRAM was asked for.",
        Before(True, "database-password-wrong", False, "left"),
    ),
    Report(
        Fault(
            "role-connection-limit",
            ("database.login",),
            f"{ADMIN}admin 'ALTER ROLE demo_user CONNECTION LIMIT 1'; holds 1",
            f"{ADMIN}frees 1; admin 'ALTER ROLE demo_user CONNECTION LIMIT -1'; served",
            "role-connection-limit",
            also=("database.role", *LOGIN),
            tidies=f"{ADMIN}frees 1",
        ),
        "https://github.com/justdjango/justchat/issues/24",
        "Pages failed with: too many connections for the role.",
        Before(True, "role-connection-limit", True, "repaired"),
    ),
    Report(
        Fault(
            "role-limit-close",
            ("database.role",),
            f"{ADMIN}admin 'ALTER ROLE demo_user CONNECTION LIMIT 3'",
            f"{ADMIN}admin 'ALTER ROLE demo_user CONNECTION LIMIT -1'",
            "role-connections-few",
            outcome="warning",
        ),
        "https://github.com/encode/databases/issues/440",
        "Six workers worked at times and at others two did not: the role was allowed fewer connections than they take.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "slots-full",
            ("database.login",),
            f"{ADMIN}edit $conf/postgresql.conf 's/^max_connections.*/max_connections = 6/'; pg restart; holds 3",
            f"{ADMIN}frees 3; back $conf/postgresql.conf; pg restart; served",
            "postgresql-full",
            also=("system.cluster", *LOGIN),
            left="whose connections those are, and which may end, is not known",
        ),
        "https://github.com/hackoregon/civic-devops/issues/178",
        "Every page failed: the remaining connection slots were reserved for superusers.",
        Before(True, "postgresql-full", True, "left"),
    ),
    Report(
        Fault(
            "database-closed",
            ("database.owner", "database.login"),
            f"{ADMIN}admin 'ALTER DATABASE demo_db ALLOW_CONNECTIONS false'",
            f"{ADMIN}admin 'ALTER DATABASE demo_db ALLOW_CONNECTIONS true'; served",
            "database-closed",
            also=LOGIN,
        ),
        "https://github.com/pgadmin-org/pgadmin4/issues/861",
        "The database was there, and accepted no connections.",
        Before(True, "", False, "left"),
    ),
    Report(
        Fault(
            "search-path",
            ("database.login",),
            f"{ADMIN}admin 'ALTER ROLE demo_user IN DATABASE demo_db SET search_path = app, utility'",
            f"{ADMIN}admin 'ALTER ROLE demo_user IN DATABASE demo_db RESET search_path'; served",
            "search-path-elsewhere",
            also=LOGIN,
        ),
        "https://github.com/apache/airflow/pull/17600",
        "The role had been given a search path without public: no table was found any more.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "tables-of-postgres",
            ("migrate.owner",),
            f"{ADMIN}owned postgres",
            f"{ADMIN}owned demo_user; served",
            "tables-other-owner",
            also=("migrate.applied", "migrate.account"),
        ),
        "https://github.com/tendenci/tendenci/issues/617",
        "After a restore as postgres the tables were his: migrations ended with: must be owner of relation.",
        Before(True, "tables-other-owner", True, "repaired"),
    ),
    Report(
        Fault(
            "database-of-postgres",
            ("database.owner",),
            f"{ADMIN}admin 'ALTER DATABASE demo_db OWNER TO postgres; GRANT ALL ON DATABASE demo_db TO demo_user'",
            f"{ADMIN}admin 'ALTER DATABASE demo_db OWNER TO demo_user'; served",
            "database-other-owner",
            also=("database.login", *LOGIN),
        ),
        "https://github.com/furlongm/patchman/issues/619",
        "With PostgreSQL 15, migrations ended with: permission denied for schema public.",
        Before(True, "database-other-owner", True, "repaired"),
    ),
    Report(
        Fault(
            "collation-version",
            ("database.owner",),
            f'{ADMIN}cp -a /usr/lib/locale/C.utf8 /usr/lib/locale/fr_FR.utf8; admin "UPDATE pg_database '
            "SET datcollate = 'fr_FR.UTF-8', datctype = 'fr_FR.UTF-8', datcollversion = '2.31' "
            "WHERE datname = 'demo_db'\"",
            f"{ADMIN}admin \"UPDATE pg_database SET datcollate = 'C.UTF-8', datctype = 'C.UTF-8', "
            "datcollversion = NULL WHERE datname = 'demo_db'\"; rm -r /usr/lib/locale/fr_FR.utf8",
            "collation-version-changed",
            outcome="warning",
            tidies=f"{ADMIN}admin \"UPDATE pg_database SET datcollate = 'C.UTF-8', datctype = 'C.UTF-8', "
            "datcollversion = NULL WHERE datname = 'demo_db'\"; rm -r /usr/lib/locale/fr_FR.utf8",
        ),
        "https://github.com/FreshRSS/FreshRSS/issues/7860",
        "After the upgrade from Debian 12 to 13, PostgreSQL warned at every connection that the collation is another.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "sessions-record-lost",
            ("migrate.applied",),
            f"{ADMIN}unrecorded sessions 0001_initial",
            f"{ADMIN}unrecorded sessions 0001_initial; recorded sessions 0001_initial",
            "migrations-unrecorded",
            also=("migrate.account",),
        ),
        "review",
        "The record of one of Django's own migrations was gone: the next `migrate` ended in an error.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "own-applications-pending",
            ("migrate.applied",),
            f"{ADMIN}unrecorded admin 0003_logentry_add_action_flag_choices",
            "manage migrate",
            "migrations-pending",
            also=("migrate.account",),
        ),
        "https://github.com/mozilla/addons-server/issues/9382",
        "Migrations of Django's own applications had not been applied, and what needs them failed.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "history-inconsistent",
            ("migrate.applied",),
            f"{ADMIN}unrecorded contenttypes 0001_initial",
            f"{ADMIN}recorded contenttypes 0001_initial",
            "migrations-inconsistent",
            also=("migrate.account",),
            left="whether what is not recorded was done is for a person to say",
        ),
        "https://github.com/WeblateOrg/weblate/issues/1838",
        "The upgrade ended with InconsistentMigrationHistory: one was applied before another that it depends on.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "history-ahead",
            ("migrate.applied",),
            f"{ADMIN}recorded dem 0009_later",
            f"{ADMIN}unrecorded dem 0009_later",
            "database-ahead",
            outcome="warning",
            left="which of the two is to be brought to the other is for a person to say",
        ),
        "https://github.com/zimmerman-team/IATI.cloud/issues/359",
        "A migration had another name since: the database recorded one that no file had.",
        Before(False, "", False, "left"),
    ),
)
"""In the order in which they were met."""
