"""nginx: section 1.2.2.8."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    NginxAcceptsAlone,
    NobodyListens,
    NotApplicable,
    NotServed,
    PageAnswers,
    PortFree,
    PortHeldBy,
    Probe,
    _,
    from_template,
)
from wizard.guides.maquette.checkpoints.own import own_file
from wizard.guides.maquette.checkpoints.supervisor import program_runs, supervised, supervisor
from wizard.guides.maquette.names import LOGO, Names

# The first bytes of every PNG picture.
PNG = b"\x89PNG\r\n\x1a\n"
# Words of the settings, which no answer may contain.
WORDS_OF_SETTINGS = (b"SECRET_KEY", b"DATABASES")


def nginx(answers: Answers, names: Names, here: bool) -> Checkpoint:
    """Section 1.2.2.8, "Configuration de nginx"; an nginx of one's own, on a high port. `here`: this machine
    has nginx, whatever was answered."""
    objective = _("nginx, run by you, serves the static files and hands the rest to gunicorn through a socket.")
    running, port, waiting = _("nginx runs"), _("nginx holds the port"), _("/ is 502: nobody listens yet")
    if not names.behind_nginx:
        because = _("there is no nginx here: gunicorn serves alone, static files too")
        if here:
            because = _("this instance was made without nginx: gunicorn serves alone; its answers can name nginx now")
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
        folder=answers.folder,
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
            own_file(names, names.site, site, validation=NginxAcceptsAlone()),
            *supervisor(answers, names),
            own_file(names, program_file, program),
            supervised(names, "nginx", configured_by=(program_file, names.site)),
        ],
        probes=[
            program_runs(names, "nginx.running", running, "nginx"),
            PortHeldBy("nginx.port", port, port=answers.http_port, program="nginx", after=("nginx.running",)),
            *served(answers, names, "nginx", after=("nginx.port",)),
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


def served(answers: Answers, names: Names, checkpoint: str, after: tuple[str, ...]) -> list[Probe]:
    """The probes of what must be served and what never may be. `checkpoint` is the one whose program serves:
    `nginx`, or `service` where there is no nginx."""
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
