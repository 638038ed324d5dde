"""BiomAid's thirteen checkpoints. Section numbers are those of its installation document."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    GIB,
    AccountIs,
    Answers,
    BackupByOthers,
    BackupElsewhere,
    BackupFresh,
    BackupNone,
    BackupPrivate,
    BackupRestores,
    Checkpoint,
    Circumstances,
    Clone,
    ClusterAccepts,
    ComesBack,
    CopiedDirectory,
    CopiedFile,
    CrontabLines,
    DatabaseIs,
    DefaultSiteDisabled,
    Directory,
    EntryIs,
    EnvironmentMatchesLock,
    Facts,
    FirstBackup,
    FormThere,
    GeneratedFile,
    GroupMember,
    HoldsGroup,
    HomeTraversable,
    InstanceUser,
    JobsRun,
    Line,
    LineIn,
    Link,
    LinkLeads,
    LogsIn,
    MediaArrives,
    Need,
    NginxAccepts,
    NobodyListens,
    NotServed,
    Packages,
    PackagesPresent,
    PageAnswers,
    Poetry,
    PoetryEnvironment,
    PoetryThere,
    PortFree,
    PortHeldBy,
    PostgresDatabase,
    PostgresLogin,
    PostgresRole,
    Project,
    PythonCompiles,
    PythonFits,
    PythonWithin,
    Rendered,
    Resources,
    RevisionHeld,
    RoleIs,
    RunningUnit,
    Scheduled,
    Service,
    SettingsSafe,
    Site,
    SiteEnabled,
    SocketHeld,
    SourceCompiles,
    Step,
    SudoRight,
    Supported,
    SystemdAccepts,
    TablesOwned,
    TestServerAnswers,
    UnitIs,
    UnitRuns,
    UpdatesPending,
    Utf8Locale,
    WorkerCount,
    WorkTreeClean,
    _,
)
from wizard.guides.biomaid.beyond import judged
from wizard.guides.biomaid.names import Names
from wizard.probes.django import AccountThere, MigrationsApplied
from wizard.steps.django import Account, CollectedStatics, Fixture, Migrate

# What BiomAid 0.15 states in its pyproject.toml; the checkout's own range counts once there is one.
PYTHON = ">=3.9,<3.13"
POETRY = "2.5.1"
DEFAULT_SITE = "/etc/nginx/sites-enabled/default"
PNG = b"\x89PNG\r\n\x1a\n"


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    n = Names(a, circumstances.beyond)
    project = Project(n.checkout, a.instance, n.python, a.db_name, a.db_port, "common_user")
    points = (
        _system(a, n),
        _user(a, n),
        _database(a),
        _code(a, n, circumstances.update_since),
        _environment(a, n, circumstances.by_hand),
        _local(a, n),
        _settings(a, n),
        _migrate(a, n, project),
        _static(a, n, project),
        _nginx(a, n, circumstances.by_hand),
        _service(a, n),
        _cron(a, n),
        _backup(a, n, circumstances.by_hand),
    )
    return judged(points, circumstances.beyond, (_site_file(a, n).title, SiteEnabled(a.site).title))


def _system(a: Answers, n: Names) -> Checkpoint:
    """1.2.1"""
    return Checkpoint(
        "system",
        title=_("System"),
        objective=_("A machine with PostgreSQL, nginx and what building BiomAid's Python modules takes."),
        steps=[
            PythonFits(PYTHON, n.checkout),
            PortFree(a.http_port, programs=("nginx",)),
            Packages(n.packages),
            RunningUnit("postgresql.service", shared=True),
            # The instance's own port may be another; nginx's first site asks for this one.
            DefaultSiteDisabled(DEFAULT_SITE, where_held=80),
            RunningUnit("nginx.service", shared=True),
            RunningUnit("cron.service", shared=True),
        ],
        probes=[
            Supported("system.distribution", _("supported distribution"), PYTHON, n.checkout),
            Resources(
                "system.resources",
                _("processors, memory, disk"),
                least=Need(1, 2 * GIB, 20 * GIB),
                advised=Need(4, 8 * GIB, 60 * GIB),
            ),
            PythonWithin("system.python", _("Python within BiomAid's range"), PYTHON, n.checkout),
            SudoRight("system.sudo", _("sudo")),
            Utf8Locale("system.locale", _("UTF-8 locale")),
            UpdatesPending("system.updates", _("updates and restart pending")),
            PackagesPresent("system.packages", _("packages installed"), n.lasting_packages),
            UnitRuns("system.postgresql", _("PostgreSQL runs"), "postgresql.service"),
            ClusterAccepts("system.cluster", _("PostgreSQL accepts"), a.db_port, 12, 14, after=("system.postgresql",)),
            UnitRuns("system.nginx", _("nginx runs"), "nginx.service"),
            UnitRuns("system.cron", _("cron runs"), "cron.service"),
        ],
    )


def _user(a: Answers, n: Names) -> Checkpoint:
    """1.2.2.1"""
    return Checkpoint(
        "user",
        title=_("User"),
        objective=_("The instance gets a user of its own, in whose home all of it lives."),
        steps=[InstanceUser(a.instance, n.home, mark="biomaid")],
        probes=[
            AccountIs("user.account", _("account and home"), a.instance, n.home),
            HomeTraversable("user.home", _("nginx may pass"), n.home, a.instance, after=("user.account",)),
        ],
    )


def _database(a: Answers) -> Checkpoint:
    """1.2.2.2"""
    role = PostgresRole(a.db_user, password=a.db_password, createdb=True, host=a.db_host, port=a.db_port)
    database = PostgresDatabase(a.db_name, owner=a.db_user, encoding="UTF8", host=a.db_host, port=a.db_port)
    return Checkpoint(
        "database",
        title=_("Database"),
        objective=_("The instance gets its own role and its own database, owned by that role."),
        steps=[role, database],
        probes=[
            RoleIs(
                "database.role",
                _("role may create databases"),
                a.db_user,
                True,
                a.db_port,
                after=("system.cluster",),
                step=role.title,
            ),
            DatabaseIs(
                "database.owner",
                _("owner and encoding"),
                a.db_name,
                a.db_user,
                "UTF8",
                a.db_port,
                after=("system.cluster",),
                step=database.title,
            ),
            PostgresLogin(
                *("database.login", _("real login over TCP")),
                *(a.db_user, a.db_password, a.db_name, a.db_host, a.db_port),
                after=("system.cluster",),
                role_step=role.title,
                database_step=database.title,
            ),
        ],
    )


def _code(a: Answers, n: Names, update_since: float) -> Checkpoint:
    """1.2.2.3"""
    clone = Clone(n.checkout, a.source, a.revision, a.instance, update_since)
    return Checkpoint(
        "code",
        title=_("Code"),
        objective=_("BiomAid's code in ~/biomaid, on the revision chosen, and folders for what it writes."),
        steps=[
            clone,
            Directory(n.media, a.instance, a.instance),
            Directory(n.log, a.instance, a.instance),
        ],
        probes=[
            RevisionHeld("code.revision", _("revision held"), n.checkout, a.revision, step=clone.title),
            WorkTreeClean("code.clean", _("code not modified"), n.checkout, after=("code.revision",)),
            EntryIs("code.media", _("folder for attachments"), n.media, "directory", a.instance),
            EntryIs("code.log", _("folder for logs"), n.log, "directory", a.instance),
        ],
    )


def _environment(a: Answers, n: Names, by_hand: bool) -> Checkpoint:
    """1.2.2.4"""
    bashrc = f"{n.home}/.bashrc"
    poetry = Poetry(n.home, a.instance, POETRY, a.python_index)
    modules = PoetryEnvironment(n.checkout, n.home, a.instance, "biomaid", n.without, a.extras, a.python_index)
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_("Poetry, and with it the Python modules that BiomAid needs, at the versions it was tested with."),
        steps=[
            poetry,
            Directory(f"{n.home}/.local/bin", a.instance, a.instance),
            Link(n.poetry, f"{n.home}/.local/share/pypoetry/venv/bin/poetry", a.instance),
            Line(bashrc, n.path_line, a.instance, n.path_lines),
            modules,
        ],
        probes=[
            PoetryThere("environment.poetry", "Poetry", n.home, a.instance, step=poetry.title),
            # What runs the instance finds Poetry by itself: who installed it may do so in another way.
            LineIn(
                *("environment.path", _("Poetry on the PATH"), bashrc, n.path_line, n.path_lines),
                must=not by_hand,
            ),
            EnvironmentMatchesLock(
                *("environment.lock", _("modules as locked"), n.checkout, n.home, a.instance),
                after=("code.revision",),
                step=modules.title,
            ),
        ],
    )


def _local(a: Answers, n: Names) -> Checkpoint:
    """1.2.2.5"""
    copy: Step = (
        Clone(n.local, a.local_source, "", a.instance)
        if a.local_source
        else CopiedDirectory(n.local, f"{n.checkout}/local_biomaid", a.instance)
    )
    return Checkpoint(
        "local",
        title=_("Local folder"),
        objective=_("What is particular to your site, beside the code, and linked into it."),
        steps=[
            copy,
            Link(
                n.link,
                f"../{a.local_name}",
                a.instance,
                accepted=(n.local, f"../{a.local_name}/", f"{n.local}/"),
            ),
        ],
        probes=[
            LinkLeads("local.link", _("local leads to the folder"), n.link),
            SourceCompiles("local.settings", _("its settings compile"), f"{n.link}/settings.py", after=("local.link",)),
        ],
    )


def _settings(a: Answers, n: Names) -> Checkpoint:
    """1.2.2.6, the settings"""
    settings = Rendered(
        "biomaid/instance_settings.py",
        {**a, "allowed_hosts": n.allowed_hosts, "media": n.media, "staticfiles": n.staticfiles},
    )
    config = Rendered("biomaid/instance_config.toml", {"workers": a.workers})
    owner = {"owner": a.instance, "group": a.instance}
    written = GeneratedFile(
        n.settings, settings, mode=0o600, validation=PythonCompiles(), needs=(a.db_password, a.secret_key), **owner
    )
    return Checkpoint(
        "settings",
        title=_("Settings"),
        objective=_("The instance's own settings: names, database, keys. Only its user may read them."),
        steps=[
            written,
            GeneratedFile(n.config, config, **owner),
        ],
        probes=[
            # www-data is in the instance's group: 0640 would let nginx read it.
            EntryIs("settings.mode", _("only its user reads them"), n.settings, "file", a.instance, at_most=0o600),
            # Whoever else may read them, the rest of what is wrong with them is told too.
            SourceCompiles("settings.compile", _("they compile"), n.settings, written.title),
            SettingsSafe(
                *("settings.safe", _("key, names and debugging"), n.settings),
                examples=(
                    f"{n.checkout}/example_instance_settings.py",
                    f"{n.checkout}/local_biomaid/settings.py",
                ),
                hosts=(*a.hostnames, a.asked_as),
                step=written.title,
                after=("settings.compile",),
            ),
        ],
    )


def _migrate(a: Answers, n: Names, project: Project) -> Checkpoint:
    """1.2.2.6, the tables"""
    migrate = Migrate(project)
    account = Account(
        project, a.first_account, a.first_account_email, a.first_account_password, beside_others=a.demo_data
    )
    steps: list[Step] = [migrate, account]
    if a.demo_data:
        # Before the account: the first one in it has the same number, and takes its place.
        steps.insert(1, Fixture(project, "fixtures/tests_db.json", n.home))
    return Checkpoint(
        "migrate",
        title=_("Migrations"),
        objective=_("The tables that BiomAid needs, and a first account, for nobody can log in without one."),
        steps=steps,
        probes=[
            MigrationsApplied(
                *(
                    "migrate.applied",
                    _("no migration pending"),
                    n.checkout,
                    a.db_name,
                    a.db_port,
                    "common_user",
                ),
                after=("database.owner",),
                step=migrate.title,
            ),
            TablesOwned(
                "migrate.owner",
                _("tables owned by the role"),
                a.db_name,
                a.db_user,
                a.db_port,
                after=("migrate.applied",),
            ),
            AccountThere(
                *(
                    "migrate.account",
                    _("first account"),
                    a.db_name,
                    "common_user",
                    a.first_account,
                    a.db_port,
                ),
                after=("migrate.applied",),
                step=account.title,
            ),
            # Opened in the working folder by every command: one made by root breaks all that follow.
            EntryIs(
                "migrate.log",
                _("queries.log is the instance's"),
                f"{n.checkout}/queries.log",
                "file",
                a.instance,
            ),
        ],
        trials=[
            TestServerAnswers(
                "migrate.server",
                _("a test server answers"),
                n.checkout,
                a.instance,
                n.python,
                after=("migrate.applied",),
            )
        ],
    )


def _static(a: Answers, n: Names, project: Project) -> Checkpoint:
    """1.2.2.7"""
    return Checkpoint(
        "static",
        title=_("Static files"),
        objective=_("Pictures, styles and scripts gathered in one folder, which nginx serves by itself."),
        steps=[
            CollectedStatics(
                project, n.staticfiles, n.home, proof="local/Logo BiomAid.png", inputs=(f"{n.local}/static",)
            )
        ],
        probes=[
            EntryIs("static.logo", _("the logo is collected"), f"{n.staticfiles}/local/Logo BiomAid.png", "file"),
        ],
    )


def _nginx(a: Answers, n: Names, by_hand: bool) -> Checkpoint:
    """1.2.2.8"""
    here = (a.asked_as, a.http_port)
    enabled = SiteEnabled(a.site)
    site = _site(a, n)
    marks = (b"SECRET_KEY", b"DATABASES")
    # Open to all on the disk, as the settings beside them are not.
    code = ("/biomaid/manage.py", "/biomaid/.git/config")
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_("nginx serves the static files itself and hands the rest to gunicorn through a socket."),
        steps=[
            _site_file(a, n),
            enabled,
            DefaultSiteDisabled(DEFAULT_SITE),
            GroupMember("www-data", a.instance),
            RunningUnit(
                "nginx.service",
                configured_by=(a.site, enabled.link, "/etc/nginx/sites-enabled"),
                user="www-data",
                port=a.http_port,
                programs=("nginx",),
                shared=True,
            ),
        ],
        probes=[
            PortHeldBy("nginx.port", _("nginx holds the port"), a.http_port, "nginx", site, after=("system.nginx",)),
            HoldsGroup(
                *("nginx.group", _("nginx holds the instance's group"), "nginx.service", "www-data", a.instance),
                # A home that is open to all needs no group.
                must=not by_hand,
            ),
            PageAnswers(
                *(
                    "nginx.logo",
                    _("the logo arrives as a picture"),
                    "/static/local/Logo%20BiomAid.png",
                    *here,
                ),
                type="image/png",
                signature=PNG,
                site=site,
                after=("nginx.port", "static.logo"),
            ),
            NobodyListens(
                *("nginx.waiting", _("/ is 502: nobody listens yet"), "/", *here, n.socket, n.error_log),
                expected_until="service",
                site=site,
                after=("nginx.port",),
            ),
            # The two holes of the document's own site: a root that is the home, and an alias without its slash.
            NotServed(
                *(
                    "nginx.settings",
                    _("settings are not served"),
                    "/biomaid/instance_settings.py",
                    *here,
                    marks,
                ),
                neighbours=code,
                site=site,
                after=("nginx.port",),
            ),
            NotServed(
                *(
                    "nginx.traversal",
                    _("/static.. leads nowhere"),
                    "/static../biomaid/instance_settings.py",
                    *here,
                    marks,
                ),
                neighbours=tuple(f"/static..{path}" for path in code),
                site=site,
                after=("nginx.port",),
            ),
            NotServed(
                *(
                    "nginx.media-traversal",
                    _("/media.. leads nowhere"),
                    "/media../biomaid/instance_settings.py",
                    *here,
                    marks,
                ),
                neighbours=tuple(f"/media..{path}" for path in code),
                site=site,
                after=("nginx.port",),
            ),
        ],
    )


def _site_file(a: Answers, n: Names) -> GeneratedFile:
    folders = {"media": n.media, "staticfiles": n.staticfiles, "socket": n.socket}
    body = Rendered("biomaid/site.conf", {**a, **folders, "names": n.allowed_hosts})
    return GeneratedFile(a.site, body, validation=NginxAccepts())


def _site(a: Answers, n: Names) -> Site:
    """What tells why a request does not come where it should."""
    return Site(
        a.site,
        SiteEnabled(a.site).link,
        a.http_port,
        n.allowed_hosts,
        socket=n.socket,
        settings=n.settings,
        unit=n.unit,
        folders=(("/static/", f"{n.staticfiles}/"), ("/media/", f"{n.media}/")),
    )


def _service(a: Answers, n: Names) -> Checkpoint:
    """1.2.2.9"""
    template = "/etc/systemd/system/biomaid-instance@.service"
    template_of_code = f"{n.checkout}/tools/biomaid-instance@.service"
    drop_in = f"/etc/systemd/system/{n.unit}.d/restart.conf"
    here = (a.asked_as, a.http_port)
    comes_back = GeneratedFile(drop_in, Rendered("biomaid/restart.conf", {"instance": a.instance}))
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs BiomAid, starts with the machine, and comes back when it dies."),
        steps=[
            *([CopiedFile(template, template_of_code, SystemdAccepts(a.instance))] if n.usual_unit else []),
            Directory(f"/etc/systemd/system/{n.unit}.d"),
            comes_back,
            RunningUnit(
                n.unit,
                # What the process has read: a change of any of these calls for a restart.
                configured_by=(
                    *(template, drop_in, n.settings, n.config, f"{n.checkout}/.git/HEAD"),
                    *(f"{n.home}/.local/state/jalon/environment.json", f"{n.checkout}/.git/jalon.json"),
                ),
            ),
        ],
        probes=[
            UnitRuns("service.active", _("the service runs"), n.unit, service=_known(a, n)),
            UnitIs("service.restart", _("it comes back by itself"), n.unit, "on-failure", ours=drop_in),
            SocketHeld(
                "service.socket",
                _("it listens on its socket"),
                n.socket,
                a.instance,
                n.unit,
                after=("service.active",),
            ),
            WorkerCount(
                "service.workers",
                _("workers as asked"),
                n.unit,
                a.instance,
                a.workers,
                after=("service.active",),
            ),
            FormThere(
                "service.page",
                _("the sign-in page arrives"),
                "/",
                *here,
                site=_site(a, n),
                after=("service.socket", "nginx.port"),
            ),
        ],
        trials=[
            LogsIn(
                *(
                    "service.login",
                    _("the first account logs in"),
                    "/",
                    *here,
                    a.first_account,
                    a.first_account_password,
                ),
                after=("service.page", "migrate.account"),
            ),
            MediaArrives(
                "service.media", _("an attachment arrives"), n.media, a.instance, *here, after=("nginx.port",)
            ),
            ComesBack(
                "service.return",
                _("it comes back when killed"),
                n.unit,
                "/",
                *here,
                after=("service.page", "service.restart"),
                step=comes_back.title,
            ),
        ],
    )


def _known(a: Answers, n: Names) -> Service:
    """What tells why the service does not run."""
    return Service(
        user=a.instance,
        folder=n.checkout,
        log=f"{n.log}/gunicorn_django.log",
        settings=n.settings,
        link=n.link,
        environments=f"{n.home}/.cache/pypoetry/virtualenvs",
        program="gunicorn",
        poetry=n.poetry,
        port=a.db_port,
    )


def _cron(a: Answers, n: Names) -> Checkpoint:
    """1.2.2.11"""
    return Checkpoint(
        "cron",
        title=_("Scheduled jobs"),
        objective=_("BiomAid's background jobs, every quarter, hour, day and week."),
        steps=[CrontabLines(a.instance, n.crontab, n.home)],
        probes=[Scheduled("cron.lines", _("jobs in the crontab"), a.instance, n.crontab, after=("system.cron",))],
        trials=[
            JobsRun(
                *(
                    "cron.jobs",
                    _("the quarter-hourly jobs run"),
                    a.instance,
                    n.home,
                    "quarter_hourly",
                    a.db_name,
                    a.db_port,
                ),
                after=("cron.lines", "migrate.applied"),
            )
        ],
    )


def _backup(a: Answers, n: Names, by_hand: bool) -> Checkpoint:
    """1.2.2.10, which the document leaves to be written"""
    if a.backup_command:
        return Checkpoint(
            "backup",
            title=_("Backup"),
            objective=_("The database and the attachments, by a command of your own."),
            probes=[BackupByOthers("backup.own", _("your own backup is planned"), a.backup_command, a.instance)],
        )
    fresh = ("backup.fresh", _("the newest is recent and whole"), a.backup_directory)
    # An instance that somebody else installed was promised none: the document leaves this chapter to be written.
    none = BackupNone(*fresh, f"jalon apply biomaid --instance {a.instance} --only backup")
    hour, _colon, minute = a.backup_time.partition(":")
    cron = {
        "instance": a.instance,
        "minute": int(minute),
        "hour": int(hour),
        "command": n.backup,
        "log": n.backup_log,
    }
    script = {
        **{"instance": a.instance, "database": a.db_name, "port": a.db_port, "media": n.media},
        **{"directory": a.backup_directory, "keep": a.backup_keep, "csv": a.backup_csv},
    }
    return Checkpoint(
        "backup",
        title=_("Backup"),
        objective=_("The database and the attachments, every day, and the proof that they can be restored."),
        steps=[
            Directory(a.backup_directory, mode=0o700, parents=True),
            GeneratedFile(n.backup, Rendered("biomaid/backup.py", script), mode=0o755, validation=PythonCompiles()),
            GeneratedFile(f"/etc/cron.d/biomaid-backup-{a.instance}", Rendered("biomaid/backup.cron", cron)),
            FirstBackup(n.backup, a.backup_directory),
        ],
        probes=[
            BackupFresh(*fresh, command=n.backup),
            BackupPrivate("backup.private", _("only root reads them"), a.backup_directory, after=("backup.fresh",)),
            BackupElsewhere("backup.elsewhere", _("on another disk"), a.backup_directory, "/var/lib/postgresql"),
        ],
        trials=[
            BackupRestores(
                "backup.restore",
                _("restored, table by table"),
                a.backup_directory,
                a.db_name,
                a.db_port,
                n.backup,
                after=("backup.fresh",),
            )
        ],
        absent=[none] if by_hand else (),
    )
