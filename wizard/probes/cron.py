"""Probes of crontabs; lines are compared by what they do, not by how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wizard.base.language import _, _n
from wizard.base.rendering import shell_word
from wizard.causes import cron
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import joined
from wizard.host import cronruns
from wizard.host.ageing import Ageing
from wizard.host.cronline import parse_cron_line
from wizard.host.cronruns import Run, place_of, refused_of, runs_of, timer_runs
from wizard.host.crontab import Crontab, Refused, RefusedCrontab
from wizard.host.crontable import setting
from wizard.host.cronwork import Place, acts, does, keeps_errors
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.users import Account

ROOT = "root"


class Scheduled(Probe):
    """cron does the work of each of the lines as that user: by the user's own crontab, by root's, or by the system's
    tables, all of which it takes; and errors are not discarded. `scripts` are names of programs that do the same with
    the same arguments."""

    user: str
    lines: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (*cronruns.readings(self.user, ROOT), Account(self.user), Ageing(self.user))

    def observe(self, host: Host) -> Finding:
        looked = _Looked(self, host)
        refused = host.read(RefusedCrontab(self.user))
        # Without the crontab nothing can be said, but for one that cron itself does not read.
        own = None if isinstance(refused, Refused) else host.get(Crontab(self.user))
        runs = runs_of(host, self.user, ROOT)
        found = looked.equivalent(runs)
        if not all(found.values()):
            found = looked.equivalent([*runs, *timer_runs(host)])
        return (
            self._not_taken(host, looked, found)
            or self._missing_or_off(looked, found, own)
            or self._in_vain(host, looked, found)
            or self._running(looked, found, own or ())
        )

    def _not_taken(self, host: Host, looked: _Looked, found: dict[str, list[Run]]) -> Finding | None:
        """Lines that only a table has which cron does not take."""
        for refused, runs in refused_of(host, self.user, ROOT):
            there = looked.equivalent(runs)
            lost = [line for line in looked.wanted if there[line] and not found[line]]
            if lost or (refused.user == self.user and not all(found.values())):
                why = cron.of_table(refused)
                return failed(why.evidence, cause=why.cause, remedy=why.remedy)
        return None

    def _missing_or_off(
        self, looked: _Looked, found: dict[str, list[Run]], own: Sequence[str] | None
    ) -> Finding | None:
        missing = [line for line in looked.wanted if not found[line]]
        if missing and own is None and len(missing) == len(looked.wanted):
            text = _("{user} has no crontab: no periodic job runs.").format(user=self.user)
            count = len(self.lines)
            evidence = _n(
                "no crontab of {user}; it should have {count} line",
                "no crontab of {user}; it should have {count} lines",
                count,
            )
            told = evidence.format(user=self.user, count=count)
            return failed(told, cause=Cause("cron-lines-missing", text), remedy=self._adding(self.lines))
        if missing:
            commands = "; ".join(looked.wanted[line].command for line in missing)
            text = _("These periodic jobs never run: {commands}").format(commands=commands)
            evidence = _("missing, {count} of {all}: {commands}")
            told = evidence.format(count=len(missing), all=len(looked.wanted), commands=commands)
            return failed(told, cause=Cause("cron-lines-missing", text), remedy=self._adding(missing))
        off = [line for line in looked.wanted if all(run.job.off for run in found[line])]
        if off:
            commands = "; ".join(looked.wanted[line].command for line in off)
            text = _("Somebody put a # before these lines, so that they do not run.")
            told = _("Take the # away, unless it is there on purpose.")
            said_off = [run.job.line for line in off for run in found[line]]
            evidence = _("commented out, {count} of {all}: {commands}")
            said = evidence.format(count=len(off), all=len(looked.wanted), commands=commands)
            return failed(
                said, cause=Cause("cron-lines-commented-out", text), remedy=self._replacing(told, said_off, off)
            )
        return None

    def _in_vain(self, host: Host, looked: _Looked, found: dict[str, list[Run]]) -> Finding | None:
        """Jobs that cron starts, and that do nothing; or that it does not start, for their account."""
        vain: dict[str, cron.Why] = {}
        lines: list[str] = []
        for line, runs in found.items():
            on = [run for run in runs if not run.job.off]
            whys = [looked.why(host, run, line) for run in on]
            if whys and whys[0] and all(whys):
                vain[line] = whys[0]
                lines += [run.job.line for run in on if not run.place and run.user == self.user]
        if not vain:
            return None
        why = next(iter(vain.values()))
        remedy = why.remedy
        same = all(one.cause.id == why.cause.id for one in vain.values())
        if remedy and not remedy.commands and same and len(lines) == len(vain):
            told = _("{told} Or take the lines of the guide in their place.").format(told=remedy.text)
            remedy = self._replacing(told, lines, vain)
        return failed(why.evidence, cause=why.cause, remedy=remedy)

    def _running(self, looked: _Looked, found: dict[str, list[Run]], own: Sequence[str]) -> Finding:
        running = {line: [run for run in found[line] if not run.job.off] for line in looked.wanted}
        evidence = self._seen(looked, running)
        twice = [runs[0].job.command for runs in running.values() if len(runs) > 1]
        if twice:
            text = _("These jobs run more than once: {commands}").format(commands="; ".join(twice))
            told = _("Take the lines that are too many away with `crontab -u {user} -e`.").format(user=self.user)
            return warning(evidence, cause=Cause("cron-lines-twice", text), remedy=Remedy(told))
        lost = [run for runs in running.values() for run in runs if not (run.by_timer or keeps_errors(run.job.command))]
        if lost and not setting(own, "MAILTO"):
            text = _("What these lines say on standard error is lost: they lack `2>&1`: {commands}")
            told = _("Write `2>&1` at their end; or take the lines of the guide in their place.")
            again = [line for line, runs in running.items() if any(run in lost for run in runs)]
            commands = "; ".join(run.job.command for run in lost)
            cause = Cause("cron-errors-lost", text.format(commands=commands))
            said = _("{count} of them lose their errors").format(count=len(lost))
            # A job in another table is not Jalon's to remove.
            ours = all(run.job.line in own for run in lost)
            instead = self._replacing(told, [run.job.line for run in lost], again) if ours else Remedy(told)
            return warning(joined(evidence, said), cause=cause, remedy=instead)
        return passed(evidence)

    def _seen(self, looked: _Looked, running: dict[str, list[Run]]) -> str:
        count = len(looked.wanted)
        evidence = _n("{count} line in the crontab of {user}", "{count} lines in the crontab of {user}", count)
        if any(run.place or run.user != self.user for runs in running.values() for run in runs):
            evidence = _n(
                "{count} line that runs as {user}, in the system's tables",
                "{count} lines that run as {user}, in the system's tables",
                count,
            )
        evidence = evidence.format(count=count, user=self.user)
        for line, runs in running.items():
            if all(run.job.schedule != looked.wanted[line].schedule for run in runs):
                text = _("`{command}` runs at {seen}, not at {wanted}").format(
                    command=runs[0].job.command, seen=runs[0].job.schedule, wanted=looked.wanted[line].schedule
                )
                evidence = joined(evidence, text)
        return evidence

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


class _Looked:
    """The wanted lines of a probe, and what is looked for of each."""

    def __init__(self, probe: Scheduled, host: Host) -> None:
        account = host.read(Account(probe.user))
        home = "" if account is None or isinstance(account, Unknown) else account.home
        self.user, self.scripts = probe.user, probe.scripts
        self.place = Place(home, home, probe.user, probe.user)
        self.wanted = {line: job for line in probe.lines if (job := parse_cron_line(line))}
        self.acts: dict[str, tuple[str, ...]] = {
            line: acts(job.command, self.place, self.scripts) for line, job in self.wanted.items()
        }

    def equivalent(self, runs: Iterable[Run]) -> dict[str, list[Run]]:
        """The runs that do what each line does; those not commented out come first."""
        found = cronruns.likely(runs, self.acts.values())
        done = [(run, acts(run.job.command, self._at(run), self.scripts)) for run in found]
        return {
            line: sorted((run for run, does_ in done if does(does_, wanted)), key=lambda run: run.job.off)
            for line, wanted in self.acts.items()
        }

    def why(self, host: Host, run: Run, line: str) -> cron.Why | None:
        """Why a run of a line does not do its work."""
        if run.by_timer:
            return None
        return (
            cron.of_account(host, run.user)
            or cron.of_line(host, run, self.acts[line], self._at(run), self.scripts)
            or cron.of_variables(host, run, self.wanted[line].command, self.scripts)
        )

    def _at(self, run: Run) -> Place:
        return place_of(run, self.user, self.place.home)
