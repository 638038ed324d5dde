"""Steps about crontabs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.cronruns import missing, refused_of, runs_of, timer_runs
from wizard.host.crontab import Crontab
from wizard.host.reading import Host
from wizard.host.records import LinesAdded
from wizard.steps.step import Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class CrontabLines(Step):
    """A user's crontab, or the system's, contains lines equivalent to these, whoever added them. Lines that Jalon added
    for earlier answers are removed, from other users' crontabs too. `scripts` are names of equivalent scripts."""

    user: str
    lines: tuple[str, ...]
    home: str
    scripts: tuple[str, ...] = ()
    shared: bool = False

    @property
    def key(self) -> str:
        return f"crontab:{self.user}"

    @property
    def title(self) -> str:
        return _("the crontab of {user}").format(user=self.user)

    def changes(self, host: Host) -> Iterator[Change]:
        """Remove lines added for earlier answers; add those that no line is equivalent to."""
        from wizard.changes.cron import CrontabLinesAdded, CrontabLinesRemoved

        for user, lines in self._of_others(host).items():
            yield CrontabLinesRemoved(user, lines)
        host.get(Crontab(self.user))
        runs = runs_of(host, self.user, "root")
        # What is in a table that cron does not take is not added a second time; the probe says what to do.
        runs += [run for _refused, more in refused_of(host, self.user, "root") for run in more]
        lacking = missing(self.lines, runs, self.home, self.scripts, self.user)
        if lacking:
            lacking = missing(lacking, timer_runs(host), self.home, self.scripts, self.user)
        if lacking:
            yield CrontabLinesAdded(self.user, lacking)

    def _of_others(self, host: Host) -> dict[str, tuple[str, ...]]:
        """Return the lines that Jalon added, that are no longer wanted and still exist, by user."""
        found: dict[str, tuple[str, ...]] = {}
        added = host.get(LinesAdded())
        for user, line in dict.fromkeys(added):
            wanted = user == self.user and line in self.lines
            if not wanted and line in (host.get(Crontab(user)) or ()):
                found[user] = (*found.get(user, ()), line)
        return found
