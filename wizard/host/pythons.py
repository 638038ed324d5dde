"""The interpreters that a distribution has beside its `python3`."""

from __future__ import annotations

from wizard.base.language import _
from wizard.base.ranges import may_satisfy
from wizard.host.distributions import distribution_of
from wizard.host.facts import Facts


def beside(facts: Facts, wanted: str) -> tuple[str, ...]:
    """Return the packages, each named as its command, of those within that range, oldest first."""
    known = distribution_of(facts).pythons
    return tuple(name for name in known if may_satisfy(name.removeprefix("python"), wanted))


def offered(facts: Facts, wanted: str) -> str:
    """Return in words where one within that range comes from on this distribution; "" where nothing is known."""
    if names := beside(facts, wanted):
        text = _("{name} has packages of others beside its own: {names}.")
        return text.format(name=facts.name, names=", ".join(names))
    if package := distribution_of(facts).fetches_pythons:
        text = _("{name} has none within that range; `{package}`, of its packages, fetches one (`uv python install`).")
        return text.format(name=facts.name, package=package)
    return ""
