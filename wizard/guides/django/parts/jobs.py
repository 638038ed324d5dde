"""The trial of the periodic jobs: those of one period are run once, and their output is read."""

from __future__ import annotations

import re

from wizard.api import Cause, Failed, Finding, Hands, Host, Trial, _, failed, passed, read_again, warning
from wizard.guides.django.parts.project import Project

# `runjobs` says so and exits 0 (django-extensions).
MARKS = ("ERROR OCCURED IN JOB", "Traceback (most recent call last)")
ERROR = re.compile(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception|DoesNotExist))\b(?::\s*(.*))?$", re.MULTILINE)


class JobsRun(Trial):
    """`runjobs PERIOD` (django-extensions) runs without an error, as cron runs it: `command` is the shell's line for it
    in the home, `$1` in it the period. `data_table` holds the instance's own data: where it is empty, an IndexError in
    a job is only warned of."""

    user: str
    home: str
    command: str
    period: str
    project: Project
    data_table: str = ""
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("runs the {period} jobs once; they move what is ready to be moved").format(period=self.period)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        try:
            output = hands.run(("bash", "-c", self.command, "bash", self.period), user=self.user, cwd=self.home)
            status = 0
        except Failed as error:
            output, status = error.output, error.status
        if not status and not any(mark in output for mark in MARKS):
            text = _("runjobs {period}: no error in {lines} lines")
            return passed(text.format(period=self.period, lines=len(output.splitlines())))
        return self._judge(host, output, status)

    def _judge(self, host: Host, output: str, status: int) -> Finding:
        errors = ERROR.findall(output)
        kind, words = errors[-1] if errors else ("", "")
        said = ": ".join(part for part in (kind, words) if part) or _last(output)
        evidence = _("runjobs {period}: {said} (exit status {status})").format(
            period=self.period, said=said, status=status
        )
        only_index = bool(errors) and {name for name, _words in errors} == {"IndexError"}
        inside = read_again(host, self.project.inside) if only_index else None
        if inside is not None and self.data_table in inside.tables and self.data_table not in inside.filled:
            text = _("The instance holds no data yet ({table} is empty), and this job needs some.")
            return warning(evidence, cause=Cause("no-data-yet", text.format(table=self.data_table)))
        text = _("A periodic job fails, and does so every time that cron starts it: {said}").format(said=said)
        return failed(evidence, cause=Cause("job-failed", text))


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else _("it said nothing")
