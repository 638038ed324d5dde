"""The practice instance's ten checkpoints: those of BiomAid that make sense without root, in the same order."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Answers,
    Body,
    Checkpoint,
    Circumstances,
    Clone,
    CopiedDirectory,
    CrontabLines,
    Directory,
    EntryIs,
    EnvironmentHoldsLock,
    Facts,
    FormThere,
    GeneratedFile,
    Link,
    LinkLeads,
    LockedEnvironment,
    LogsIn,
    MediaArrives,
    NginxAcceptsAlone,
    NobodyListens,
    NotApplicable,
    NotServed,
    PageAnswers,
    PortFree,
    PortHeldBy,
    Probe,
    ProgramComesBack,
    ProgramRuns,
    ProgramWorkers,
    PythonCompiles,
    PythonWithin,
    RevisionHeld,
    RunningSupervisor,
    Scheduled,
    SettingsSafe,
    SocketHeld,
    SourceCompiles,
    Step,
    SupervisedProgram,
    Trial,
    Validation,
    WorkTreeClean,
    _,
    from_template,
    replace,
)
from wizard.guides.django.parts.probes import AccountThere, MigrationsApplied
from wizard.guides.django.parts.project import Project
from wizard.guides.django.parts.server import TestServerAnswers
from wizard.guides.django.parts.steps import Account, CollectedStatics, Fixture, Migrate
from wizard.guides.maquette.names import LOGO, SAMPLE, SCRIPTS, Names

# The first bytes of a picture of that type.
PNG = b"\x89PNG\r\n\x1a\n"
# What would stand in an answer that hands out the settings.
WORDS_OF_SETTINGS = (b"SECRET_KEY", b"DATABASES")
# SQLite needs no driver, and this one would have to be compiled.
LEFT_OUT = ("psycopg2",)


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers, for whoever asks: all of it is theirs."""
    names = Names(answers, user=facts.user, group=facts.group)
    project = Project(
        checkout=names.checkout,
        user=names.user,
        python=names.python,
        database=names.database,
        user_table="common_user",
    )
    return (
        _folder(answers, names),
        _code(answers, names, circumstances.update_since),
        _environment(answers, names),
        _local(names),
        _settings(answers, names),
        _migrate(answers, names, project),
        _static(answers, names, project),
        _nginx(answers, names),
        _service(answers, names),
        _cron(answers, names),
    )


def _own_folder(names: Names, path: str, contents: bool = False) -> Directory:
    return Directory(path, owner=names.user, group=names.group, contents=contents)


def _own_file(names: Names, path: str, body: Body, mode: int = 0o644, validation: Validation | None = None) -> Step:
    return GeneratedFile(path, body=body, mode=mode, owner=names.user, group=names.group, validation=validation)


def _supervisor(answers: Answers, names: Names, shared: bool = False) -> list[Step]:
    """The supervisor itself, which runs nginx and the application."""
    configuration = from_template(
        "maquette/supervisord.conf",
        conf=names.supervisor,
        environment=names.environment,
        folder=answers.folder,
        log=names.log,
        programs=names.programs,
        run=names.run,
        socket=names.supervisor_socket,
    )
    file = _own_file(names, names.supervisor, configuration)
    running = RunningSupervisor(names.supervisor, bin=names.bin, socket=names.supervisor_socket, user=names.user)
    return [replace(file, shared=shared), replace(running, shared=shared)]


def _supervised(names: Names, program: str, configured_by: Sequence[str]) -> SupervisedProgram:
    return SupervisedProgram(
        program,
        conf=names.supervisor,
        bin=names.bin,
        socket=names.supervisor_socket,
        user=names.user,
        configured_by=tuple(configured_by),
    )


def _program_runs(names: Names, id: str, title: str, program: str) -> ProgramRuns:
    return ProgramRuns(id, title, name=program, socket=names.supervisor_socket, bin=names.bin, conf=names.supervisor)


def _folder(answers: Answers, names: Names) -> Checkpoint:
    """The folder in which all of it lies; the document's instances have a user's home."""
    return Checkpoint(
        "folder",
        title=_("Folder"),
        objective=_("One folder for all of it, closed to others. Nothing is written anywhere else."),
        steps=[
            Directory(answers.folder, owner=names.user, group=names.group, mode=0o700, private=True),
            _own_folder(names, names.receipts, contents=True),
            _own_folder(names, names.data, contents=True),
            _own_folder(names, names.media, contents=True),
            _own_folder(names, names.log, contents=True),
            _own_folder(names, names.run, contents=True),
            _own_folder(names, names.etc),
            _own_folder(names, names.programs),
        ],
        probes=[
            EntryIs(
                "folder.private",
                _("closed to others"),
                path=answers.folder,
                kind="directory",
                owner=names.user,
                at_most=0o700,
            ),
            EntryIs("folder.media", _("folder for attachments"), path=names.media, kind="directory", owner=names.user),
            EntryIs("folder.log", _("folder for logs"), path=names.log, kind="directory", owner=names.user),
        ],
    )


def _code(answers: Answers, names: Names, update_since: float) -> Checkpoint:
    """Section 1.2.2.3, "Création du dossier de l'instance", and the `git checkout` of section 1.2.2.4."""
    python = PythonWithin("code.python", _("Python within its range"), requirement=">=3.10", checkout=names.checkout)
    if answers.source == SAMPLE:
        return Checkpoint(
            "code",
            title=_("Code"),
            objective=_("The sample application that comes with Jalon, in BiomAid's place."),
            steps=[CopiedDirectory(names.checkout, source=names.sample, user=names.user)],
            probes=[
                EntryIs("code.there", _("the code is there"), path=f"{names.checkout}/manage.py", kind="file"),
                python,
            ],
        )
    return Checkpoint(
        "code",
        title=_("Code"),
        objective=_("BiomAid's code, on the revision chosen."),
        steps=[
            Clone(
                names.checkout,
                source=answers.source,
                revision=answers.revision,
                user=names.user,
                update_since=update_since,
            )
        ],
        probes=[
            RevisionHeld("code.revision", _("revision held"), path=names.checkout, revision=answers.revision),
            WorkTreeClean("code.clean", _("code not modified"), path=names.checkout, after=("code.revision",)),
            EntryIs("code.there", _("the code is there"), path=f"{names.checkout}/manage.py", kind="file"),
            python,
        ],
    )


def _environment(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.4, "Initialisation de l'environnement d'exécution"."""
    reader, besides = f"{names.etc}/locked.py", f"{names.etc}/requirements.txt"
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_(
            "The Python modules that the application needs, at the versions it was tested with, and what serves it."
        ),
        steps=[
            _own_file(names, reader, from_template("maquette/locked.py"), validation=PythonCompiles()),
            _own_file(names, besides, from_template("maquette/requirements.txt")),
            LockedEnvironment(
                names.environment,
                checkout=names.checkout,
                user=names.user,
                home=answers.folder,
                reader=reader,
                besides=besides,
                left_out=LEFT_OUT,
                index=answers.python_index,
            ),
        ],
        probes=[
            EnvironmentHoldsLock(
                "environment.lock",
                _("modules as locked"),
                path=names.environment,
                checkout=names.checkout,
                left_out=LEFT_OUT,
                programs=("gunicorn", "supervisord", "supervisorctl"),
                after=("code.there",),
            )
        ],
    )


def _local(names: Names) -> Checkpoint:
    """Section 1.2.2.5, "Création du dossier de configuration locale"."""
    return Checkpoint(
        "local",
        title=_("Local folder"),
        objective=_("What is particular to your site, beside the code, and linked into it."),
        steps=[
            CopiedDirectory(names.local, source=f"{names.checkout}/local_biomaid", user=names.user),
            Link(
                names.local_link,
                target="../local_maquette",
                owner=names.user,
                accepted=(names.local, "../local_maquette/", f"{names.local}/"),
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
    body = from_template(
        "maquette/instance_settings.py",
        user=names.user,
        folder=answers.folder,
        data=names.data,
        database=names.database,
        media=names.media,
        staticfiles=names.staticfiles,
        allowed_hosts=names.allowed_hosts,
        domain=answers.domain,
        debug=answers.debug,
        secret_key=answers.secret_key,
    )
    return Checkpoint(
        "settings",
        title=_("Settings"),
        objective=_("The instance's own settings: names, database, key. Only its user may read them."),
        steps=[_own_file(names, names.settings, body, mode=0o600, validation=PythonCompiles())],
        probes=[
            EntryIs(
                "settings.mode",
                _("only its user reads them"),
                path=names.settings,
                kind="file",
                owner=names.user,
                at_most=0o600,
            ),
            SourceCompiles("settings.compile", _("they compile"), path=names.settings, after=("settings.mode",)),
            SettingsSafe(
                "settings.safe",
                _("key, names and debugging"),
                path=names.settings,
                examples=(
                    f"{names.checkout}/example_instance_settings.py",
                    f"{names.checkout}/local_biomaid/settings.py",
                ),
                hosts=names.allowed_hosts,
                after=("settings.compile",),
            ),
        ],
    )


def _migrate(answers: Answers, names: Names, project: Project) -> Checkpoint:
    """Section 1.2.2.6, "Initialisation de l'application": its tables."""
    steps: list[Step] = [
        Migrate(project),
        Account(
            project,
            name=answers.first_account,
            email=answers.first_account_email,
            password=answers.first_account_password,
            beside_others=answers.demo_data,
        ),
    ]
    if answers.demo_data:
        # Before the account: the first one in it has the same number, and takes its place.
        steps.insert(1, Fixture(project, fixture="fixtures/tests_db.json", home=answers.folder))
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
                database=names.database,
                user_table="common_user",
            ),
            AccountThere(
                "migrate.account",
                _("first account"),
                database=names.database,
                user_table="common_user",
                account=answers.first_account,
                after=("migrate.applied",),
            ),
            EntryIs(
                "migrate.log",
                _("queries.log is the instance's"),
                path=f"{names.checkout}/queries.log",
                kind="file",
                owner=names.user,
            ),
        ],
        trials=[
            TestServerAnswers(
                "migrate.server",
                _("a test server answers"),
                checkout=names.checkout,
                user=names.user,
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
        objective=_("Pictures, styles and scripts gathered in one folder, which are served without the application."),
        steps=[
            CollectedStatics(
                project,
                folder=names.staticfiles,
                home=answers.folder,
                proof="local/Logo BiomAid.png",
                inputs=(f"{names.checkout}/static", f"{names.local}/static"),
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


def _nginx(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.8, "Configuration de nginx"; an nginx of one's own, on a high port."""
    objective = _("nginx, run by you, serves the static files and hands the rest to gunicorn through a socket.")
    running, port, waiting = _("nginx runs"), _("nginx holds the port"), _("/ is 502: nobody listens yet")
    if not names.behind_nginx:
        because = _("there is no nginx here: gunicorn serves alone, static files too")
        skipped = [
            NotApplicable("nginx.running", running, because=because),
            NotApplicable("nginx.port", port, because=because),
            NotApplicable("nginx.waiting", waiting, because=because),
        ]
        return Checkpoint("nginx", title="nginx", objective=objective, probes=skipped)
    site = from_template(
        "maquette/nginx.conf",
        user=names.user,
        run=names.run,
        error_log=names.error_log,
        http_port=answers.http_port,
        names=names.allowed_hosts,
        staticfiles=names.staticfiles,
        media=names.media,
        socket=names.socket,
    )
    program_file = f"{names.programs}/nginx.conf"
    program = from_template(
        "maquette/nginx-program.conf",
        site=names.site,
        folder=answers.folder,
        log=names.log,
        error_log=names.error_log,
    )
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=objective,
        steps=[
            PortFree(answers.http_port, programs=("nginx",), own=True),
            _own_file(names, names.site, site, validation=NginxAcceptsAlone()),
            *_supervisor(answers, names),
            _own_file(names, program_file, program),
            _supervised(names, "nginx", configured_by=(program_file, names.site)),
        ],
        probes=[
            _program_runs(names, "nginx.running", running, "nginx"),
            PortHeldBy("nginx.port", port, port=answers.http_port, program="nginx", after=("nginx.running",)),
            *_served(answers, names, "nginx", after=("nginx.port",)),
            NobodyListens(
                "nginx.waiting",
                waiting,
                path="/",
                host="localhost",
                port=answers.http_port,
                socket=names.socket,
                error_log=names.error_log,
                expected_until="service",
                after=("nginx.port",),
            ),
        ],
    )


def _served(answers: Answers, names: Names, checkpoint: str, after: tuple[str, ...]) -> list[Probe]:
    """What must be served, and what never may be, by whoever serves."""
    return [
        PageAnswers(
            f"{checkpoint}.logo",
            _("the logo arrives as a picture"),
            path=LOGO,
            host="localhost",
            port=answers.http_port,
            type="image/png",
            signature=PNG,
            error_log=names.error_log,
            after=(*after, "static.logo"),
        ),
        NotServed(
            f"{checkpoint}.settings",
            _("settings are not served"),
            path="/biomaid/instance_settings.py",
            host="localhost",
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            error_log=names.error_log,
            after=after,
        ),
        NotServed(
            f"{checkpoint}.traversal",
            _("/static.. leads nowhere"),
            path="/static../biomaid/instance_settings.py",
            host="localhost",
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            error_log=names.error_log,
            after=after,
        ),
    ]


def _service(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.9, "Création et lancement du service", by the supervisor that it names beside systemd."""
    program_file, gunicorn_file = f"{names.programs}/biomaid.conf", f"{names.etc}/gunicorn.conf.py"
    serve_file = f"{names.etc}/serve.py"
    program = from_template(
        "maquette/biomaid-program.conf",
        user=names.user,
        folder=answers.folder,
        checkout=names.checkout,
        environment=names.environment,
        etc=names.etc,
        log=names.log,
        workers=answers.workers,
        bind=f"unix:{names.socket}" if names.behind_nginx else f"0.0.0.0:{answers.http_port}",
        application="dra.wsgi" if names.behind_nginx else "serve",
    )
    # What the process has read: a change of any of these calls for a restart.
    configured_by = (
        program_file,
        gunicorn_file,
        serve_file,
        names.settings,
        f"{names.checkout}/.git/HEAD",
        f"{names.checkout}/.git/jalon.json",
        f"{names.receipts}/state/jalon/environment.json",
    )
    steps: list[Step] = [
        # Where nginx runs under it too, that it runs says nothing of this checkpoint.
        *_supervisor(answers, names, shared=names.behind_nginx),
        _own_file(names, gunicorn_file, from_template("maquette/gunicorn.conf.py"), validation=PythonCompiles()),
        _own_file(names, program_file, program),
        _supervised(names, "biomaid", configured_by),
    ]
    if not names.behind_nginx:
        serve = from_template("maquette/serve.py", media=names.media, staticfiles=names.staticfiles)
        steps = [
            PortFree(answers.http_port, programs=("gunicorn", "python", "python3"), own=True),
            _own_file(names, serve_file, serve, validation=PythonCompiles()),
            *steps,
        ]
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs the application under a supervisor, and comes back when it dies."),
        steps=steps,
        probes=_service_probes(answers, names),
        trials=_service_trials(answers, names),
    )


def _service_probes(answers: Answers, names: Names) -> list[Probe]:
    reached = _served(answers, names, "service", after=("service.active",))
    page_after: tuple[str, ...] = ("service.active",)
    if names.behind_nginx:
        page_after = ("service.socket", "nginx.port")
        reached = [
            SocketHeld(
                "service.socket",
                _("it listens on its socket"),
                path=names.socket,
                owner=names.user,
                after=("service.active",),
            )
        ]
    return [
        _program_runs(names, "service.active", _("the service runs"), "biomaid"),
        *reached,
        ProgramWorkers(
            "service.workers",
            _("workers as asked"),
            name="biomaid",
            socket=names.supervisor_socket,
            user=names.user,
            count=answers.workers,
            after=("service.active",),
        ),
        FormThere(
            "service.page",
            _("the sign-in page arrives"),
            path="/",
            host="localhost",
            port=answers.http_port,
            error_log=names.error_log,
            after=page_after,
        ),
    ]


def _service_trials(answers: Answers, names: Names) -> list[Trial]:
    return [
        LogsIn(
            "service.login",
            _("the first account logs in"),
            path="/",
            host="localhost",
            port=answers.http_port,
            account=answers.first_account,
            password=answers.first_account_password,
            after=("service.page", "migrate.account"),
        ),
        MediaArrives(
            "service.media",
            _("an attachment arrives"),
            media=names.media,
            user=names.user,
            host="localhost",
            port=answers.http_port,
            after=("service.page",),
        ),
        ProgramComesBack(
            "service.return",
            _("it comes back when killed"),
            name="biomaid",
            socket=names.supervisor_socket,
            user=names.user,
            path="/",
            host="localhost",
            port=answers.http_port,
            after=("service.page",),
        ),
    ]


def _cron(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.11, "Programmation des tâches périodiques"."""
    title = _("jobs in the crontab")
    example = f"{names.etc}/crontab.txt"
    steps: list[Step] = [_own_file(names, example, from_template("maquette/crontab.txt", lines=names.crontab))]
    because = _("not installed, for nobody asked (the answer `cron`); the lines lie in {path}").format(path=example)
    probe: Probe = NotApplicable("cron.lines", title, because=because)
    if answers.cron:
        steps.append(CrontabLines(names.user, lines=names.crontab, home=answers.folder, scripts=SCRIPTS))
        probe = Scheduled("cron.lines", title, user=names.user, lines=names.crontab, scripts=SCRIPTS)
    return Checkpoint(
        "cron",
        title=_("Scheduled jobs"),
        objective=_("BiomAid's background jobs, every quarter, hour, day and week: shown, or installed if asked."),
        steps=steps,
        probes=[probe],
    )
