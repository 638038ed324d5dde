"""The service: section 1.2.2.9."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    FormThere,
    LogsIn,
    MediaArrives,
    MediaHarmless,
    PortFree,
    Probe,
    ProgramComesBack,
    ProgramWorkers,
    PythonCompiles,
    SocketHeld,
    Step,
    Trial,
    _,
    from_template,
)
from wizard.guides.maquette.checkpoints.own import own_file
from wizard.guides.maquette.checkpoints.supervisor import program_runs, supervised, supervisor
from wizard.guides.maquette.checkpoints.web import served
from wizard.guides.maquette.names import Names


def service(answers: Answers, names: Names) -> Checkpoint:
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
    # The service is restarted when one of these has changed.
    configured_by = (
        program_file,
        gunicorn_file,
        serve_file,
        names.settings,
        f"{names.checkout}/.git/HEAD",
        f"{names.checkout}/.git/jalon.json",
        f"{names.receipts}/state/jalon/environment.json",
    )
    steps: list[Step] = []
    if not names.behind_nginx:
        # gunicorn serves the static files too.
        serve = from_template("maquette/serve.py", media=names.media, staticfiles=names.staticfiles)
        steps += [
            PortFree(answers.http_port, programs=("gunicorn", "python", "python3"), own=True),
            own_file(names, serve_file, serve, validation=PythonCompiles()),
        ]
    steps += [
        # Shared where nginx runs under it too: that it runs does not show that this checkpoint was reached.
        *supervisor(answers, names, shared=names.behind_nginx),
        own_file(names, gunicorn_file, from_template("maquette/gunicorn.conf.py"), validation=PythonCompiles()),
        own_file(names, program_file, program),
        supervised(names, "biomaid", configured_by),
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
    reached = served(answers, names, "service", after=("service.active",))
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
        program_runs(names, "service.active", _("the service runs"), "biomaid"),
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
    harmless = MediaHarmless(
        "service.media-safe",
        _("attachments are no pages"),
        media=names.media,
        user=names.user,
        host="localhost",
        port=answers.http_port,
        site=names.site,
        after=("service.page",),
    )
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
            account=answers.first_account,
            password=answers.first_account_password,
            after=("service.page",),
        ),
        # gunicorn alone serves a trial to whoever sits at this machine.
        *([harmless] if names.behind_nginx else []),
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
