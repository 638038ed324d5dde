"""Probes of crontabs; lines are compared by what they do, not by how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wizard.base.language import _, _n
from wizard.base.rendering import shell_word
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host.cronline import Job, keeps_errors, meaning, parse_cron_line, setting
from wizard.host.crontab import Crontab, SystemJobs, lines_of
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.users import Account


class Scheduled(Probe):
    """Each of the lines, or an equivalent, is in the user's crontab or the system's tables, and does not discard its
    errors. `scripts` are names of programs that do the same with the same arguments."""

    user: str
    lines: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Crontab(self.user), SystemJobs(), Account(self.user))

    def observe(self, host: Host) -> Finding:
        there = lines_of(host, self.user)
        if there is None:
            text = _("{user} has no crontab: no periodic job runs.").format(user=self.user)
            count = len(self.lines)
            evidence = _n(
                "no crontab of {user}; it should have {count} line",
                "no crontab of {user}; it should have {count} lines",
                count,
            )
            told = evidence.format(user=self.user, count=count)
            return failed(told, cause=Cause("cron-lines-missing", text), remedy=self._adding(self.lines))
        account = host.read(Account(self.user))
        home = "" if account is None or isinstance(account, Unknown) else account.home
        jobs = [job for line in there if (job := parse_cron_line(line))]
        wanted = {line: job for line in self.lines if (job := parse_cron_line(line))}
        found = {line: _equivalent(job, jobs, home, self.scripts) for line, job in wanted.items()}
        own = host.get(Crontab(self.user)) or ()
        return self._missing_or_off(wanted, found) or self._running(wanted, found, own)

    def _missing_or_off(self, wanted: dict[str, Job], found: dict[str, list[Job]]) -> Finding | None:
        missing = [line for line in wanted if not found[line]]
        if missing:
            commands = "; ".join(wanted[line].command for line in missing)
            text = _("These periodic jobs never run: {commands}").format(commands=commands)
            evidence = _("missing, {count} of {all}: {commands}")
            told = evidence.format(count=len(missing), all=len(wanted), commands=commands)
            return failed(told, cause=Cause("cron-lines-missing", text), remedy=self._adding(missing))
        off = [line for line in wanted if all(job.off for job in found[line])]
        if off:
            commands = "; ".join(wanted[line].command for line in off)
            text = _("Somebody put a # before these lines, so that they do not run.")
            told = _("Take the # away, unless it is there on purpose.")
            said_off = [job.line for line in off for job in found[line]]
            evidence = _("commented out, {count} of {all}: {commands}")
            said = evidence.format(count=len(off), all=len(wanted), commands=commands)
            return failed(
                said, cause=Cause("cron-lines-commented-out", text), remedy=self._replacing(told, said_off, off)
            )
        return None

    def _running(self, wanted: dict[str, Job], found: dict[str, list[Job]], own: Sequence[str]) -> Finding:
        running = {line: [job for job in found[line] if not job.off] for line in wanted}
        count = len(wanted)
        evidence = _n("{count} line in the crontab of {user}", "{count} lines in the crontab of {user}", count)
        if any(job.line not in own for jobs in running.values() for job in jobs):
            evidence = _n(
                "{count} line that runs as {user}, in the system's tables",
                "{count} lines that run as {user}, in the system's tables",
                count,
            )
        evidence = evidence.format(count=count, user=self.user)
        for line, jobs in running.items():
            if all(job.schedule != wanted[line].schedule for job in jobs):
                text = _("`{command}` runs at {seen}, not at {wanted}")
                evidence += "; " + text.format(
                    command=jobs[0].command, seen=jobs[0].schedule, wanted=wanted[line].schedule
                )
        twice = [jobs[0].command for jobs in running.values() if len(jobs) > 1]
        if twice:
            text = _("These jobs run more than once: {commands}").format(commands="; ".join(twice))
            told = _("Take the lines that are too many away with `crontab -u {user} -e`.").format(user=self.user)
            return warning(evidence, cause=Cause("cron-lines-twice", text), remedy=Remedy(told))
        losing = [job.command for jobs in running.values() for job in jobs if not keeps_errors(job.command)]
        if losing and not setting(own, "MAILTO"):
            text = _("What these lines say on standard error is lost: they lack `2>&1`: {commands}")
            told = _("Write `2>&1` at their end; or take the lines of the guide in their place.")
            lost = [job for jobs in running.values() for job in jobs if not keeps_errors(job.command)]
            again = [line for line, jobs in running.items() if any(job in lost for job in jobs)]
            cause = Cause("cron-errors-lost", text.format(commands="; ".join(losing)))
            said = _("{count} of them lose their errors").format(count=len(losing))
            # A job in the system's tables is not Jalon's to remove.
            ours = all(one.line in own for one in lost)
            instead = self._replacing(told, [one.line for one in lost], again) if ours else Remedy(told)
            return warning(f"{evidence}; {said}", cause=cause, remedy=instead)
        return passed(evidence)

    def _replacing(self, told: str, old: Iterable[str], new: Iterable[str]) -> Remedy:
        """The remedy of removing the `old` lines, matched whole, and appending the `new` ones."""
        out = " ".join(f"-e {shell_word(line)}" for line in old)
        words = " ".join(shell_word(line) for line in new)
        command = f"( crontab -u {self.user} -l | grep -vxF {out}; printf '%s\\n' {words} ) | crontab -u {self.user} -"
        return Remedy(told, (command,))

    def _adding(self, lines: Iterable[str]) -> Remedy:
        words = " ".join(shell_word(line) for line in lines)
        command = f"( crontab -u {self.user} -l 2>/dev/null; printf '%s\\n' {words} ) | crontab -u {self.user} -"
        return Remedy(_("Add the lines; those that are there stay."), (command,), safe=True)


def _equivalent(wanted: Job, jobs: Iterable[Job], home: str, scripts: Sequence[str]) -> list[Job]:
    """The jobs equivalent to the wanted one; those not commented out come first."""
    asked = meaning(wanted.command, home, scripts)
    same = [job for job in jobs if meaning(job.command, home, scripts) == asked]
    return sorted(same, key=lambda job: job.off)
