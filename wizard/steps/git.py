"""Steps about code from git."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.host.files import Entry, EntryAt
from wizard.host.git import RECEIPT, CheckoutAt
from wizard.host.reading import Host
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class Clone(Step):
    """A checkout of a repository, held to the commit that its revision stood for when it was first applied.

    Where the receipt is older than `update_since` (seconds since the epoch) it is moved to what the revision stands
    for now. No remote is asked to judge it. `access` is what opens the address (`Question.credential`).
    """

    path: str
    source: str
    revision: str
    user: str
    update_since: float = 0.0
    shared: bool = False
    access: Secret | None = None

    @property
    def key(self) -> str:
        return f"checkout:{self.path}"

    @property
    def title(self) -> str:
        return _("the code in {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        """Clone, or check out another revision."""
        from wizard.changes.git import CheckedOut, Cloned

        access = self.access if self.access and self.access.reveal() else None
        checkout = host.get(CheckoutAt(self.path))
        if checkout is None:
            if host.get(EntryAt(self.path)) is not None:
                why = _("{path} is there and is no git checkout").format(path=self.path)
                raise Blocked(why, _("move it away, then run this again"))
            yield Cloned(self.path, self.source, self.revision, self.user, access)
            return
        if checkout.held_revision:
            in_place = checkout.held_revision == self.revision and checkout.held_commit == checkout.commit
        else:  # made by hand: there is no receipt
            in_place = self.revision in ("", checkout.branch, checkout.commit, *checkout.tags)
        receipt = host.get_planned(EntryAt(f"{self.path}/.git/{RECEIPT}"))
        outdated = isinstance(receipt, Entry) and receipt.changed < self.update_since
        if not in_place or outdated:
            yield CheckedOut(self.path, self.revision, self.user, checkout.origin, checkout.commit, access)
