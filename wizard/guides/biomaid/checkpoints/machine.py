"""The machine: sections 1.2.1 to 1.2.2.2."""

from __future__ import annotations

from wizard.api import (
    GIB,
    MANAGERS,
    AccountIs,
    Answers,
    Checkpoint,
    ClusterAccepts,
    DatabaseIs,
    Facts,
    HomeTraversable,
    InstanceUser,
    Need,
    NextStartOfCluster,
    NextStartOfNginx,
    Packages,
    PackagesPresent,
    PasswordTaken,
    PortFree,
    PostgresCluster,
    PostgresDatabase,
    PostgresLogin,
    PostgresRole,
    PythonFits,
    PythonWithin,
    Resources,
    RoleIs,
    RunningUnit,
    SudoRight,
    Supported,
    SystemdRuns,
    UnitRuns,
    UpdatesPending,
    Utf8Locale,
    _,
    no_default_server,
)
from wizard.guides.biomaid.names import ACCOUNTS_TABLE, Names

# What BiomAid 0.15 states in its pyproject.toml; the checkout's own range counts once there is one.
PYTHON = ">=3.9,<3.13"


def system(answers: Answers, names: Names, facts: Facts) -> Checkpoint:
    """Section 1.2.1, "Système / distribution"."""
    return Checkpoint(
        "system",
        title=_("System"),
        objective=_("A machine with PostgreSQL, nginx and what building BiomAid's Python modules takes."),
        steps=[
            SystemdRuns(),
            PythonFits(PYTHON, checkout=names.checkout, python=answers.python, answer="python"),
            PortFree(answers.http_port, programs=("nginx",)),
            # PACKAGES in names.py.
            Packages(keys=names.packages),
            PostgresCluster(),
            RunningUnit(names.here.unit("postgresql"), shared=True),
            # The site of nginx's package listens on port 80, whatever the port of the instance.
            no_default_server(facts, where_held=80),
            RunningUnit("nginx.service", shared=True),
            RunningUnit(names.here.unit("cron"), shared=True),
        ],
        probes=[
            Supported(
                "system.distribution",
                _("supported distribution"),
                python=PYTHON,
                checkout=names.checkout,
                interpreter=answers.python,
                managers=MANAGERS,
            ),
            Resources(
                "system.resources",
                _("processors, memory, disk"),
                least=Need(processors=1, memory=2 * GIB, disk=20 * GIB),
                advised=Need(processors=4, memory=8 * GIB, disk=60 * GIB),
            ),
            PythonWithin(
                "system.python",
                _("Python within BiomAid's range"),
                requirement=PYTHON,
                checkout=names.checkout,
                python=answers.python,
                answer="python",
            ),
            SudoRight("system.sudo", _("sudo")),
            Utf8Locale("system.locale", _("UTF-8 locale")),
            UpdatesPending("system.updates", _("updates and restart pending")),
            PackagesPresent("system.packages", _("packages installed"), keys=names.packages_to_verify),
            UnitRuns("system.postgresql", _("PostgreSQL runs"), unit="postgresql.service"),
            ClusterAccepts(
                "system.cluster",
                _("PostgreSQL accepts"),
                port=answers.db_port,
                least_major=12,
                advised_major=14,
                after=("system.postgresql",),
            ),
            NextStartOfCluster(
                "system.postgresql-next",
                _("PostgreSQL would start again"),
                port=answers.db_port,
            ),
            UnitRuns("system.nginx", _("nginx runs"), unit="nginx.service"),
            NextStartOfNginx("system.nginx-next", _("nginx would start again")),
            UnitRuns("system.cron", _("cron runs"), unit=names.here.unit("cron")),
        ],
    )


def user(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.1, "Création de l'utilisateur"."""
    return Checkpoint(
        "user",
        title=_("User"),
        objective=_("The instance gets a user of its own, in whose home all of it lives."),
        steps=[InstanceUser(answers.instance, home=names.home, mark="biomaid")],
        probes=[
            AccountIs("user.account", _("account and home"), name=answers.instance, home=names.home),
            HomeTraversable(
                "user.home", _("nginx may pass"), home=names.home, group=answers.instance, after=("user.account",)
            ),
        ],
    )


def database(answers: Answers) -> Checkpoint:
    """Section 1.2.2.2, "Configuration de l'instance dans la base de données"."""
    role_step = PostgresRole(
        answers.db_user,
        password=answers.db_password,
        createdb=True,
        host=answers.db_host,
        port=answers.db_port,
        database=answers.db_name,
        backups=answers.backup_directory,
    )
    database_step = PostgresDatabase(
        answers.db_name,
        owner=answers.db_user,
        encoding="UTF8",
        host=answers.db_host,
        port=answers.db_port,
        user_table=ACCOUNTS_TABLE,
        backups=answers.backup_directory,
    )
    password_step = PasswordTaken(answers.db_user, database=answers.db_name, host=answers.db_host, port=answers.db_port)
    return Checkpoint(
        "database",
        title=_("Database"),
        objective=_("The instance gets its own role and its own database, owned by that role."),
        steps=[role_step, database_step, password_step],
        probes=[
            RoleIs(
                "database.role",
                _("role may create databases"),
                role=answers.db_user,
                createdb=True,
                port=answers.db_port,
                after=("system.cluster",),
                step=role_step.key,
                database=answers.db_name,
                backups=answers.backup_directory,
            ),
            DatabaseIs(
                "database.owner",
                _("owner and encoding"),
                database=answers.db_name,
                owner=answers.db_user,
                encoding="UTF8",
                port=answers.db_port,
                after=("system.cluster",),
                step=database_step.key,
                backups=answers.backup_directory,
            ),
            PostgresLogin(
                "database.login",
                _("real login over TCP"),
                user=answers.db_user,
                password=answers.db_password,
                database=answers.db_name,
                host=answers.db_host,
                port=answers.db_port,
                after=("system.cluster",),
                role_step=role_step.key,
                database_step=database_step.key,
                password_step=password_step.key,
            ),
        ],
    )
