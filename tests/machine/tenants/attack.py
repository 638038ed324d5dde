"""What an attack is, and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.machine.tenants.ground import Ground

Run = Callable[[Ground], None]


@dataclass(frozen=True)
class Attack:
    """One attack. `seen` is what it did before the guard against it was there; "" for one that was stopped already.

    `run` plants it, has root run Jalon over it, and holds what is particular to it; what must hold after every one is
    held by `Ground.holds`, but for paths that match `allowed`. `open` is why it still gets through, or "". `last`: the
    instance is gone afterwards, so that it comes after all others.
    """

    name: str
    made: str
    seen: str
    run: Run
    allowed: str
    open: str
    last: bool


ATTACKS: list[Attack] = []


def attack(seen: str, *, allowed: str = "$^", open: str = "", last: bool = False) -> Callable[[Run], Run]:
    """Lists a function as an attack; its docstring says how it is made."""

    def listed(run: Run) -> Run:
        ATTACKS.append(Attack(run.__name__, (run.__doc__ or "").strip(), seen, run, allowed, open, last))
        return run

    return listed
