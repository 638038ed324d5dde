"""No step is carried out by a repair whose precondition is red."""

from __future__ import annotations

import pytest

from tests.unit.probes.fake import fake
from tests.unit.walking import Sees, Yields, point, sees
from wizard.findings.finding import Finding, failed, passed
from wizard.guide import Checkpoint
from wizard.walk.events import Observed
from wizard.walk.preconditions import first_red, needs_of
from wizard.walk.verification import Verified


class Repaired(Sees):
    """A probe that a step repairs."""

    step: str = ""


STEP = Yields(lambda host: iter(()), title="migrate")
ACCOUNT = Yields(lambda host: iter(()), title="account")


def checkpoint() -> Checkpoint:
    """A checkpoint whose second step needs what the first brings."""
    applied = Repaired("data.applied", "", after=("base.login",), step=STEP.key)
    account = Repaired("data.account", "", after=("data.applied",), step=ACCOUNT.key)
    made = point("data", [STEP, ACCOUNT], [applied, account])
    return Checkpoint(made.id, made.title, made.objective, made.steps, made.probes, needs=("base.modules",))


@pytest.mark.parametrize("step", [STEP, ACCOUNT], ids=["the first", "what needs the first"])
def test_a_step_needs_what_its_probes_need_of_earlier_checkpoints(step: Yields) -> None:
    assert needs_of(step, checkpoint()) == ["base.modules", "base.login"]


def test_a_step_that_no_probe_names_needs_what_its_checkpoint_does() -> None:
    assert needs_of(Yields(lambda host: iter(()), title="other"), checkpoint()) == ["base.modules"]


def test_what_was_skipped_leads_to_what_is_red() -> None:
    cluster = sees("system.cluster", lambda host: failed("silent"))
    login = sees("base.login", lambda host: passed(""), after=("system.cluster",))
    found = (Observed(cluster, cluster.observe(fake())), Observed(login, Finding("skipped", "", "depends")))
    verified = [Verified(point("base", [], [cluster, login]), True, found)]
    red = first_red(["base.modules", "base.login"], verified)
    assert red and red.probe.id == "system.cluster"
    assert first_red(["base.modules"], verified) is None
