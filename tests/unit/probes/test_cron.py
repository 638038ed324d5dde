from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.host import cronline
from wizard.host.cronline import Job, keeps_errors, parse_cron_line, setting
from wizard.host.crontab import Crontab, SystemJob, SystemJobs
from wizard.host.reading import NotKnown, Unknown
from wizard.host.users import Account, User
from wizard.probes.cron import Scheduled

HOME = "/home/demo"
SCRIPTS = ("run-instance.sh", "manage.py")
meaning, missing = partial(cronline.meaning, scripts=SCRIPTS), partial(cronline.missing, scripts=SCRIPTS)
HOURLY = "cd biomaid ; bash run-instance.sh runjobs hourly >> /home/demo/log/cron_hourly.log"


@pytest.mark.parametrize("home", ["", HOME])
@pytest.mark.parametrize(
    "command",
    [
        "cd biomaid; bash run-instance.sh runjobs hourly >> log/other.log 2>&1",
        "cd /home/demo/biomaid && /bin/bash ./run-instance.sh   runjobs hourly >/dev/null 2>&1",
        "umask 022; cd ~/biomaid && bash run-instance.sh runjobs hourly",
        "cd $HOME/biomaid; nice -n 10 bash run-instance.sh runjobs hourly 2>&1 | logger -t jobs",
        "cd ${HOME}/biomaid/ ; exec bash run-instance.sh runjobs hourly &>> x",
        "bash ~/biomaid/run-instance.sh runjobs hourly >> log/$(date +%F).log",
        'bash -c "cd biomaid; bash run-instance.sh runjobs hourly"',
        "cd ~/biomaid && poetry run python3 manage.py runjobs hourly # every hour",
        "LANG=fr_FR.UTF-8 bash biomaid/run-instance.sh runjobs 'hourly' 2>> errors",
    ],
)
def test_the_same_work_has_the_same_meaning(command: str, home: str) -> None:
    assert meaning(command, home) == meaning(HOURLY, home)


@pytest.mark.parametrize(
    "command",
    [
        "cd biomaid; bash run-instance.sh runjobs daily",
        "cd biomaid; bash run-instance.sh -r runjobs hourly",
        "cd biomaid; echo bash run-instance.sh runjobs hourly",
        "cd other; bash run-instance.sh runjobs hourly",
        "cd biomaid; echo 'unbalanced",
        "tar -zcf /var/backups/home.tgz /home/",
    ],
)
def test_other_work_has_another(command: str) -> None:
    assert meaning(command) != meaning(HOURLY)
    assert meaning(command, HOME) != meaning(HOURLY, HOME)


def test_scripts_are_the_same_only_where_that_is_said() -> None:
    by_python = "cd biomaid; python manage.py runjobs hourly"
    assert cronline.meaning(by_python, scripts=SCRIPTS) == cronline.meaning(HOURLY, scripts=SCRIPTS)
    assert cronline.meaning(by_python) != cronline.meaning(HOURLY)


def test_with_a_home_another_home_is_told_apart() -> None:
    foreign = "cd /home/other/biomaid; bash run-instance.sh runjobs hourly"
    assert meaning(foreign) == meaning(HOURLY)
    assert meaning(foreign, HOME) != meaning(HOURLY, HOME)


@pytest.mark.parametrize(
    ("line", "job"),
    [
        ("7 * * * * x y", Job("7 * * * *", "x y")),
        ("  07 03 * jan mon x", Job("7 3 * 1 1", "x")),
        ("*/1 0-6/2 1,15 * * x", Job("* 0-6/2 1,15 * *", "x")),
        ("@daily x", Job("0 0 * * *", "x")),
        ("@reboot x", Job("@reboot", "x")),
        ("# 7 * * * * x", Job("7 * * * *", "x", off=True)),
        (r"7 * * * * date +\%F % input", Job("7 * * * *", "date +%F")),
        ("", None),
        ("# m h  dom mon dow   command", None),
        ("# just a comment", None),
        ("MAILTO=root", None),
        ("@never x", None),
        ("7 * * *", None),
    ],
)
def test_lines(line: str, job: Job | None) -> None:
    assert parse_cron_line(line) == job


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        ("x", False),
        ("x >> f", False),
        ("x >> f 2>&1", True),
        ("x 2>&1 >> f", False),
        ("x 2>&1 | tee f", True),
        ("x | tee f", False),
        ("x |& tee f", True),
        ("x >/dev/null 2>&1", False),
        ("x >> f 2>/dev/null", False),
        ("x &>> f", True),
        ("x >& f", True),
        ("x 2>> f", True),
    ],
)
def test_where_errors_go(command: str, kept: bool) -> None:
    assert keeps_errors(command) is kept


def test_missing_are_those_that_nothing_active_does() -> None:
    wanted = (f"7 * * * * {HOURLY}", "11 2 * * * cd biomaid; bash run-instance.sh runjobs daily")
    there = ("0 * * * * cd ~/biomaid && bash run-instance.sh runjobs hourly", f"# {wanted[1]}")
    assert missing(wanted, there) == (wanted[1],)
    assert missing(wanted, ()) == wanted
    assert missing((), there) == ()


def test_settings() -> None:
    assert setting(('MAILTO="a@b.fr"', "SHELL = /bin/bash"), "MAILTO") == "a@b.fr"
    assert setting(("MAILTO=root", "MAILTO="), "MAILTO") == ""


# --- the probe

WANTED = tuple(
    f"{schedule} cd biomaid ; bash run-instance.sh runjobs {period} >> log/{period}.log 2>&1"
    for schedule, period in (("*/15 * * * *", "quarter_hourly"), ("7 * * * *", "hourly"))
)
LINES = Scheduled("cron.lines", "t", "demo", WANTED, SCRIPTS)
USER = User(1001, HOME, "/bin/bash", "", ("demo",))


def seen(*lines: str) -> tuple[str, str, str]:
    finding = LINES.observe(fake({Crontab("demo"): lines, Account("demo"): USER}))
    return finding.outcome, finding.cause.id if finding.cause else "", finding.evidence


def test_the_wanted_lines_as_they_are() -> None:
    assert seen("# mine", "MAILTO=", *WANTED) == ("passed", "", "2 lines in the crontab of demo")


def test_another_schedule_is_said_and_passes() -> None:
    outcome, _cause, evidence = seen(WANTED[0], WANTED[1].replace("7 *", "9 *", 1))
    assert outcome == "passed"
    assert "runs at 9 * * * *, not at 7 * * * *" in evidence


def test_no_crontab_and_a_missing_line_are_failed_with_the_command_that_adds() -> None:
    finding = LINES.observe(fake())
    assert (finding.outcome, finding.cause and finding.cause.id) == ("failed", "cron-lines-missing")
    outcome, cause, evidence = seen(WANTED[0])
    assert (outcome, cause) == ("failed", "cron-lines-missing")
    assert "runjobs hourly" in evidence and "quarter" not in evidence
    remedy = LINES.observe(fake({Crontab("demo"): (WANTED[0],)})).remedy
    assert remedy and "'7 * * * * cd biomaid ; " in remedy.commands[0] and "crontab -u demo -" in remedy.commands[0]


def test_a_commented_out_line_is_told_apart() -> None:
    outcome, cause, evidence = seen(WANTED[0], f"#{WANTED[1]}")
    assert (outcome, cause) == ("failed", "cron-lines-commented-out")
    assert evidence.startswith("commented out, 1 of 2: ")


def test_lost_errors_are_warned_of_unless_they_are_mailed() -> None:
    losing = WANTED[1].replace(" 2>&1", "")
    assert seen(WANTED[0], losing)[:2] == ("warning", "cron-errors-lost")
    assert seen("MAILTO=chef@example.org", WANTED[0], losing)[0] == "passed"


def test_work_done_twice_is_warned_of() -> None:
    assert seen(*WANTED, WANTED[1].replace("biomaid ;", "~/biomaid &&"))[:2] == ("warning", "cron-lines-twice")


def test_a_crontab_that_may_not_be_read_is_not_known() -> None:
    with pytest.raises(NotKnown):
        LINES.observe(fake({Crontab("demo"): Unknown("only root", needs="root")}))


def system(*lines: str, user: str = "demo", place: str = "/etc/cron.d/biomaid") -> dict[Any, Any]:
    """These jobs in the system's own tables, and no crontab."""
    jobs = [job for line in lines if (job := parse_cron_line(line))]
    found = tuple(SystemJob(place, user, job.schedule, job.command) for job in jobs)
    return {SystemJobs(): found, Account("demo"): USER}


def test_those_in_the_systems_tables_run_just_as_well() -> None:
    finding = LINES.observe(fake(system(*WANTED)))
    assert (finding.outcome, finding.evidence) == ("passed", "2 lines that run as demo, in the system's tables")
    assert LINES.observe(fake(system(*WANTED, user="root"))).outcome == "failed"
    twice = LINES.observe(fake({**system(WANTED[1].replace("; bash", "&& bash")), Crontab("demo"): WANTED}))
    assert twice.cause and twice.cause.id == "cron-lines-twice"


def test_what_is_wrong_in_the_systems_tables_is_not_taken_out_of_a_crontab() -> None:
    finding = LINES.observe(fake(system(*(line.replace(" 2>&1", "") for line in WANTED))))
    assert finding.cause and finding.cause.id == "cron-errors-lost"
    assert finding.remedy and not finding.remedy.commands
