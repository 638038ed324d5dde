"""The problems that `jalon fix` works on: red findings, and warnings that have a remedy it can carry out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.language import _
from wizard.base.values import Value
from wizard.changes.change import Change
from wizard.findings.finding import CRASHED, FAILED, WARNING, Remedy
from wizard.guide import Checkpoint
from wizard.host.reading import Host
from wizard.steps.step import Step
from wizard.walk.events import Observed
from wizard.walk.remedies import change_of
from wizard.walk.verification import Verified

RED = (FAILED, CRASHED)


class Problem(Value):
    """A finding to repair, with its checkpoint."""

    point: Checkpoint
    observed: Observed

    @property
    def id(self) -> str:
        """The id of its probe or trial."""
        return self.observed.probe.id

    @property
    def key(self) -> tuple[str, str]:
        """The id of its probe with that of its cause; "" without a cause."""
        return self.id, self.observed.finding.cause.id if self.observed.finding.cause else ""

    @property
    def remedy(self) -> Remedy:
        """Its remedy; an empty one where none is known."""
        return self.observed.finding.remedy or Remedy("")

    @property
    def red(self) -> bool:
        """Whether it failed or crashed, rather than warned."""
        return self.observed.finding.outcome in RED


class Commands(Step):
    """A remedy's commands as a step, so that they are applied and recorded like one."""

    probe: str
    remedy: Remedy
    shared: bool = False

    @property
    def key(self) -> str:
        return f"remedy:{self.probe}"

    @property
    def title(self) -> str:
        return self.remedy.text

    def changes(self, host: Host) -> Iterator[Change]:
        """Each command, as root where that is safe, without an undo: a remedy only restores what the guide made."""
        for command in self.remedy.commands:
            yield change_of(command, root=host.facts.root)


def problems(verified: Sequence[Verified]) -> list[Problem]:
    """The problems in the order of the guide, which is that of dependencies: all that is red, and warnings whose
    remedy has commands or a step."""
    found = [Problem(one.checkpoint, observed) for one in verified if one.reached for observed in one.observed]
    return [one for one in found if one.red or (_warned(one) and (one.remedy.commands or one.remedy.step))]


def untried_reason(one: Problem) -> str:
    """The reason to give for a problem at which no attempt was made."""
    return one.remedy.text or _("no remedy is known")


def _warned(one: Problem) -> bool:
    return one.observed.finding.outcome == WARNING
