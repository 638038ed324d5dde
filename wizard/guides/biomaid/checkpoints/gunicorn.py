"""The service: section 1.2.2.9."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Answers,
    Body,
    BroughtUnit,
    Checkpoint,
    ComesBack,
    Directory,
    FileSent,
    FormThere,
    GeneratedFile,
    Get,
    LogsIn,
    MediaArrives,
    MediaHarmless,
    Probe,
    RequestsMayLast,
    RoomLeft,
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

# Settings of `templates/biomaid/biomaid-instance@.service` that the document's unit has; the others were added.
ESSENTIAL = (
    *("Type", "User", "Group", "WorkingDirectory", "RuntimeDirectory", "ExecStart", "ExecReload", "KillMode"),
    *("TimeoutStopSec", "PrivateTmp"),
)
# A folder that all instances share, given to the one that was started last. gunicorn needs none.
REPLACED = (("RuntimeDirectory", "gunicorn"),)
# What is started once as the unit would have it, before the unit takes the place of another.
TRIED = ("/usr/bin/bash", "run-instance.sh", "check")


def service(answers: Answers, names: Names, own_view: bool) -> Checkpoint:
    """Section 1.2.2.9, "Création et lancement du service"; `own_view` as in `Facts`."""
    unit_file = "/etc/systemd/system/biomaid-instance@.service"
    # What is to be added to its [Service], such as Environment=, goes into the drop-in of `restart_conf`.
    unit_body = from_template("biomaid/biomaid-instance@.service", own_view=own_view)
    restart_conf = f"/etc/systemd/system/{names.unit}.d/restart.conf"
    drop_in = GeneratedFile(restart_conf, body=from_template("biomaid/restart.conf", instance=answers.instance))
    steps: list[Step] = []
    if names.has_documented_unit:
        runs = SystemdAccepts(answers.instance, tried=TRIED, user=answers.instance, folder=names.checkout)
        steps.append(GeneratedFile(unit_file, body=unit_body, validation=runs, shared=True))
    steps += [
        Directory(f"/etc/systemd/system/{names.unit}.d"),
        drop_in,
        RunningUnit(
            names.unit,
            # The service is restarted when one of these has changed.
            configured_by=(
                unit_file,
                restart_conf,
                names.settings,
                names.config,
                f"{names.checkout}/.git/HEAD",
                f"{names.home}/.local/state/jalon/environment.json",
                f"{names.checkout}/.git/jalon.json",
            ),
        ),
    ]
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs BiomAid, starts with the machine, and comes back when it dies."),
        steps=steps,
        probes=_service_probes(answers, names, unit_body, restart_conf),
        trials=_service_trials(answers, names, restart_step=drop_in.key),
    )


def _service_probes(answers: Answers, names: Names, unit_body: Body, restart_conf: str) -> Sequence[Probe]:
    """What is seen of the running service."""
    return [
        UnitRuns("service.active", _("the service runs"), unit=names.unit, service=_service_diagnosis(answers, names)),
        UnitIs(
            "service.restart",
            _("it comes back by itself"),
            unit=names.unit,
            restart="on-failure",
            ours=restart_conf,
        ),
        # The code's own is its user's to change: root never installs it.
        BroughtUnit(
            "service.unit-differs",
            _("the code's unit does the same"),
            path=f"{names.checkout}/tools/biomaid-instance@.service",
            ours=unit_body,
            unit=names.unit,
            essential=ESSENTIAL,
            replaced=REPLACED,
        ),
        SocketHeld(
            "service.socket",
            _("it listens on its socket"),
            path=names.socket,
            owner=answers.instance,
            unit=names.unit,
            page=Get("/", answers.asked_as, answers.http_port, follow=5),
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
        RequestsMayLast(
            "service.timeout",
            _("requests may take their time"),
            unit=names.unit,
            least=30,  # gunicorn's own
            said=f"`{names.checkout}/run-instance.sh`",
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
        RoomLeft("service.room", _("room where it writes"), folders=_written(answers, names), port=answers.db_port),
    ]


def _written(answers: Answers, names: Names) -> tuple[str, ...]:
    """Where the instance writes, and where something writes for it: sessions and caches, uploads on their way, logs."""
    own = (names.home, names.checkout, names.media, names.log)
    backups = () if answers.backup_command else (answers.backup_directory,)
    return (*own, "/tmp", "/var/tmp", names.here.named("nginx-bodies"), "/var/log/nginx", *backups)  # noqa: S108 - looked at only


def _service_trials(answers: Answers, names: Names, restart_step: str) -> Sequence[Trial]:
    """What is tried on the running service; `restart_step` is the key of the step that sets its Restart=."""
    return [
        LogsIn(
            "service.login",
            _("the first account logs in"),
            path="/",
            host=answers.asked_as,
            port=answers.http_port,
            account=answers.first_account,
            password=answers.first_account_password,
            site=site_diagnosis(answers, names),
            after=("service.page", "migrate.account"),
        ),
        FileSent(
            "service.upload",
            _("a file of 4 MiB gets through"),
            path="/",
            host=answers.asked_as,
            port=answers.http_port,
            site=site_diagnosis(answers, names),
            account=answers.first_account,
            password=answers.first_account_password,
            after=("service.page",),
        ),
        MediaArrives(
            "service.media",
            _("an attachment arrives"),
            media=names.media,
            user=answers.instance,
            host=answers.asked_as,
            port=answers.http_port,
            account=answers.first_account,
            password=answers.first_account_password,
            after=("nginx.port",),
        ),
        MediaHarmless(
            "service.media-safe",
            _("attachments are no pages"),
            media=names.media,
            user=answers.instance,
            host=answers.asked_as,
            port=answers.http_port,
            site=answers.site,
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
            step=restart_step,
        ),
    ]


def _service_diagnosis(answers: Answers, names: Names) -> Service:
    """Where its log and files lie, to diagnose why the service does not run."""
    return Service(
        user=answers.instance,
        folder=names.checkout,
        log=f"{names.log}/gunicorn_django.log",
        settings=names.settings,
        environments=f"{names.home}/.cache/pypoetry/virtualenvs",
        program="gunicorn",
        poetry=names.poetry,
        port=answers.db_port,
        files=(f"{names.local_link}/settings.py",),
        more=(local_missing(names.local_link),),
    )
