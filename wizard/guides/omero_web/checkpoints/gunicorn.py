"""The service: section "Automatically running OMERO.web"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from wizard.api import (
    Answers,
    Checkpoint,
    ComesBack,
    FormThere,
    GeneratedFile,
    PortHeldBy,
    Probe,
    RequestsMayLast,
    RoomLeft,
    RunningUnit,
    Service,
    SystemdAccepts,
    UnitIs,
    UnitRuns,
    WorkerCount,
    _,
    from_template,
)
from wizard.guides.omero_web.checkpoints.web import site_diagnosis
from wizard.guides.omero_web.names import UNIT, Names
from wizard.guides.omero_web.parts.causes import candidates
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.servers import ServersAnswer

# The timeout that OMERO.web gives gunicorn, in seconds (`omero.web.wsgi_timeout`).
OWN_TIMEOUT = 60


def service(answers: Answers, names: Names) -> Checkpoint:
    """Section "Automatically running OMERO.web"."""
    unit_path = f"/etc/systemd/system/{UNIT}"
    unit = _unit(answers, names, unit_path)
    # The service is restarted when one of these has changed.
    configured_by = (unit_path, names.omero.properties.file)
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs OMERO.web, starts with the machine, and comes back when it dies."),
        steps=[unit, RunningUnit(UNIT, configured_by=configured_by, environment=answers.venv)],
        probes=_probes(answers, names, unit_path),
        trials=[
            ComesBack(
                "service.return",
                _("it comes back when killed"),
                unit=UNIT,
                path=names.login,
                host=names.upstream,
                port=answers.app_port,
                after=("service.direct", "service.restart"),
                step=unit.key,
                address=names.upstream,
            )
        ],
    )


def _probes(answers: Answers, names: Names, unit_path: str) -> Sequence[Probe]:
    """What is seen of the running service."""
    probes: list[Probe] = [
        RoomLeft("service.room", _("room where it writes"), folders=_written(answers)),
        UnitRuns(
            "service.active", _("the service runs"), unit=UNIT, service=_service_diagnosis(answers, names, unit_path)
        ),
        UnitIs("service.restart", _("it comes back by itself"), unit=UNIT, restart="on-failure", ours=unit_path),
        PortHeldBy(
            "service.port",
            _("gunicorn holds its port"),
            port=answers.app_port,
            program="gunicorn",
            after=("service.active",),
        ),
        WorkerCount(
            "service.workers",
            _("workers as asked"),
            unit=UNIT,
            user=answers.user,
            count=answers.workers,
            after=("service.active",),
        ),
        RequestsMayLast(
            "service.timeout",
            _("requests may take their time"),
            unit=UNIT,
            least=OWN_TIMEOUT,
            said="`omero.web.wsgi_args`",
        ),
        FormThere(
            "service.direct",
            _("the login page arrives by itself"),
            path=names.login,
            host=names.upstream,
            port=answers.app_port,
            address=names.upstream,
            after=("service.port",),
        ),
    ]
    server = _("OMERO.server can be connected to")
    probes.append(
        ServersAnswer("service.server", server, omero=names.omero, unit=UNIT, expected=str(answers.omero_server))
    )
    if answers.nginx_here:
        probes.append(
            FormThere(
                "service.page",
                _("and through nginx"),
                path=names.login,
                host=names.asked_as,
                port=answers.http_port,
                site=site_diagnosis(answers, names),
                after=("service.direct", "nginx.port"),
            )
        )
    return probes


def _unit(answers: Answers, names: Names, path: str) -> GeneratedFile:
    """The unit, tried with a command of OMERO.web's before it takes the place of another."""
    body = from_template(
        "omero_web/omero-web.service",
        user=answers.user,
        omerodir=answers.omerodir,
        venv=answers.venv,
        nginx_here=answers.nginx_here,
        redis=names.redis,
        own_view=names.facts.own_view,
        places=names.places_in_homes,
    )
    folder = f"OMERODIR={answers.omerodir}"
    tried = ("/usr/bin/env", folder, f"{answers.venv}/bin/omero", "config", "get", "omero.web.prefix")
    return GeneratedFile(path, body=body, validation=SystemdAccepts(tried=tried, user=answers.user))


def _own_files(omero: Omero) -> tuple[str, ...]:
    """What lies deeper in its folder, and a start reads or writes."""
    return (omero.properties.file, omero.pid_file, f"{omero.folder}/var/static")


def _written(answers: Answers) -> tuple[str, ...]:
    """Where it writes, and where something writes for it: sessions, downloads and uploads on their way, logs."""
    own = (answers.omerodir, f"{answers.omerodir}/var", f"{answers.omerodir}/var/log")
    of_nginx = ("/var/lib/nginx/body", "/var/lib/nginx/proxy", "/var/log/nginx") if answers.nginx_here else ()
    return (*own, "/tmp", "/var/tmp", *of_nginx)  # noqa: S108 - looked at only


def _service_diagnosis(answers: Answers, names: Names, unit_file: str) -> Service:
    """Where its log and files lie, to diagnose why the service does not run."""
    return Service(
        user=answers.user,
        folder=answers.omerodir,
        log=f"{answers.omerodir}/var/log/OMEROweb.log",
        environments=str(PurePosixPath(answers.venv).parent),
        program="gunicorn",
        files=_own_files(names.omero),
        more=candidates(names.omero, unit_file, answers.app_port),
    )
