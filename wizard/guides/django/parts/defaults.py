"""Defaults that the questions of guides of Django applications share."""

from __future__ import annotations

from wizard.api import Answers, Facts, checks


def names_of_machine(answers: Answers, facts: Facts) -> tuple[str, ...]:
    """Return the machine's own names and addresses, those that a browser takes; `localhost` where there are none."""
    # A machine's own name may hold what no browser takes, such as an underscore.
    names = [name for name in (facts.hostname, *facts.addresses) if not checks.host_name(name, answers, facts)]
    return tuple(names) or ("localhost",)
