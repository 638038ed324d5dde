"""What a public report says of a host, made again on a machine, and what was said of it before it was worked on."""

from __future__ import annotations

from typing import Literal

from tests.machine.faults.fault import Fault
from wizard.base.values import Value

Repair = Literal["repaired", "left", "false", "harm"]
"""What `jalon fix` did: all is as before; nothing, or too little, and said so; "repaired" said of what was not; or more
was broken than before."""


class Before(Value):
    """What Jalon said of it when it was first made again: `cause` is empty where nothing turned red or no cause was
    named; `rightly` says whether the cause, or the evidence alone, told a person what was so."""

    detected: bool
    cause: str
    rightly: bool
    repair: Repair


class Report(Value):
    """One report: where it stands, what its writer met, and how it is made again.

    `source` is the public address, or the section of the document it comes from. `people` says in a sentence what they
    met. `fault` is how it is made, what it turns now, and whether `jalon fix` repairs it.
    """

    fault: Fault
    source: str
    people: str
    before: Before
