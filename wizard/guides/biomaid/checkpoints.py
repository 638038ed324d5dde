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
    PythonCompiles,
    PythonFits,
    PythonWithin,
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
    Trial,
    UnitIs,
    UnitRuns,
    UpdatesPending,
    Utf8Locale,
    WorkerCount,
    WorkTreeClean,
    _,
    from_template,
)
from wizard.guides.biomaid.names import RUN_JOBS, SCRIPTS, USERS, Names
from wizard.guides.biomaid.parts.causes import local_missing
from wizard.guides.biomaid.unsupported import judged
from wizard.guides.django.parts.jobs import JobsRun
from wizard.guides.django.parts.probes import AccountThere, MigrationsApplied
from wizard.guides.django.parts.project import Project
from wizard.guides.django.parts.server import TestServerAnswers
from wizard.guides.django.parts.steps import Account, CollectedStatics, Fixture, Migrate

# What BiomAid 0.15 states in its pyproject.toml; the checkout's own range counts once there is one.
PYTHON = ">=3.9,<3.13"
POETRY = "2.5.1"
DEFAULT_SITE = "/etc/nginx/sites-enabled/default"
# The first bytes of a picture of that type.
PNG = b"\x89PNG\r\n\x1a\n"
# What would stand in an answer that hands out the settings.
WORDS_OF_SETTINGS = (b"SECRET_KEY", b"DATABASES")


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    names = Names(answers, unsupported=circumstances.unsupported)
    project = Project(
        checkout=names.checkout,
        user=answers.instance,
        python=names.python,
        database=answers.db_name,
        port=answers.db_port,
        user_table=USERS,
    )
    points = (
        _system(answers, names),
        _user(answers, names),
        _database(answers),
        _code(answers, names, circumstances.update_since),
        _environment(answers, names, circumstances.by_hand),
        _local(answers, names),
        _settings(answers, names),
        _migrate(answers, names, project),
        _static(answers, names, project),
        _nginx(answers, names, circumstances.by_hand),
        _service(answers, names),
        _cron(answers, names),
        _backup(answers, names, circumstances.by_hand),
    )
    return judged(points, circumstances.unsupported, (_site_file(answers, names).key, SiteEnabled(answers.site).key))


def _system(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.1, "Système / distribution"."""
    return Checkpoint(
        "system",
        title=_("System"),
        objective=_("A machine with PostgreSQL, nginx and what building BiomAid's Python modules takes."),
        steps=[
            PythonFits(PYTHON, checkout=names.checkout),
            PortFree(answers.http_port, programs=("nginx",)),
            Packages(names.packages),
            RunningUnit("postgresql.service", shared=True),
            # The instance's own port may be another; nginx's first site asks for this one.
            DefaultSiteDisabled(DEFAULT_SITE, where_held=80),
            RunningUnit("nginx.service", shared=True),
            RunningUnit("cron.service", shared=True),
        ],
        probes=[
            Supported("system.distribution", _("supported distribution"), python=PYTHON, checkout=names.checkout),
            Resources(
                "system.resources",
                _("processors, memory, disk"),
                least=Need(processors=1, memory=2 * GIB, disk=20 * GIB),
                advised=Need(processors=4, memory=8 * GIB, disk=60 * GIB),
            ),
            PythonWithin(
                "system.python", _("Python within BiomAid's range"), requirement=PYTHON, checkout=names.checkout
            ),
            SudoRight("system.sudo", _("sudo")),
            Utf8Locale("system.locale", _("UTF-8 locale")),
            UpdatesPending("system.updates", _("updates and restart pending")),
            PackagesPresent("system.packages", _("packages installed"), names=names.lasting_packages),
            UnitRuns("system.postgresql", _("PostgreSQL runs"), unit="postgresql.service"),
            ClusterAccepts(
                "system.cluster",
                _("PostgreSQL accepts"),
                port=answers.db_port,
                least_major=12,
                advised_major=14,
                after=("system.postgresql",),
            ),
            UnitRuns("system.nginx", _("nginx runs"), unit="nginx.service"),
            UnitRuns("system.cron", _("cron runs"), unit="cron.service"),
        ],
    )


def _user(answers: Answers, names: Names) -> Checkpoint:
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


def _database(answers: Answers) -> Checkpoint:
    """Section 1.2.2.2, "Configuration de l'instance dans la base de données"."""
    role = PostgresRole(
        answers.db_user, password=answers.db_password, createdb=True, host=answers.db_host, port=answers.db_port
    )
    database = PostgresDatabase(
        answers.db_name,
        owner=answers.db_user,
        encoding="UTF8",
        host=answers.db_host,
        port=answers.db_port,
        user_table=USERS,
    )
    return Checkpoint(
        "database",
        title=_("Database"),
        objective=_("The instance gets its own role and its own database, owned by that role."),
        steps=[role, database],
        probes=[
            RoleIs(
                "database.role",
                _("role may create databases"),
                role=answers.db_user,
                createdb=True,
                port=answers.db_port,
                after=("system.cluster",),
                step=role.key,
            ),
            DatabaseIs(
                "database.owner",
                _("owner and encoding"),
                database=answers.db_name,
                owner=answers.db_user,
                encoding="UTF8",
                port=answers.db_port,
                after=("system.cluster",),
                step=database.key,
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
                role_step=role.key,
                database_step=database.key,
            ),
        ],
    )


def _code(answers: Answers, names: Names, update_since: float) -> Checkpoint:
    """Section 1.2.2.3, "Création du dossier de l'instance", and the revision, of 1.2.2.4."""
    clone = Clone(
        names.checkout,
        source=answers.source,
        revision=answers.revision,
        user=answers.instance,
        update_since=update_since,
    )
    return Checkpoint(
        "code",
        title=_("Code"),
        objective=_("BiomAid's code in ~/biomaid, on the revision chosen, and folders for what it writes."),
        steps=[
            clone,
            Directory(names.media, owner=answers.instance, group=answers.instance),
            Directory(names.log, owner=answers.instance, group=answers.instance),
        ],
        probes=[
            RevisionHeld(
                "code.revision", _("revision held"), path=names.checkout, revision=answers.revision, step=clone.key
            ),
            WorkTreeClean("code.clean", _("code not modified"), path=names.checkout, after=("code.revision",)),
            EntryIs(
                "code.media", _("folder for attachments"), path=names.media, kind="directory", owner=answers.instance
            ),
            EntryIs("code.log", _("folder for logs"), path=names.log, kind="directory", owner=answers.instance),
        ],
    )


def _environment(answers: Answers, names: Names, by_hand: bool) -> Checkpoint:
    """Section 1.2.2.4, "Initialisation de l'environnement d'exécution"."""
    bashrc = f"{names.home}/.bashrc"
    poetry = Poetry(names.home, user=answers.instance, version=POETRY, index=answers.python_index)
    modules = PoetryEnvironment(
        names.checkout,
        home=names.home,
        user=answers.instance,
        project="biomaid",
        without=names.left_out_groups,
        extras=answers.extras,
        index=answers.python_index,
    )
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_("Poetry, and with it the Python modules that BiomAid needs, at the versions it was tested with."),
        steps=[
            poetry,
            Directory(f"{names.home}/.local/bin", owner=answers.instance, group=answers.instance),
            Link(names.poetry, target=f"{names.home}/.local/share/pypoetry/venv/bin/poetry", owner=answers.instance),
            Line(bashrc, line=names.path_line, owner=answers.instance, accepted=names.path_line_spellings),
            modules,
        ],
        probes=[
            PoetryThere("environment.poetry", "Poetry", home=names.home, user=answers.instance, step=poetry.key),
            # What runs the instance finds Poetry by itself: who installed it may do so in another way.
            LineIn(
                "environment.path",
                _("Poetry on the PATH"),
                path=bashrc,
                line=names.path_line,
                accepted=names.path_line_spellings,
                must=not by_hand,
            ),
            EnvironmentMatchesLock(
                "environment.lock",
                _("modules as locked"),
                checkout=names.checkout,
                home=names.home,
                user=answers.instance,
                project="biomaid",
                after=("code.revision",),
                step=modules.key,
            ),
        ],
    )


def _local(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.5, "Création du dossier de configuration locale"."""
    copy: Step = (
        Clone(names.local, source=answers.local_source, revision="", user=answers.instance)
        if answers.local_source
        else CopiedDirectory(names.local, source=f"{names.checkout}/local_biomaid", user=answers.instance)
    )
    return Checkpoint(
        "local",
        title=_("Local folder"),
        objective=_("What is particular to your site, beside the code, and linked into it."),
        steps=[
            copy,
            Link(
                names.local_link,
                target=f"../{answers.local_name}",
                owner=answers.instance,
                accepted=(names.local, f"../{answers.local_name}/", f"{names.local}/"),
            ),
        ],
        probes=[
            LinkLeads("local.link", _("local leads to the folder"), path=names.local_link),
            SourceCompiles(
                "local.settings",
                _("its settings compile"),
                path=f"{names.local_link}/settings.py",
                after=("local.link",),
            ),
        ],
    )


def _settings(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.6, "Initialisation de l'application": its settings."""
    settings = GeneratedFile(
        names.settings,
        body=from_template(
            "biomaid/instance_settings.py",
            instance=answers.instance,
            domain=answers.domain,
            allowed_hosts=names.allowed_hosts,
            debug=answers.debug,
            secret_key=answers.secret_key,
            email_host=answers.email_host,
            email_port=answers.email_port,
            media=names.media,
            staticfiles=names.staticfiles,
            db_host=answers.db_host,
            db_port=answers.db_port,
            db_name=answers.db_name,
            db_user=answers.db_user,
            db_password=answers.db_password,
            gmao_host=answers.gmao_host,
            gmao_port=answers.gmao_port,
            gmao_name=answers.gmao_name,
            gmao_user=answers.gmao_user,
            gmao_password=answers.gmao_password,
        ),
        owner=answers.instance,
        group=answers.instance,
        mode=0o600,
        validation=PythonCompiles(),
        needs=(answers.db_password, answers.secret_key),
    )
    config = GeneratedFile(
        names.config,
        body=from_template("biomaid/instance_config.toml", workers=answers.workers),
        owner=answers.instance,
        group=answers.instance,
    )
    return Checkpoint(
        "settings",
        title=_("Settings"),
        objective=_("The instance's own settings: names, database, keys. Only its user may read them."),
        steps=[settings, config],
        probes=[
            # www-data is in the instance's group: 0640 would let nginx read it.
            EntryIs(
                "settings.mode",
                _("only its user reads them"),
                path=names.settings,
                kind="file",
                owner=answers.instance,
                at_most=0o600,
            ),
            # Whoever else may read them, the rest of what is wrong with them is told too.
            SourceCompiles("settings.compile", _("they compile"), path=names.settings, step=settings.key),
            SettingsSafe(
                "settings.safe",
                _("key, names and debugging"),
                path=names.settings,
                examples=(
                    f"{names.checkout}/example_instance_settings.py",
                    f"{names.checkout}/local_biomaid/settings.py",
                ),
                hosts=(*answers.hostnames, answers.asked_as),
                step=settings.key,
                after=("settings.compile",),
            ),
        ],
    )


def _migrate(answers: Answers, names: Names, project: Project) -> Checkpoint:
    """Section 1.2.2.6, "Initialisation de l'application": its tables."""
    migrate = Migrate(project)
    account = Account(
        project,
        name=answers.first_account,
        email=answers.first_account_email,
        password=answers.first_account_password,
        beside_others=answers.demo_data,
    )
    steps: list[Step] = [migrate, account]
    if answers.demo_data:
        # Before the account: the first one in it has the same number, and takes its place.
        steps.insert(1, Fixture(project, fixture="fixtures/tests_db.json", home=names.home))
    return Checkpoint(
        "migrate",
        title=_("Migrations"),
        objective=_("The tables that BiomAid needs, and a first account, for nobody can log in without one."),
        steps=steps,
        probes=[
            MigrationsApplied(
                "migrate.applied",
                _("no migration pending"),
                checkout=names.checkout,
                database=answers.db_name,
                port=answers.db_port,
                user_table=USERS,
                after=("database.owner",),
                step=migrate.key,
            ),
            TablesOwned(
                "migrate.owner",
                _("tables owned by the role"),
                database=answers.db_name,
                owner=answers.db_user,
                port=answers.db_port,
                after=("migrate.applied",),
            ),
            AccountThere(
                "migrate.account",
                _("first account"),
                database=answers.db_name,
                user_table=USERS,
                account=answers.first_account,
                port=answers.db_port,
                after=("migrate.applied",),
                step=account.key,
            ),
            # Opened in the working folder by every command: one made by root breaks all that follow.
            EntryIs(
                "migrate.log",
                _("queries.log is the instance's"),
                path=f"{names.checkout}/queries.log",
                kind="file",
                owner=answers.instance,
            ),
        ],
        trials=[
            TestServerAnswers(
                "migrate.server",
                _("a test server answers"),
                checkout=names.checkout,
                user=answers.instance,
                python_words=names.python,
                after=("migrate.applied",),
            )
        ],
    )


def _static(answers: Answers, names: Names, project: Project) -> Checkpoint:
    """Section 1.2.2.7, "Extraction des fichiers statiques"."""
    return Checkpoint(
        "static",
        title=_("Static files"),
        objective=_("Pictures, styles and scripts gathered in one folder, which nginx serves by itself."),
        steps=[
            CollectedStatics(
                project,
                folder=names.staticfiles,
                home=names.home,
                proof="local/Logo BiomAid.png",
                inputs=(f"{names.local}/static",),
            )
        ],
        probes=[
            EntryIs(
                "static.logo",
                _("the logo is collected"),
                path=f"{names.staticfiles}/local/Logo BiomAid.png",
                kind="file",
            )
        ],
    )


def _nginx(answers: Answers, names: Names, by_hand: bool) -> Checkpoint:
    """Section 1.2.2.8, "Configuration de nginx"."""
    enabled = SiteEnabled(answers.site)
    site = _site_diagnosis(answers, names)
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_("nginx serves the static files itself and hands the rest to gunicorn through a socket."),
        steps=[
            _site_file(answers, names),
            enabled,
            DefaultSiteDisabled(DEFAULT_SITE),
            GroupMember("www-data", group=answers.instance),
            RunningUnit(
                "nginx.service",
                configured_by=(answers.site, enabled.link, "/etc/nginx/sites-enabled"),
                user="www-data",
                port=answers.http_port,
                programs=("nginx",),
                shared=True,
            ),
        ],
        probes=[
            PortHeldBy(
                "nginx.port",
                _("nginx holds the port"),
                port=answers.http_port,
                program="nginx",
                site=site,
                after=("system.nginx",),
            ),
            HoldsGroup(
                "nginx.group",
                _("nginx holds the instance's group"),
                unit="nginx.service",
                user="www-data",
                group=answers.instance,
                # A home that is open to all needs no group.
                must=not by_hand,
            ),
            PageAnswers(
                "nginx.logo",
                _("the logo arrives as a picture"),
                path="/static/local/Logo%20BiomAid.png",
                host=answers.asked_as,
                port=answers.http_port,
                type="image/png",
                signature=PNG,
                site=site,
                after=("nginx.port", "static.logo"),
            ),
            NobodyListens(
                "nginx.waiting",
                _("/ is 502: nobody listens yet"),
                path="/",
                host=answers.asked_as,
                port=answers.http_port,
                socket=names.socket,
                error_log=names.error_log,
                expected_until="service",
                site=site,
                after=("nginx.port",),
            ),
            *_settings_kept_back(answers, site),
        ],
    )


def _settings_kept_back(answers: Answers, site: Site) -> Sequence[NotServed]:
    """That nginx serves no file beside those it should."""
    # Files that every user may read on the disk, unlike the settings beside them.
    readable = ("/biomaid/manage.py", "/biomaid/.git/config")
    # The two holes of the document's own site: a root that is the home, and an alias without its slash.
    return [
        NotServed(
            "nginx.settings",
            _("settings are not served"),
            path="/biomaid/instance_settings.py",
            host=answers.asked_as,
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            neighbours=readable,
            site=site,
            after=("nginx.port",),
        ),
        NotServed(
            "nginx.traversal",
            _("/static.. leads nowhere"),
            path="/static../biomaid/instance_settings.py",
            host=answers.asked_as,
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            neighbours=tuple(f"/static..{path}" for path in readable),
            site=site,
            after=("nginx.port",),
        ),
        NotServed(
            "nginx.media-traversal",
            _("/media.. leads nowhere"),
            path="/media../biomaid/instance_settings.py",
            host=answers.asked_as,
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            neighbours=tuple(f"/media..{path}" for path in readable),
            site=site,
            after=("nginx.port",),
        ),
    ]


def _site_file(answers: Answers, names: Names) -> GeneratedFile:
    body = from_template(
        "biomaid/site.conf",
        instance=answers.instance,
        names=names.allowed_hosts,
        http_port=answers.http_port,
        staticfiles=names.staticfiles,
        media=names.media,
        socket=names.socket,
    )
    return GeneratedFile(answers.site, body=body, validation=NginxAccepts())


def _site_diagnosis(answers: Answers, names: Names) -> Site:
    """What is looked at to say why a page does not arrive as it should."""
    return Site(
        available=answers.site,
        enabled=SiteEnabled(answers.site).link,
        port=answers.http_port,
        names=names.allowed_hosts,
        socket=names.socket,
        settings=names.settings,
        unit=names.unit,
        folders=(("/static/", f"{names.staticfiles}/"), ("/media/", f"{names.media}/")),
    )


def _service(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.9, "Création et lancement du service"."""
    template = "/etc/systemd/system/biomaid-instance@.service"
    template_of_code = f"{names.checkout}/tools/biomaid-instance@.service"
    drop_in = f"/etc/systemd/system/{names.unit}.d/restart.conf"
    comes_back = GeneratedFile(drop_in, body=from_template("biomaid/restart.conf", instance=answers.instance))
    steps: list[Step] = [
        Directory(f"/etc/systemd/system/{names.unit}.d"),
        comes_back,
        RunningUnit(
            names.unit,
            # What the process has read: a change of any of these calls for a restart.
            configured_by=(
                template,
                drop_in,
                names.settings,
                names.config,
                f"{names.checkout}/.git/HEAD",
                f"{names.home}/.local/state/jalon/environment.json",
                f"{names.checkout}/.git/jalon.json",
            ),
        ),
    ]
    if names.usual_unit:
        steps.insert(0, CopiedFile(template, source=template_of_code, validation=SystemdAccepts(answers.instance)))
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs BiomAid, starts with the machine, and comes back when it dies."),
        steps=steps,
        probes=[
            UnitRuns(
                "service.active", _("the service runs"), unit=names.unit, service=_service_diagnosis(answers, names)
            ),
            UnitIs(
                "service.restart", _("it comes back by itself"), unit=names.unit, restart="on-failure", ours=drop_in
            ),
            SocketHeld(
                "service.socket",
                _("it listens on its socket"),
                path=names.socket,
                owner=answers.instance,
                unit=names.unit,
                after=("service.active",),
            ),
            WorkerCount(
                "service.workers",
                _("workers as asked"),
                unit=names.unit,
                user=answers.instance,
                count=answers.workers,
                after=("service.active",),
            ),
            FormThere(
                "service.page",
                _("the sign-in page arrives"),
                path="/",
                host=answers.asked_as,
                port=answers.http_port,
                site=_site_diagnosis(answers, names),
                after=("service.socket", "nginx.port"),
            ),
        ],
        trials=_service_trials(answers, names, step=comes_back.key),
    )


def _service_trials(answers: Answers, names: Names, step: str) -> Sequence[Trial]:
    """What proves the service; `step` is the key of the one that lets it come back."""
    return [
        LogsIn(
            "service.login",
            _("the first account logs in"),
            path="/",
            host=answers.asked_as,
            port=answers.http_port,
            account=answers.first_account,
            password=answers.first_account_password,
            after=("service.page", "migrate.account"),
        ),
        MediaArrives(
            "service.media",
            _("an attachment arrives"),
            media=names.media,
            user=answers.instance,
            host=answers.asked_as,
            port=answers.http_port,
            after=("nginx.port",),
        ),
        ComesBack(
            "service.return",
            _("it comes back when killed"),
            unit=names.unit,
            path="/",
            host=answers.asked_as,
            port=answers.http_port,
            after=("service.page", "service.restart"),
            step=step,
        ),
    ]


def _service_diagnosis(answers: Answers, names: Names) -> Service:
    """What is looked at to say why the service does not run."""
    return Service(
        user=answers.instance,
        folder=names.checkout,
        log=f"{names.log}/gunicorn_django.log",
        settings=names.settings,
        environments=f"{names.home}/.cache/pypoetry/virtualenvs",
        program="gunicorn",
        poetry=names.poetry,
        port=answers.db_port,
        more=(local_missing(names.local_link),),
    )


def _cron(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.11, "Programmation des tâches périodiques"."""
    return Checkpoint(
        "cron",
        title=_("Scheduled jobs"),
        objective=_("BiomAid's background jobs, every quarter, hour, day and week."),
        steps=[CrontabLines(answers.instance, lines=names.crontab, home=names.home, scripts=SCRIPTS)],
        probes=[
            Scheduled(
                "cron.lines",
                _("jobs in the crontab"),
                user=answers.instance,
                lines=names.crontab,
                scripts=SCRIPTS,
                after=("system.cron",),
            )
        ],
        trials=[
            JobsRun(
                "cron.jobs",
                _("the quarter-hourly jobs run"),
                user=answers.instance,
                home=names.home,
                command=RUN_JOBS,
                period="quarter_hourly",
                database=answers.db_name,
                port=answers.db_port,
                data_table="dem_demande",
                after=("cron.lines", "migrate.applied"),
            )
        ],
    )


def _backup(answers: Answers, names: Names, by_hand: bool) -> Checkpoint:
    """Section 1.2.2.10, "Configuration des sauvegardes", which the document leaves to be written."""
    if answers.backup_command:
        return _backup_by_others(answers)
    hour, _colon, minute = answers.backup_time.partition(":")
    script = GeneratedFile(
        names.backup,
        body=from_template(
            "biomaid/backup.py",
            instance=answers.instance,
            database=answers.db_name,
            port=answers.db_port,
            media=names.media,
            directory=answers.backup_directory,
            keep=answers.backup_keep,
            csv=answers.backup_csv,
        ),
        mode=0o755,
        validation=PythonCompiles(),
    )
    cron = GeneratedFile(
        f"/etc/cron.d/biomaid-backup-{answers.instance}",
        body=from_template(
            "biomaid/backup.cron",
            instance=answers.instance,
            minute=int(minute),
            hour=int(hour),
            command=names.backup,
            log=names.backup_log,
        ),
    )
    # An instance that somebody else installed was promised none: the document leaves this chapter to be written.
    none = BackupNone(
        "backup.fresh",
        _("the newest is recent and whole"),
        directory=answers.backup_directory,
        command=f"jalon apply biomaid --instance {answers.instance} --only backup",
    )
    return Checkpoint(
        "backup",
        title=_("Backup"),
        objective=_("The database and the attachments, every day, and the proof that they can be restored."),
        steps=[
            Directory(answers.backup_directory, mode=0o700, parents=True),
            script,
            cron,
            FirstBackup(names.backup, directory=answers.backup_directory),
        ],
        probes=[
            BackupFresh(
                "backup.fresh",
                _("the newest is recent and whole"),
                directory=answers.backup_directory,
                command=names.backup,
            ),
            BackupPrivate(
                "backup.private", _("only root reads them"), directory=answers.backup_directory, after=("backup.fresh",)
            ),
            BackupElsewhere(
                "backup.elsewhere",
                _("on another disk"),
                directory=answers.backup_directory,
                data_directory_path="/var/lib/postgresql",
            ),
        ],
        trials=[
            BackupRestores(
                "backup.restore",
                _("restored, table by table"),
                directory=answers.backup_directory,
                database=answers.db_name,
                port=answers.db_port,
                command=names.backup,
                after=("backup.fresh",),
            )
        ],
        absent=[none] if by_hand else (),
    )


def _backup_by_others(answers: Answers) -> Checkpoint:
    return Checkpoint(
        "backup",
        title=_("Backup"),
        objective=_("The database and the attachments, by a command of your own."),
        probes=[
            BackupByOthers(
                "backup.own", _("your own backup is planned"), command=answers.backup_command, user=answers.instance
            )
        ],
    )
