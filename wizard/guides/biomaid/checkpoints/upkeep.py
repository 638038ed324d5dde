"""What cron runs: sections 1.2.2.11 and 1.2.2.10. The backup comes last: it needs a complete instance."""

from __future__ import annotations

from wizard.api import (
    Answers,
    BackupByOthers,
    BackupElsewhere,
    BackupFresh,
    BackupNone,
    BackupPlanned,
    BackupPrivate,
    BackupRestores,
    Checkpoint,
    CrontabLines,
    Directory,
    FirstBackup,
    GeneratedFile,
    PythonCompiles,
    Scheduled,
    _,
    from_template,
)
from wizard.guides.biomaid.names import RUN_JOBS, SCRIPTS, Names
from wizard.guides.django.parts.jobs import JobsRun
from wizard.guides.django.parts.project import Project

# What may be in the folder of the backups: those that templates/biomaid/backup.py makes, and a file system's own.
IN_BACKUPS = r"\d{4}-\d\d-\d\dT\d{6}(\.partial)?|lost\+found"


def cron(answers: Answers, names: Names, project: Project) -> Checkpoint:
    """Section 1.2.2.11, "Programmation des tâches périodiques"; its lines are `JOBS` in names.py."""
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
                after=("system.cron", "user.account"),
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
                project=project,
                data_table="dem_demande",
                after=("cron.lines", "migrate.applied"),
            )
        ],
    )


def backup(answers: Answers, names: Names, by_hand: bool) -> Checkpoint:
    """Section 1.2.2.10, "Configuration des sauvegardes", which the document leaves to be written."""
    if answers.backup_command:
        return _backup_by_others(answers)
    # Stands in place of the probes as long as an instance installed by hand has no backup: the document asks for none.
    no_backup = BackupNone(
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
            Directory(answers.backup_directory, mode=0o700, parents=True, holds=IN_BACKUPS),
            *_backup_files(answers, names),
            FirstBackup(names.backup, directory=answers.backup_directory),
        ],
        probes=[
            BackupFresh(
                "backup.fresh",
                _("the newest is recent and whole"),
                directory=answers.backup_directory,
                command=names.backup,
            ),
            BackupPlanned(
                "backup.planned",
                _("planned every day"),
                command=names.backup,
                file=names.backup_cron,
                after=("system.cron",),
            ),
            BackupPrivate(
                "backup.private", _("only root reads them"), directory=answers.backup_directory, after=("backup.fresh",)
            ),
            BackupElsewhere(
                "backup.elsewhere",
                _("on another disk"),
                directory=answers.backup_directory,
                data_directory_path=names.here.named("clusters"),
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
        absent=[no_backup] if by_hand else (),
    )


def _backup_files(answers: Answers, names: Names) -> tuple[GeneratedFile, ...]:
    """The script, what it logs in with, and what cron runs."""
    # The default of `backup_time` stands in questions.py.
    hour, _colon, minute = answers.backup_time.partition(":")
    script = GeneratedFile(
        names.backup,
        body=from_template(
            "biomaid/backup.py",
            instance=answers.instance,
            database=answers.db_name,
            role=answers.db_user,
            host=answers.db_host,
            port=answers.db_port,
            secret=names.backup_secret,
            media=names.media,
            directory=answers.backup_directory,
            keep=answers.backup_keep,
            csv=answers.backup_csv,
        ),
        mode=0o755,
        validation=PythonCompiles(),
    )
    # Root's own copy: what lies in the instance's home is the instance's to change.
    secret = GeneratedFile(
        names.backup_secret,
        body=from_template("biomaid/backup.secret", password=answers.db_password),
        mode=0o600,
        needs=(answers.db_password,),
    )
    cron_file = GeneratedFile(
        names.backup_cron,
        body=from_template(
            "biomaid/backup.cron",
            instance=answers.instance,
            minute=int(minute),
            hour=int(hour),
            command=names.backup,
            log=names.backup_log,
        ),
    )
    return secret, script, cron_file


def _backup_by_others(answers: Answers) -> Checkpoint:
    """The answer `backup_command` names the site's own backup: nothing is installed."""
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
