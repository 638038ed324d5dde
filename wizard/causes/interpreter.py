"""Say why the programs of a Python environment cannot run."""

from __future__ import annotations

from wizard.base.language import _
from wizard.findings.finding import Cause
from wizard.findings.words import listed
from wizard.host.environments import Environment
from wizard.host.interpreters import interpreters, misfit
from wizard.host.reading import Host


def diagnose_interpreter(host: Host, path: str, environment: Environment) -> Cause | None:
    """Return why the programs of the environment at `path` cannot run; None where they can, or nobody can say."""
    found = misfit(host, path, environment)
    if found is None:
        return None
    there = listed(interpreters(host)) or "-"
    if not found.new:
        text = _("The interpreter of {path}, {place}, is not there any more. There are: {there}.")
        return Cause("interpreter-gone", text.format(path=path, place=found.place, there=there))
    text = _("The modules of {path} were installed for Python {old}, and its interpreter is Python {new} by now, which"
             " does not find them. There are: {there}.")  # fmt: skip
    return Cause("interpreter-other", text.format(path=path, old=found.old, new=found.new, there=there))
