"""What asks for a repair: findings that are red, and warnings for which something can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.base.language import _
from wizard.base.values import Value
from wizard.changes.change import Change
from wizard.changes.ran import Ran
from wizard.findings.finding import CRASHED, FAILED, WARNING, Remedy
from wizard.guide import Checkpoint
from wizard.host.reading import Host
from wizard.steps.step import Step
from wizard.walk.events import Observed
from wizard.walk.verification import Verified

RED = (FAILED, CRASHED)


class Wrong(Value):
    """A finding that asks for a repair, where it was found."""

    point: Checkpoint
    observed: Observed

    @property
    def id(self) -> str:
        """Its probe or trial."""
        return self.observed.probe.id

    @property
    def key(self) -> tuple[str, str]:
        """The same with its cause."""
        return self.id, self.observed.finding.cause.id if self.observed.finding.cause else ""

    @property
    def remedy(self) -> Remedy:
        """What is known to repair it; perhaps nothing."""
        return self.observed.finding.remedy or Remedy("")

    @property
    def red(self) -> bool:
        """Whether it is more than a warning."""
        return self.observed.finding.outcome in RED


class Commands(Step):
    """The commands of the remedy for what a probe found, in the place of a step."""

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
        """Each command, as root. What undoes an instance undoes what they have brought back too."""
        for command in self.remedy.commands:
            yield Ran(("sh", "-c", command), command, ())


def wrongs(verified: Sequence[Verified]) -> list[Wrong]:
    """What asks for a repair, in the order of the guide, in which nothing comes before what it depends on: all that
    is red, and warnings for which something can be done."""
    found = [Wrong(one.checkpoint, observed) for one in verified if one.reached for observed in one.observed]
    return [one for one in found if one.red or (_warned(one) and (one.remedy.commands or one.remedy.step))]


def nothing_done(one: Wrong) -> str:
    """Why something is left where nothing was tried."""
    return one.remedy.text or _("no remedy is known")


def _warned(one: Wrong) -> bool:
    return one.observed.finding.outcome == WARNING
