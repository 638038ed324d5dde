"""Steps about the machine's Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.ranges import may_satisfy, required_python
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.interpreters import SYSTEM, is_missing, minor_of
from wizard.host.reading import Host
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


def refuse_other(facts: Facts, wanted: str, remedy: str, python: str = "python3") -> None:
    """Raise `Blocked` if that interpreter is outside the range; a python3 that is missing will be installed."""
    found = minor_of(python, facts)
    if found and wanted and not may_satisfy(found, wanted):
        if python in SYSTEM:
            why = _("the code wants Python {wanted}, and python3 of {name} is {python}")
        else:
            why = _("the code wants Python {wanted}, and {command} is {python}")
        raise Blocked(why.format(wanted=wanted, name=facts.name, command=python, python=found), remedy)


def check_python(host: Host, pyproject: bytes, python: str = "python3") -> None:
    """Raise `Blocked` if the code's pyproject.toml excludes that interpreter."""
    remedy = _("install on a distribution whose python3 is within that range, or choose a revision that takes it")
    refuse_other(host.facts, required_python(pyproject), remedy, python)


class PythonFits(Step):
    """An interpreter is within the range of the checkout's pyproject.toml, or else within `requirement`; one that is
    named by its path is there. `answer` is the question that names another, "" for none."""

    requirement: str
    checkout: str
    python: str = "python3"
    answer: str = ""
    shared: bool = True

    @property
    def key(self) -> str:
        return "python"

    @property
    def title(self) -> str:
        return _("a Python that the code takes")

    def changes(self, host: Host) -> Iterator[Change]:
        """Yield nothing; raises `Blocked` if the Python does not fit, as Jalon installs no other."""
        if is_missing(self.python, host.facts, host.get_planned):
            why = _("there is no {path}").format(path=self.python)
            raise Blocked(
                why, _("install that Python there, or name another in the answer `{answer}`").format(answer=self.answer)
            )
        code = host.get_planned(Content(f"{self.checkout}/pyproject.toml"))
        wanted = required_python(code if isinstance(code, bytes) else None) or self.requirement
        remedy = _(
            "install on a distribution whose python3 is within that range: Debian 12 has 3.11, Ubuntu 22.04 3.10,"
            " Ubuntu 24.04 3.12"
        )
        if self.answer:
            other = _("{remedy}; or name another interpreter in the answer `{answer}`")
            remedy = other.format(remedy=remedy, answer=self.answer)
        refuse_other(host.facts, wanted, remedy, self.python)
        yield from ()
