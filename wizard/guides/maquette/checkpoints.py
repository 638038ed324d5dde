"""The practice instance's ten checkpoints: those of BiomAid that make sense without root, in the same order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.api import (
    Answers,
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
    NotHere,
    NotServed,
    PageAnswers,
    PortFree,
    PortHeldBy,
    Probe,
    ProgramComesBack,
    ProgramRuns,
    ProgramWorkers,
    Project,
    PythonCompiles,
    PythonWithin,
    Rendered,
    RevisionHeld,
    RunningSupervisor,
    Scheduled,
    SettingsSafe,
    SocketHeld,
    SourceCompiles,
    Step,
    SupervisedProgram,
    TestServerAnswers,
    Validation,
    WorkTreeClean,
    _,
    replace,
)
from wizard.guides.maquette.names import LOGO, SAMPLE, SCRIPTS, Names
from wizard.probes.django import AccountThere, MigrationsApplied
from wizard.steps.django import Account, CollectedStatics, Fixture, Migrate

PNG = b"\x89PNG\r\n\x1a\n"
MARKS = (b"SECRET_KEY", b"DATABASES")
# SQLite needs no driver, and this one would have to be compiled.
LEFT_OUT = ("psycopg2",)


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers, for whoever asks: all of it is theirs."""
    m = _Maquette(a, facts, circumstances)
    return (
        m.folder(),
        m.code(),
        m.environment(),
        m.local(),
        m.settings(),
        m.migrate(),
        m.static(),
        m.nginx(),
        m.service(),
        m.cron(),
    )


class _Maquette:
    """The checkpoints, with what several of them need."""

    def __init__(self, a: Answers, facts: Facts, circumstances: Circumstances) -> None:
        self.a, self.n = a, Names(a)
        self.circumstances = circumstances
        self.user, self.group = facts.user, facts.group
        self.behind_nginx = a.web_server == "nginx"
        self.here = ("localhost", a.http_port)
        self.project = Project(self.n.checkout, self.user, self.n.python, self.n.database, user_table="common_user")
        # What the templates may name.
        self.values = {
            **{"user": self.user, "folder": a.folder, "environment": self.n.environment, "etc": self.n.etc},
            **{"log": self.n.log, "run": self.n.run, "media": self.n.media, "staticfiles": self.n.staticfiles},
            **{"checkout": self.n.checkout, "data": self.n.data, "database": self.n.database},
            **{"allowed_hosts": self.n.allowed_hosts, "names": self.n.allowed_hosts, "http_port": a.http_port},
        }

    def own(self, path: str, contents: bool = False) -> Directory:
        """A folder of whoever asks."""
        return Directory(path, self.user, self.group, contents=contents)

    def generated(
        self,
        path: str,
        template: str,
        values: Mapping[str, object] | None = None,
        mode: int = 0o644,
        validation: Validation | None = None,
    ) -> Step:
        """A file from a template."""
        body = Rendered(f"maquette/{template}", {**self.values, **(values or {})})
        return GeneratedFile(path, body, mode, self.user, self.group, validation)

    def supervised(self, name: str, *configured_by: str) -> Step:
        """A program under the supervisor."""
        n = self.n
        return SupervisedProgram(name, n.supervisor, n.bin, n.supervisor_socket, self.user, configured_by)

    def supervisor(self) -> list[Step]:
        """The supervisor itself."""
        n = self.n
        values = {"conf": n.supervisor, "socket": n.supervisor_socket, "programs": n.programs}
        return [
            self.generated(n.supervisor, "supervisord.conf", values),
            RunningSupervisor(n.supervisor, n.bin, n.supervisor_socket, self.user),
        ]

    def runs(self, id: str, title: str, name: str) -> Probe:
        """Whether a program runs."""
        return ProgramRuns(id, title, name, self.n.supervisor_socket, self.n.bin, self.n.supervisor)

    def folder(self) -> Checkpoint:
        """Where all of it lies."""
        n = self.n
        return Checkpoint(
            "folder",
            title=_("Folder"),
            objective=_("One folder for all of it, closed to others. Nothing is written anywhere else."),
            steps=[
                Directory(self.a.folder, self.user, self.group, 0o700, private=True),
                *(self.own(path, contents=True) for path in (n.receipts, n.data, n.media, n.log, n.run)),
                *(self.own(path) for path in (n.etc, n.programs)),
            ],
            probes=[
                EntryIs(
                    "folder.private",
                    _("closed to others"),
                    self.a.folder,
                    "directory",
                    self.user,
                    at_most=0o700,
                ),
                EntryIs("folder.media", _("folder for attachments"), n.media, "directory", self.user),
                EntryIs("folder.log", _("folder for logs"), n.log, "directory", self.user),
            ],
        )

    def code(self) -> Checkpoint:
        """1.2.2.3"""
        n, a = self.n, self.a
        python = PythonWithin("code.python", _("Python within its range"), ">=3.10", n.checkout)
        if a.source == SAMPLE:
            return Checkpoint(
                "code",
                title=_("Code"),
                objective=_("The sample application that comes with Jalon, in BiomAid's place."),
                steps=[CopiedDirectory(n.checkout, n.sample, self.user)],
                probes=[EntryIs("code.there", _("the code is there"), f"{n.checkout}/manage.py", "file"), python],
            )
        return Checkpoint(
            "code",
            title=_("Code"),
            objective=_("BiomAid's code, on the revision chosen."),
            steps=[Clone(n.checkout, a.source, a.revision, self.user, self.circumstances.update_since)],
            probes=[
                RevisionHeld("code.revision", _("revision held"), n.checkout, a.revision),
                WorkTreeClean("code.clean", _("code not modified"), n.checkout, after=("code.revision",)),
                EntryIs("code.there", _("the code is there"), f"{n.checkout}/manage.py", "file"),
                python,
            ],
        )

    def environment(self) -> Checkpoint:
        """1.2.2.4"""
        n = self.n
        reader, besides = f"{n.etc}/locked.py", f"{n.etc}/requirements.txt"
        return Checkpoint(
            "environment",
            title=_("Environment"),
            objective=_(
                "The Python modules that the application needs, at the versions it was tested with, and what serves it."
            ),
            steps=[
                self.generated(reader, "locked.py", validation=PythonCompiles()),
                self.generated(besides, "requirements.txt"),
                LockedEnvironment(
                    *(n.environment, n.checkout, self.user, self.a.folder, reader, besides, LEFT_OUT),
                    index=self.a.python_index,
                ),
            ],
            probes=[
                EnvironmentHoldsLock(
                    *("environment.lock", _("modules as locked"), n.environment, n.checkout, LEFT_OUT),
                    programs=("gunicorn", "supervisord", "supervisorctl"),
                    after=("code.there",),
                )
            ],
        )

    def local(self) -> Checkpoint:
        """1.2.2.5"""
        n = self.n
        return Checkpoint(
            "local",
            title=_("Local folder"),
            objective=_("What is particular to your site, beside the code, and linked into it."),
            steps=[
                CopiedDirectory(n.local, f"{n.checkout}/local_biomaid", self.user),
                Link(n.link, "../local_maquette", self.user, accepted=(n.local, "../local_maquette/", f"{n.local}/")),
            ],
            probes=[
                LinkLeads("local.link", _("local leads to the folder"), n.link),
                SourceCompiles(
                    "local.settings", _("its settings compile"), f"{n.link}/settings.py", after=("local.link",)
                ),
            ],
        )

    def settings(self) -> Checkpoint:
        """1.2.2.6, the settings"""
        n, a = self.n, self.a
        given = {"domain": a.domain, "debug": a.debug, "secret_key": a.secret_key}
        return Checkpoint(
            "settings",
            title=_("Settings"),
            objective=_("The instance's own settings: names, database, key. Only its user may read them."),
            steps=[self.generated(n.settings, "instance_settings.py", given, 0o600, PythonCompiles())],
            probes=[
                EntryIs("settings.mode", _("only its user reads them"), n.settings, "file", self.user, at_most=0o600),
                SourceCompiles("settings.compile", _("they compile"), n.settings, after=("settings.mode",)),
                SettingsSafe(
                    *("settings.safe", _("key, names and debugging"), n.settings),
                    examples=(f"{n.checkout}/example_instance_settings.py", f"{n.checkout}/local_biomaid/settings.py"),
                    hosts=n.allowed_hosts,
                    after=("settings.compile",),
                ),
            ],
        )

    def migrate(self) -> Checkpoint:
        """1.2.2.6, the tables"""
        n, a = self.n, self.a
        steps: list[Step] = [
            Migrate(self.project),
            Account(
                self.project,
                a.first_account,
                a.first_account_email,
                a.first_account_password,
                beside_others=a.demo_data,
            ),
        ]
        if a.demo_data:
            # Before the account: the first one in it has the same number, and takes its place.
            steps.insert(1, Fixture(self.project, "fixtures/tests_db.json", a.folder))
        return Checkpoint(
            "migrate",
            title=_("Migrations"),
            objective=_("The tables that BiomAid needs, and a first account, for nobody can log in without one."),
            steps=steps,
            probes=[
                MigrationsApplied(
                    *("migrate.applied", _("no migration pending"), n.checkout, n.database),
                    user_table="common_user",
                ),
                AccountThere(
                    *("migrate.account", _("first account"), n.database, "common_user", a.first_account),
                    after=("migrate.applied",),
                ),
                EntryIs(
                    "migrate.log", _("queries.log is the instance's"), f"{n.checkout}/queries.log", "file", self.user
                ),
            ],
            trials=[
                TestServerAnswers(
                    *("migrate.server", _("a test server answers"), n.checkout, self.user, n.python),
                    after=("migrate.applied",),
                )
            ],
        )

    def static(self) -> Checkpoint:
        """1.2.2.7"""
        n = self.n
        return Checkpoint(
            "static",
            title=_("Static files"),
            objective=_(
                "Pictures, styles and scripts gathered in one folder, which are served without the application."
            ),
            steps=[
                CollectedStatics(
                    *(self.project, n.staticfiles, self.a.folder),
                    proof="local/Logo BiomAid.png",
                    inputs=(f"{n.checkout}/static", f"{n.local}/static"),
                )
            ],
            probes=[
                EntryIs("static.logo", _("the logo is collected"), f"{n.staticfiles}/local/Logo BiomAid.png", "file"),
            ],
        )

    def nginx(self) -> Checkpoint:
        """1.2.2.8"""
        n, port = self.n, self.a.http_port
        objective = _("nginx, run by you, serves the static files and hands the rest to gunicorn through a socket.")
        titles = {
            "nginx.running": _("nginx runs"),
            "nginx.port": _("nginx holds the port"),
            "nginx.waiting": _("/ is 502: nobody listens yet"),
        }
        if not self.behind_nginx:
            because = _("there is no nginx here: gunicorn serves alone, static files too")
            skipped = [NotHere(id, title, because) for id, title in titles.items()]
            return Checkpoint("nginx", title="nginx", objective=objective, probes=skipped)
        program = f"{n.programs}/nginx.conf"
        values = {"error_log": n.error_log, "socket": n.socket, "site": n.site}
        return Checkpoint(
            "nginx",
            title="nginx",
            objective=objective,
            steps=[
                PortFree(port, programs=("nginx",), own=True),
                self.generated(n.site, "nginx.conf", values, validation=NginxAcceptsAlone()),
                *self.supervisor(),
                self.generated(program, "nginx-program.conf", values),
                self.supervised("nginx", program, n.site),
            ],
            probes=[
                self.runs("nginx.running", titles["nginx.running"], "nginx"),
                PortHeldBy("nginx.port", titles["nginx.port"], port, "nginx", after=("nginx.running",)),
                *self.served("nginx", after=("nginx.port",)),
                NobodyListens(
                    *("nginx.waiting", titles["nginx.waiting"], "/", *self.here, n.socket, n.error_log),
                    expected_until="service",
                    after=("nginx.port",),
                ),
            ],
        )

    def served(self, point: str, after: tuple[str, ...]) -> list[Probe]:
        """What must be served, and what never may be, by whoever serves."""
        log = self.n.error_log
        return [
            PageAnswers(
                *(f"{point}.logo", _("the logo arrives as a picture"), LOGO, *self.here),
                type="image/png",
                signature=PNG,
                error_log=log,
                after=(*after, "static.logo"),
            ),
            NotServed(
                f"{point}.settings",
                _("settings are not served"),
                "/biomaid/instance_settings.py",
                *self.here,
                MARKS,
                log,
                after,
            ),
            NotServed(
                f"{point}.traversal",
                _("/static.. leads nowhere"),
                "/static../biomaid/instance_settings.py",
                *self.here,
                MARKS,
                log,
                after,
            ),
        ]

    def service(self) -> Checkpoint:
        """1.2.2.9"""
        n, a = self.n, self.a
        program, config, serve = f"{n.programs}/biomaid.conf", f"{n.etc}/gunicorn.conf.py", f"{n.etc}/serve.py"
        alone: list[Step] = []
        if not self.behind_nginx:
            alone = [
                PortFree(a.http_port, programs=("gunicorn", "python", "python3"), own=True),
                self.generated(serve, "serve.py", validation=PythonCompiles()),
            ]
        values = {
            "workers": a.workers,
            "bind": f"unix:{n.socket}" if self.behind_nginx else f"0.0.0.0:{a.http_port}",
            "application": "dra.wsgi" if self.behind_nginx else "serve",
        }
        reached = ("service.socket", "nginx.port") if self.behind_nginx else ("service.active",)
        return Checkpoint(
            "service",
            title="Service",
            objective=_("gunicorn runs the application under a supervisor, and comes back when it dies."),
            steps=[
                *alone,
                # Where nginx runs under it too, that it runs says nothing of this checkpoint.
                *(replace(step, shared=self.behind_nginx) for step in self.supervisor()),
                self.generated(config, "gunicorn.conf.py", validation=PythonCompiles()),
                self.generated(program, "biomaid-program.conf", values),
                # What the process has read: a change of any of these calls for a restart.
                self.supervised(
                    "biomaid",
                    *(program, config, serve, n.settings, f"{n.checkout}/.git/HEAD", f"{n.checkout}/.git/jalon.json"),
                    f"{n.receipts}/state/jalon/environment.json",
                ),
            ],
            probes=[
                self.runs("service.active", _("the service runs"), "biomaid"),
                *(
                    [
                        SocketHeld(
                            "service.socket",
                            _("it listens on its socket"),
                            n.socket,
                            self.user,
                            after=("service.active",),
                        )
                    ]
                    if self.behind_nginx
                    else self.served("service", after=("service.active",))
                ),
                ProgramWorkers(
                    *("service.workers", _("workers as asked"), "biomaid", n.supervisor_socket, self.user, a.workers),
                    after=("service.active",),
                ),
                FormThere(
                    *("service.page", _("the sign-in page arrives"), "/", *self.here),
                    error_log=n.error_log,
                    after=reached,
                ),
            ],
            trials=[
                LogsIn(
                    *("service.login", _("the first account logs in"), "/", *self.here),
                    *(a.first_account, a.first_account_password),
                    after=("service.page", "migrate.account"),
                ),
                MediaArrives(
                    *("service.media", _("an attachment arrives"), n.media, self.user, *self.here),
                    after=("service.page",),
                ),
                ProgramComesBack(
                    *("service.return", _("it comes back when killed"), "biomaid", n.supervisor_socket, self.user),
                    *("/", *self.here),
                    after=("service.page",),
                ),
            ],
        )

    def cron(self) -> Checkpoint:
        """1.2.2.11"""
        n, title = self.n, _("jobs in the crontab")
        example = f"{n.etc}/crontab.txt"
        steps: list[Step] = [self.generated(example, "crontab.txt", {"lines": n.crontab})]
        because = _("not installed, for nobody asked (the answer `cron`); the lines lie in {path}").format(path=example)
        probe: Probe = NotHere("cron.lines", title, because)
        if self.a.cron:
            steps.append(CrontabLines(self.user, n.crontab, self.a.folder, SCRIPTS))
            probe = Scheduled("cron.lines", title, self.user, n.crontab, SCRIPTS)
        return Checkpoint(
            "cron",
            title=_("Scheduled jobs"),
            objective=_("BiomAid's background jobs, every quarter, hour, day and week: shown, or installed if asked."),
            steps=steps,
            probes=[probe],
        )
