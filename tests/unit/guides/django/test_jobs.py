from __future__ import annotations

import pytest

from tests.unit.probes.fake import FakeHands, fake
from wizard.changes.change import Failed
from wizard.findings.finding import Finding
from wizard.guides.django.parts.jobs import JobsRun
from wizard.guides.django.parts.project import Project
from wizard.host.postgresql import DatabaseState

RUN = 'umask 022; cd biomaid; bash run-instance.sh runjobs "$1"'
PROJECT = Project("/home/demo/biomaid", "demo", ("python3",), "demo_db")
TRIAL = JobsRun("cron.jobs", "t", "demo", "/home/demo", RUN, "quarter_hourly", PROJECT, data_table="dem_demande")
TABLES = {"dem_demande": "demo", "common_user": "demo"}
EMPTY = DatabaseState(TABLES, frozenset({"common_user", "finance_datasource"}))
HELD = DatabaseState(TABLES, frozenset({"common_user", "dem_demande"}))


def output(error: str) -> str:
    return f"""ERROR OCCURED IN JOB: bascule_previsionnel (APP: drachar)
START TRACEBACK:
Traceback (most recent call last):
  File "add_previsionnels.py", line 34, in handle
    'user': User.objects.filter(is_active=True)[0],
{error}
END TRACEBACK"""


def tried(said: str | Failed, state: DatabaseState | None = EMPTY) -> tuple[Finding, FakeHands]:
    hands = FakeHands(lambda words, stdin: said)
    return TRIAL.attempt(fake({PROJECT.inside: state}), hands), hands


def test_jobs_that_run() -> None:
    finding, hands = tried("Bascule...\ndone")
    assert finding.outcome == "passed"
    assert finding.evidence == "runjobs quarter_hourly: no error in 2 lines"
    ((words, user),) = hands.ran
    assert user == "demo" and words[-1] == "quarter_hourly" and words[2].startswith("umask 022; ")


@pytest.mark.parametrize(
    ("said", "state", "outcome", "cause"),
    [
        (output("IndexError: list index out of range"), EMPTY, "warning", "no-data-yet"),
        (output("IndexError"), EMPTY, "warning", "no-data-yet"),
        (output("IndexError: list index out of range"), HELD, "failed", "job-failed"),
        (output("IndexError: list index out of range"), DatabaseState(), "failed", "job-failed"),
        (output("IndexError: list index out of range"), None, "failed", "job-failed"),
        (output("django.db.utils.OperationalError: no connection"), EMPTY, "failed", "job-failed"),
        (output("IndexError: x") + "\n" + output("ValueError: y"), EMPTY, "failed", "job-failed"),
        (Failed("bash: 1", output="poetry: not found", status=127), EMPTY, "failed", "job-failed"),
        (Failed("bash: 1", status=1), EMPTY, "failed", "job-failed"),
    ],
)
def test_jobs_that_do_not(said: str | Failed, state: DatabaseState | None, outcome: str, cause: str) -> None:
    finding, _hands = tried(said, state)
    assert (finding.outcome, finding.cause and finding.cause.id) == (outcome, cause)


def test_the_error_is_named_and_the_status_said() -> None:
    finding, _hands = tried(output("django.db.utils.OperationalError: no connection"))
    assert finding.evidence == "runjobs quarter_hourly: OperationalError: no connection (exit status 0)"
    finding, _hands = tried(Failed("x", output="poetry: not found\n", status=127))
    assert finding.evidence == "runjobs quarter_hourly: poetry: not found (exit status 127)"
