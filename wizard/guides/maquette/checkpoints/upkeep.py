"""The scheduled jobs: section 1.2.2.11."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    CrontabLines,
    NotApplicable,
    Probe,
    Scheduled,
    Step,
    _,
    from_template,
)
from wizard.guides.maquette.checkpoints.own import own_file
from wizard.guides.maquette.names import SCRIPTS, Names


def cron(answers: Answers, names: Names) -> Checkpoint:
    """Section 1.2.2.11, "Programmation des tâches périodiques"."""
    title = _("jobs in the crontab")
    example = f"{names.etc}/crontab.txt"
    steps: list[Step] = [own_file(names, example, from_template("maquette/crontab.txt", lines=names.crontab))]
    because = _("not installed, for nobody asked (the answer `cron`); the lines lie in {path}").format(path=example)
    probe: Probe = NotApplicable("cron.lines", title, because=because)
    if answers.cron:
        steps.append(CrontabLines(names.user, lines=names.crontab, home=answers.folder, scripts=SCRIPTS))
        probe = Scheduled("cron.lines", title, user=names.user, lines=names.crontab, scripts=SCRIPTS)
    return Checkpoint(
        "cron",
        title=_("Scheduled jobs"),
        objective=_("BiomAid's background jobs, every quarter, hour, day and week: shown, or installed if asked."),
        steps=steps,
        probes=[probe],
    )
