from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.values import replace
from wizard.host import cronruns, cronwork
from wizard.host.ageing import Ageing
from wizard.host.cronline import Job, parse_cron_line
from wizard.host.crontab import Crontab, Refused, RefusedCrontab, RefusedTables, SystemJob, SystemJobs
from wizard.host.crontable import BadLine, setting
from wizard.host.cronwork import keeps_errors
from wizard.host.files import Entry, EntryAt
from wizard.host.reading import NotKnown, Unknown
from wizard.host.timers import TimerJobs
from wizard.host.users import Account, User
from wizard.probes.cron import Scheduled
from wizard.probes.planned import BackupPlanned

HOME = "/home/demo"
SCRIPTS = ("run-instance.sh", "manage.py")
meaning = partial(cronwork.meaning, scripts=SCRIPTS)


def missing(wanted: Iterable[str], present: Iterable[str]) -> tuple[str, ...]:
    """Those that no line of a crontab does."""
    return cronruns.missing(wanted, cronruns.runs_in("demo", present), HOME, SCRIPTS, "demo")


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
        "cd biomaid && flock -n /tmp/l bash run-instance.sh runjobs hourly",
        "flock -w 10 /tmp/l -c 'cd biomaid && bash run-instance.sh runjobs hourly'",
        "cd biomaid && timeout -k 5 -s KILL 600 nice -n 10 ionice -c3 bash run-instance.sh runjobs hourly",
        "cd biomaid && /usr/bin/flock --wait 5 /l chronic env -i A=b PATH=/bin bash -l run-instance.sh runjobs hourly",
        "bash -lc 'cd ~/biomaid && poetry run python manage.py runjobs hourly'",
        "cd biomaid && . ~/venv/bin/activate && python manage.py runjobs hourly",
        "cd biomaid && /home/demo/.cache/venv/bin/python3.11 -u -W ignore manage.py runjobs hourly",
        "poetry -C ~/biomaid run python ~/biomaid/manage.py runjobs hourly",
        "cd biomaid && systemd-cat -t jobs bash run-instance.sh runjobs hourly",
        "if cd biomaid; then bash run-instance.sh runjobs hourly; fi",
        "{ cd biomaid && bash run-instance.sh runjobs hourly; } 2>&1 | logger -t jobs",
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
        "cd biomaid; flock -n /tmp/l",
        "cd biomaid; timeout 600 sleep 10",
        "cd biomaid; grep -q run-instance.sh runjobs hourly",
    ],
)
def test_other_work_has_another(command: str) -> None:
    assert meaning(command) != meaning(HOURLY)
    assert meaning(command, HOME) != meaning(HOURLY, HOME)


def test_scripts_are_the_same_only_where_that_is_said() -> None:
    by_python = "cd biomaid; python manage.py runjobs hourly"
    assert cronwork.meaning(by_python, scripts=SCRIPTS) == cronwork.meaning(HOURLY, scripts=SCRIPTS)
    assert cronwork.meaning(by_python) != cronwork.meaning(HOURLY)


@pytest.mark.parametrize(
    ("command", "runs", "done"),
    [
        (f"{HOURLY} && curl -fsS https://ping.example/x", "demo", True),
        (f"sleep 5; {HOURLY} || echo failed", "demo", True),
        ('sudo -u demo bash -c "cd /home/demo/biomaid; bash run-instance.sh runjobs hourly"', "root", True),
        ("sudo -Hiu demo -- bash -c 'cd biomaid; bash run-instance.sh runjobs hourly'", "root", True),
        ("su - demo -c 'cd biomaid && bash run-instance.sh runjobs hourly'", "root", True),
        ("su -l demo --shell=/bin/sh -c 'cd ~/biomaid && bash run-instance.sh runjobs hourly'", "root", True),
        ("runuser -u demo -- bash /home/demo/biomaid/run-instance.sh runjobs hourly", "root", True),
        (
            "su - demo -c 'cd biomaid && bash run-instance.sh runjobs hourly >>log/x' && echo 'a b' >/tmp/l",
            "root",
            True,
        ),
        ("runuser -l demo -c 'cd biomaid && bash run-instance.sh runjobs hourly'", "root", True),
        ("flock -n /run/l su demo -c 'bash ~demo/biomaid/run-instance.sh runjobs hourly'", "root", True),
        ("cd /home/demo/biomaid; bash run-instance.sh runjobs hourly", "root", False),
        ("sudo -u other bash -c 'cd /home/demo/biomaid; bash run-instance.sh runjobs hourly'", "root", False),
        ("sudo bash -c 'cd /home/demo/biomaid; bash run-instance.sh runjobs hourly'", "demo", False),
        ("su - demo", "root", False),
    ],
)
def test_who_does_the_work(command: str, runs: str, done: bool) -> None:
    """Root's jobs count where they become the user; what is done besides does not matter."""
    run = cronruns.Run(runs, Job("7 * * * *", command))
    assert cronruns.missing((f"7 * * * * {HOURLY}",), (run,), HOME, SCRIPTS, "demo") == (
        () if done else (f"7 * * * * {HOURLY}",)
    )


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
    assert setting(("MAILTO=root", 'MAILTO=""'), "MAILTO") == ""


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
        hidden: Any = Unknown("only root", needs="root")
        LINES.observe(fake({Crontab("demo"): hidden, RefusedCrontab("demo"): hidden}))


def system(*lines: str, user: str = "demo", place: str = "/etc/cron.d/biomaid") -> dict[Any, Any]:
    """These jobs in the system's own tables, and no crontab."""
    jobs = [job for line in lines if (job := parse_cron_line(line))]
    found = tuple(SystemJob(place, user, job.schedule, job.command, job.line) for job in jobs)
    return {SystemJobs(): found, Account("demo"): USER}


def test_those_in_the_systems_tables_run_just_as_well() -> None:
    finding = LINES.observe(fake(system(*WANTED)))
    assert (finding.outcome, finding.evidence) == ("passed", "2 lines that run as demo, in the system's tables")
    assert LINES.observe(fake(system(*WANTED, user="root"))).outcome == "failed"
    twice = LINES.observe(fake({**system(WANTED[1].replace("; bash", "&& bash")), Crontab("demo"): WANTED}))
    assert twice.cause and twice.cause.id == "cron-lines-twice"


def test_those_that_timers_start_run_just_as_well() -> None:
    jobs = [
        SystemJob("x.timer", "demo", "hourly", f"/usr/bin/bash {where}run-instance.sh runjobs {period}", "", settings)
        for period, where, settings in (
            ("quarter_hourly", "", (("WorkingDirectory", f"{HOME}/biomaid"),)),
            ("hourly", f"{HOME}/biomaid/", ()),
        )
    ]
    answers = {TimerJobs(): tuple(jobs), Account("demo"): USER, Ageing("demo"): "must-change"}
    assert LINES.observe(fake(answers)).outcome == "passed"
    assert LINES.observe(fake({**answers, TimerJobs(): tuple(jobs[:1])})).outcome == "failed"


def test_what_is_wrong_in_the_systems_tables_is_not_taken_out_of_a_crontab() -> None:
    finding = LINES.observe(fake(system(*(line.replace(" 2>&1", "") for line in WANTED))))
    assert finding.cause and finding.cause.id == "cron-errors-lost"
    assert finding.remedy and not finding.remedy.commands


# --- what cron does not take


def judged(answers: dict[Any, Any]) -> tuple[str, str]:
    """The outcome of the probe, and its cause."""
    finding = LINES.observe(fake({Account("demo"): USER, EntryAt("/usr/bin/env"): Entry(), **answers}))
    return finding.outcome, finding.cause.id if finding.cause else ""


BASH: dict[Any, Any] = {EntryAt("/usr/bin/bash"): Entry()}


@pytest.mark.parametrize(
    ("why", "cause"),
    [
        ("newline", "cron-no-newline"),
        ("line", "cron-bad-line"),
        ("mode", "cron-table-mode"),
        ("owner", "cron-table-owner"),
        ("links", "cron-table-linked"),
    ],
)
def test_a_crontab_that_cron_does_not_take_runs_nothing(why: str, cause: str) -> None:
    refused = Refused("/var/spool/cron/crontabs/demo", why, "demo", "x", BadLine(1, "0 24 * * * x", "bad hour"))
    assert judged({Crontab("demo"): WANTED, RefusedCrontab("demo"): refused}) == ("failed", cause)
    # The same work in a table that it takes is done.
    assert judged({**BASH, **system(*WANTED), RefusedCrontab("demo"): refused})[0] == "passed"


def test_a_table_of_the_system_that_cron_does_not_take_is_named() -> None:
    jobs = tuple(system(*WANTED)[SystemJobs()])
    refused = Refused("/etc/cron.d/biomaid.org", "name", found="biomaid.org", jobs=jobs)
    assert judged({RefusedTables(): (refused,)}) == ("failed", "cron-file-name")
    assert judged({RefusedTables(): (replace(refused, jobs=()),)}) == ("failed", "cron-lines-missing")


@pytest.mark.parametrize(
    ("first", "line", "cause"),
    [
        ("", WANTED[1] + "\r", "cron-carriage-returns"),
        ("", WANTED[1].replace("period", "x").replace("hourly.log", "$(date +%F).log"), "cron-percent"),
        ("", WANTED[1].replace("7 * * * *", "0 0 30 2 *"), "cron-never"),
        ("SHELL=/usr/sbin/nologin", WANTED[1], "cron-shell"),
        ("SHELL=/{0}/{x}/}nologin", WANTED[1], "cron-shell"),
        ("", WANTED[1].replace("bash", "poetry run bash"), "cron-program-not-found"),
        ("PATH=/nowhere", WANTED[1], "cron-program-not-found"),
        ("", WANTED[1].replace("cd", "source x && cd"), "cron-not-bash"),
        ("", WANTED[1].replace("cd", "set -euo pipefail; cd"), "cron-not-bash"),
    ],
)
def test_a_line_that_does_nothing_is_named(first: str, line: str, cause: str) -> None:
    dash: dict[Any, Any] = {EntryAt("/bin/sh"): Entry(kind="link", target="dash")}
    answers = {**BASH, **dash, Crontab("demo"): (WANTED[0], first, line)}
    assert judged({**answers, Crontab("demo"): WANTED})[0] == "passed"
    assert judged(answers) == ("failed", cause)


def test_what_comes_after_the_work_may_be_missing() -> None:
    answers = {**BASH, Crontab("demo"): (WANTED[0], f"{WANTED[1]} && curl -fs x")}
    assert judged(answers)[0] == "passed"
    assert judged({**answers, Crontab("demo"): (WANTED[0], WANTED[1].replace("cd", "curl x; cd"))})[0] == "failed"


@pytest.mark.parametrize("how", ["python manage.py", "nice python -u manage.py", "bash -l run-instance.sh"])
def test_a_script_is_found_by_its_path_alone(how: str) -> None:
    line = WANTED[1].replace("bash run-instance.sh", how)
    programs = {EntryAt(f"/usr/bin/{name}"): Entry() for name in ("python", "nice")}
    assert judged({**BASH, **programs, Crontab("demo"): (WANTED[0], line)})[0] == "passed"


def test_programs_that_may_be_elsewhere_are_not_judged() -> None:
    line = WANTED[1].replace("bash", "poetry run bash")
    for first in ("PATH=$HOME/.local/bin:/usr/bin", ""):
        for before in (". ~/.profile; ", "export PATH=~/x:$PATH; ") if not first else ("",):
            there = line.replace("cd ", f"{before}cd ", 1)
            assert judged({**BASH, Crontab("demo"): (WANTED[0], first, there)})[0] == "passed"


@pytest.mark.parametrize(
    ("age", "cause"),
    [
        ("account-expired", "cron-account-expired"),
        ("password-expired", "cron-password-expired"),
        ("must-change", "cron-password-expired"),
    ],
)
def test_an_account_that_pam_refuses_runs_nothing(age: str, cause: str) -> None:
    assert judged({**BASH, Crontab("demo"): WANTED, Ageing("demo"): age}) == ("failed", cause)
    assert judged({**BASH, Crontab("demo"): WANTED, Ageing("other"): age})[0] == "passed"


# --- one command


PLAN = BackupPlanned("backup.planned", "t", "/usr/local/sbin/backup-demo", "/etc/cron.d/backup-demo")
NIGHTLY = "41 2 * * * umask 077; /usr/local/sbin/backup-demo >>/var/log/backup.log 2>&1"


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        (system(NIGHTLY, user="root", place=PLAN.file), ""),
        ({TimerJobs(): (SystemJob("b.timer", "root", "daily", PLAN.command),), Ageing("root"): "must-change"}, ""),
        ({Crontab("root"): ("@daily flock -n /run/l /usr/local/sbin/backup-demo && curl x",)}, ""),
        ({}, "backup-not-planned"),
        (system(NIGHTLY, user="demo", place=PLAN.file), "backup-not-planned"),
        ({Crontab("root"): (f"#{NIGHTLY}",)}, "backup-not-planned"),
        ({Crontab("root"): ("@daily rm /usr/local/sbin/backup-demo",)}, "backup-not-planned"),
        ({RefusedTables(): (Refused(PLAN.file, "mode", found="0664"),)}, "cron-table-mode"),
        ({RefusedTables(): (Refused("/etc/cron.d/other", "mode", found="0664"),)}, "backup-not-planned"),
        ({**system(NIGHTLY, user="root"), Ageing("root"): "password-expired"}, "cron-password-expired"),
        (system(NIGHTLY + "\r", user="root"), "cron-carriage-returns"),
    ],
)
def test_a_command_that_cron_is_to_run(answers: dict[Any, Any], cause: str) -> None:
    finding = PLAN.observe(fake(answers))
    assert (finding.cause.id if finding.cause else "") == cause
    assert finding.outcome == ("failed" if cause else "passed")
    if cause == "backup-not-planned":
        assert finding.remedy and finding.remedy.step == f"file:{PLAN.file}"
    # What more than root may have written is not taken as it is.
    safe = Refused(PLAN.file, "mode", found="0666", closed=False)
    assert (remedy := PLAN.observe(fake({RefusedTables(): (safe,)})).remedy) and not remedy.safe


def test_of_a_table_of_thousands_of_lines_a_part_is_taken_apart() -> None:
    runs = cronruns.runs_in("demo", [f"* * * * * {'a;' * 400} hourly {number}" for number in range(2000)])
    assert 0 < len(cronruns.likely(runs, [("x manage hourly",)])) <= cronruns.MOST_TEXT // len(runs[0].job.command)
    assert cronruns.likely(runs, [("x manage daily",)]) == []
    assert missing([f"0 * * * * {HOURLY}"], [run.job.line for run in runs]) == (f"0 * * * * {HOURLY}",)
