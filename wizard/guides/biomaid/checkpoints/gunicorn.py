"""The service: section 1.2.2.9."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Answers,
    Checkpoint,
    ComesBack,
    CopiedFile,
    Directory,
    FormThere,
    GeneratedFile,
    LogsIn,
    MediaArrives,
    RunningUnit,
    Service,
    SocketHeld,
    Step,
    SystemdAccepts,
    Trial,
    UnitIs,
    UnitRuns,
    WorkerCount,
    _,
    from_template,
)
from wizard.guides.biomaid.checkpoints.web import site_diagnosis
from wizard.guides.biomaid.names import Names
from wizard.guides.biomaid.parts.causes import local_missing


def service(answers: Answers, names: Names) -> Checkpoint:
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
                site=site_diagnosis(answers, names),
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
