"""Steps about the machine's Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.ranges import may_satisfy, required_python
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.reading import Host
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


def refuse_other(facts: Facts, wanted: str, remedy: str) -> None:
    """Raise `Blocked` if the machine's python3 is outside that range; a missing one will be installed."""
    if facts.python and wanted and not may_satisfy(facts.python, wanted):
        why = _("the code wants Python {wanted}, and python3 of {name} is {python}")
        raise Blocked(why.format(wanted=wanted, name=facts.name, python=facts.python), remedy)


def check_python(host: Host, pyproject: bytes) -> None:
    """Raise `Blocked` if the code's pyproject.toml excludes the machine's Python."""
    remedy = _("install on a distribution whose python3 is within that range, or choose a revision that takes it")
    refuse_other(host.facts, required_python(pyproject), remedy)


class PythonFits(Step):
    """The machine's python3 is within the range of the checkout's pyproject.toml, or else within `requirement`."""

    requirement: str
    checkout: str
    shared: bool = True

    @property
    def key(self) -> str:
        return "python"

    @property
    def title(self) -> str:
        return _("a Python that the code takes")

    def changes(self, host: Host) -> Iterator[Change]:
        """Yield nothing; raises `Blocked` if the Python does not fit, as Jalon installs no other."""
        code = host.get_planned(Content(f"{self.checkout}/pyproject.toml"))
        wanted = required_python(code if isinstance(code, bytes) else None) or self.requirement
        remedy = _(
            "install on a distribution whose python3 is within that range: Debian 12 has 3.11, Ubuntu 22.04 3.10,"
            " Ubuntu 24.04 3.12"
        )
        refuse_other(host.facts, wanted, remedy)
        yield from ()
