"""What an instance puts into its own database gains it nothing: no line of it runs as a superuser of PostgreSQL.

Each attack leaves a file where PostgreSQL's administrator carried it out: the function `own` has a program write it,
which only a superuser may. That each attack is one is shown by asking as the administrator, as a version before did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.machine.biomaid import BINDS, apply, changes, findings, finished_layer, jalon, red, verify
from tests.machine.machine import Machine

GOT = "/var/tmp/got"
ASIDE = "mv /var/backups/demo /root/b"
IN_DATABASE = ("database.", "migrate.", "backup.")
BACKUP = "/usr/local/sbin/biomaid-backup-demo"

OWN = f"""
CREATE FUNCTION public.own(what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE pg_catalog.format('COPY (SELECT session_user) TO PROGRAM %L', 'cat >{GOT}-' || what);
  RETURN true;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END $$;
"""

# By name: what the instance does, and how an administrator of PostgreSQL who looks or restores sets it off.
ATTACKS = {
    "view": (
        "ALTER TABLE django_migrations RENAME TO dm;"
        " CREATE VIEW django_migrations AS SELECT * FROM dm WHERE public.own('view');",
        "SELECT json_agg(json_build_array(app, name)) FROM django_migrations",
    ),
    "operator": (
        "CREATE FUNCTION public.op(name, text) RETURNS boolean LANGUAGE sql AS"
        " $$ SELECT public.own('operator') AND $1 OPERATOR(pg_catalog.!~) $2 $$;"
        " CREATE OPERATOR public.!~ (LEFTARG = name, RIGHTARG = text, FUNCTION = public.op);"
        " ALTER DATABASE demo_db SET search_path = public, pg_catalog;",
        "SELECT count(*) FROM pg_namespace WHERE nspname !~ '^pg_'",
    ),
    "function": (
        "CREATE FUNCTION public.format(text, name, name, name, name) RETURNS text LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM public.own('function'); RETURN pg_catalog.format($1, $2, $3, $4, $5); END $$;"
        " ALTER ROLE demo_user SET search_path = public, pg_catalog;"
        " ALTER DATABASE demo_db SET search_path = public, pg_catalog;",
        "SELECT format('%L %L %I %I', nspname, relname, nspname, relname)"
        " FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace LIMIT 1",
    ),
    "trigger": (
        "CREATE FUNCTION public.fire() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM public.own('trigger'); RETURN NEW; END $$;"
        " CREATE TRIGGER fire BEFORE UPDATE ON common_user FOR EACH ROW EXECUTE FUNCTION public.fire();"
        " UPDATE common_user SET is_superuser = false;",
        "UPDATE common_user SET is_superuser = false",
    ),
    "check": (
        "CREATE TABLE checked (a int CHECK (public.own('check'))); INSERT INTO checked VALUES (1);",
        "INSERT INTO checked VALUES (2)",
    ),
    "index": (
        "CREATE FUNCTION public.still(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM public.own('index'); RETURN $1; END $$;"
        " CREATE TABLE indexed (a int); INSERT INTO indexed VALUES (1); CREATE INDEX ON indexed (public.still(a));",
        "INSERT INTO indexed VALUES (2)",
    ),
    "default": (
        "CREATE TABLE defaulted (a boolean DEFAULT public.own('default'), b int);",
        "INSERT INTO defaulted (b) VALUES (2)",
    ),
    "policy": (
        "CREATE TABLE policed (a int); INSERT INTO policed VALUES (1); ALTER TABLE policed ENABLE ROW LEVEL SECURITY;"
        " ALTER TABLE policed FORCE ROW LEVEL SECURITY;"
        " CREATE POLICY p ON policed USING (public.own('policy'));",
        "",  # a superuser is exempt: it only must not keep anybody from looking
    ),
}


@pytest.fixture
def machine(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=finished_layer(), binds=BINDS) as one:
        yield one


def password(machine: Machine) -> str:
    """That of the role, as the instance's own settings have it."""
    found: str = json.loads(machine.read("/etc/biomaid-backup-demo.secret"))["password"]
    return found


def as_role(machine: Machine, sql: str) -> None:
    """Does it as the instance does: logged in as its role, from its own account."""
    words = ("psql", "-qXw", "-v", "ON_ERROR_STOP=1", "-h", "localhost", "-U", "demo_user", "-d", "demo_db")
    machine.run(*words, user="demo", input=sql, env={"PGPASSWORD": password(machine)})


def as_administrator(machine: Machine, sql: str) -> str:
    return machine.run("psql", "-qXAt", "-d", "demo_db", "-c", sql, user="postgres", cwd="/").stdout


def got(machine: Machine) -> list[str]:
    """What a superuser carried out."""
    return machine.sh(f"ls {GOT}-* 2>/dev/null || true").stdout.split()


def everything(machine: Machine) -> None:
    """All that looks into a database, copies it or restores it; nothing here must be green but that it ends."""
    for words in (("verify", "biomaid"), ("fix", "biomaid", "--yes"), ("apply", "biomaid", "--yes"), ("guides",)):
        jalon(machine, *words, timeout=900)
    machine.sh(f"{BACKUP} || true; sed -i 's/^CSV = False/CSV = True/' {BACKUP}; {BACKUP} || true", timeout=300)
    verify(machine, "--trials", "--only", "backup")
    jalon(machine, "undo", "biomaid", "--with-data", "--yes", timeout=600)


def test_nothing_in_a_database_acts_as_a_superuser(machine: Machine) -> None:
    as_role(machine, OWN)
    for attack, _trips in ATTACKS.values():
        as_role(machine, attack)
    everything(machine)
    assert got(machine) == []


@pytest.mark.parametrize("name", [name for name, (_attack, trips) in ATTACKS.items() if trips])
def test_each_of_them_is_an_attack(attacked: Machine, name: str) -> None:
    """Without the guard: asked by the administrator, each of them has its way."""
    attack, trips = ATTACKS[name]
    as_role(attacked, attack)
    as_administrator(attacked, trips)
    assert f"{GOT}-{name}" in got(attacked)


@pytest.fixture(scope="module")
def attacked(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=finished_layer(), binds=BINDS) as one:
        as_role(one, OWN)
        yield one


def test_what_an_instance_has_in_its_database_is_still_judged(machine: Machine) -> None:
    as_role(machine, OWN + ATTACKS["check"][0] + ATTACKS["default"][0] + ATTACKS["operator"][0])
    machine.run(BACKUP)
    status, report = verify(machine, "--trials", "--only", "backup")
    assert (status, red(report)) == (0, {})
    assert "as recorded" in findings(report)["backup.restore"]["evidence"]
    _status, report = verify(machine)
    assert not [name for name in red(report) if name.startswith(IN_DATABASE)]
    assert findings(report)["migrate.owner"]["outcome"] == "passed"


def test_a_database_that_hangs_is_unknown_and_the_rest_is_judged(machine: Machine) -> None:
    as_role(
        machine,
        "ALTER TABLE django_migrations RENAME TO dm; CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(3600); RETURN true; END $$;"
        " CREATE VIEW django_migrations AS SELECT * FROM dm WHERE public.slow()",
    )
    _status, report = verify(machine)
    seen = findings(report)
    assert seen["migrate.applied"]["outcome"] == "unknown", seen["migrate.applied"]
    assert report["seconds"] < 40
    assert not [name for name in red(report) if name.startswith(("system.", "database.", "nginx.", "service."))]


def test_a_table_of_the_administrator_s_is_seen_and_named_by_the_backup(machine: Machine) -> None:
    as_administrator(machine, "CREATE TABLE public.theirs (a int)")
    _status, report = verify(machine)
    assert "theirs (postgres)" in findings(report)["migrate.owner"]["evidence"]
    done = machine.run(BACKUP, check=False)
    assert done.returncode == 1
    assert "permission denied for table theirs" in done.stderr


def test_only_a_superuser_s_extension_is_told_as_such(machine: Machine) -> None:
    as_administrator(machine, "CREATE EXTENSION file_fdw")
    machine.run(BACKUP)
    _status, report = verify(machine, "--trials", "--only", "backup")
    finding = findings(report)["backup.restore"]
    assert finding["outcome"] == "warning"
    assert finding["cause"]["id"] == "extension-not-restored"


def test_other_roles_do_not_get_into_a_database_that_was_made_here(machine: Machine) -> None:
    machine.run("psql", "-qX", "-c", "CREATE ROLE other LOGIN PASSWORD 'x'", user="postgres", cwd="/")
    words = ("psql", "-qXw", "-h", "localhost", "-U", "other", "-d", "demo_db", "-c", "SELECT 1")
    done = machine.run(*words, env={"PGPASSWORD": "x"}, check=False)
    assert "permission denied for database" in done.stderr
    as_administrator(machine, "GRANT CONNECT ON DATABASE demo_db TO PUBLIC")
    _status, report = verify(machine)
    assert findings(report)["database.owner"]["cause"]["id"] == "database-open-to-all"
    assert changes(apply(machine)) == [], "what a person opened again stays open"


def test_what_a_killed_trial_leaves_is_dropped_by_the_next(machine: Machine) -> None:
    left = "jalon_restore_0123abcd"
    sql = f"CREATE ROLE {left} LOGIN; COMMENT ON ROLE {left} IS 'jalon: restore of demo_db'"
    machine.run("psql", "-qX", "-c", sql, user="postgres", cwd="/")
    machine.run("createdb", f"--owner={left}", left, user="postgres", cwd="/")
    status, report = verify(machine, "--trials", "--only", "backup")
    assert (status, red(report)) == (0, {})
    assert as_administrator(machine, "SELECT rolname FROM pg_roles WHERE rolname ~ 'jalon'") == ""
    assert as_administrator(machine, "SELECT datname FROM pg_database WHERE datname ~ 'jalon'") == ""


@pytest.mark.parametrize(
    ("prepares", "says"),
    [
        (
            "mv /var/backups/demo /root/b; ln -s /home/demo/b /var/backups/demo; runuser -u demo -- mkdir /home/demo/b",
            "belongs to demo",
        ),
        ("chown demo /var/backups/demo", "belongs to demo"),
        (f"{ASIDE}; mkfifo /var/backups/demo", "is no folder"),
        ("chmod 0777 /var/backups", "may write to /var/backups"),
        ("rm /etc/biomaid-backup-demo.secret", "holds the password"),
        ("echo nonsense >/etc/biomaid-backup-demo.secret", "does not hold the password"),
    ],
)
def test_a_backup_is_refused_where_it_would_be_somebody_else_s(walked: Machine, prepares: str, says: str) -> None:
    walked.sh("rm -rf /root/kept; mkdir /root/kept; cp -a /var/backups /etc/biomaid-backup-demo.secret /root/kept")
    try:
        walked.sh(prepares, cwd="/")
        done = walked.run(BACKUP, check=False, env={"PGSERVICE": "x", "PGOPTIONS": "-c nonsense=1", "PGHOST": "/home"})
        assert done.returncode == 1
        assert says in done.stderr
        assert not walked.exists("/home/demo/b/database.dump")
    finally:
        walked.sh(
            "rm -rf /var/backups /home/demo/b /root/b; cp -a /root/kept/backups /var;"
            " cp -a /root/kept/biomaid-backup-demo.secret /etc"
        )


def test_the_environment_of_who_makes_a_backup_changes_nothing(walked: Machine) -> None:
    env = {"PGSERVICE": "x", "PGOPTIONS": "-c nonsense=1", "PGHOST": "/home", "PGPASSFILE": "/x", "PGUSER": "postgres"}
    walked.run(BACKUP, env=env)


def test_the_password_stands_in_no_arguments_and_no_environment(walked: Machine) -> None:
    """While a table is held, the backup waits: what its programs were started with is there to be looked at."""
    walked.write("/root/searched", password(walked), mode=0o600)
    script = f"""
    cd /
    runuser -u postgres -- psql -qX -d demo_db -c \
        "BEGIN; LOCK TABLE common_user IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(8)" >/dev/null &
    sleep 1
    {BACKUP} >/dev/null &
    sleep 3
    echo $(pgrep -c -u demo -x psql) running
    for one in /proc/[0-9]*; do tr '\\0' '\\n' <$one/cmdline; tr '\\0' '\\n' <$one/environ; done 2>/dev/null |
        grep -c -F -f /root/searched || true
    wait
    """
    running, found = walked.sh(script, timeout=120).stdout.strip().splitlines()
    assert running != "0 running"
    assert found == "0"


@pytest.fixture(scope="module")
def walked(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=finished_layer(), binds=BINDS) as one:
        yield one
