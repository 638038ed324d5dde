"""Decide whether a folder filled by a program is up to date, from its receipt and one file in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.host.files import Content, EntryAt
from wizard.host.reading import Host, Unknown
from wizard.host.records import Applied

if TYPE_CHECKING:
    from wizard.changes.receipts import Receipt


def gathered(host: Host, folder: str, proof: str, receipt: Receipt, kind: str) -> bool:
    """Whether the folder contains the file `proof`, and was filled from the receipt's inputs.

    Without a receipt, it was filled by hand, and the proof suffices, unless the journal holds a change of that `kind`:
    then a run was interrupted.
    """
    there, known = host.get_planned(EntryAt(f"{folder}/{proof}")), host.get_planned(Content(receipt.path))
    if isinstance(known, Unknown) or (isinstance(there, Unknown) and known is not None):
        return True  # planned: what it is made from is not known yet either
    if there is None or isinstance(there, Unknown):
        return False
    return known == receipt.text() or (known is None and not host.get(Applied(kind, folder)))
