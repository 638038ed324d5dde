"""A probe of one command that cron should run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.keys import file_key
from wizard.base.language import _
from wizard.causes import cron
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Probe
from wizard.host import cronruns
from wizard.host.ageing import Ageing
from wizard.host.cronruns import Run, place_of, refused_of, runs_of, timer_runs
from wizard.host.cronwork import acts
from wizard.host.reading import Host, Reading

ROOT = "root"


class BackupPlanned(Probe):
    """cron runs the command that makes the backups, as root, by whatever table, or a timer does. `file` is the table
    that Jalon writes."""

    command: str
    file: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (*cronruns.readings(ROOT), Ageing(ROOT))

    def observe(self, host: Host) -> Finding:
        found = self._among(runs_of(host, ROOT))
        on = [run for run in found if not run.job.off] or self._among(timer_runs(host))
        if not on:
            return self._not_planned(host, found)
        if why := self._why(host, on[0]):
            return failed(why.evidence, cause=why.cause, remedy=why.remedy)
        place = on[0].place or _("the crontab of {user}").format(user=ROOT)
        return passed(_("{place}, {schedule}").format(place=place, schedule=on[0].job.schedule))

    def _why(self, host: Host, run: Run) -> cron.Why | None:
        if run.by_timer:
            return None
        return cron.of_account(host, ROOT) or cron.of_line(host, run, (self.command,), place_of(run, ROOT, ""), ())

    def _among(self, runs: Iterable[Run]) -> list[Run]:
        return [run for run in runs if self.command in (act.split(" ")[0] for act in self._acts(run))]

    def _acts(self, run: Run) -> tuple[str, ...]:
        likely = run.user == ROOT and self.command in run.job.command
        return acts(run.job.command, place_of(run, ROOT, "")) if likely else ()

    def _not_planned(self, host: Host, off: list[Run]) -> Finding:
        for refused, runs in refused_of(host, ROOT):
            if self._among(runs) or refused.place == self.file:
                why = cron.of_table(refused)
                return failed(why.evidence, cause=why.cause, remedy=why.remedy)
        evidence = _("nothing runs `{command}`").format(command=self.command)
        if off:
            evidence = _("commented out: {line}").format(line=off[0].job.line)
        text = _("The command that makes the backups is in no table of cron's: no further one will be made.")
        remedy = Remedy(_("Write {file} again.").format(file=self.file), step=file_key(self.file))
        return failed(evidence, cause=Cause("backup-not-planned", text), remedy=remedy)
