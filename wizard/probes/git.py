"""Probes of git checkouts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _, _n
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_user, command, listed
from wizard.host.files import EntryAt
from wizard.host.git import Checkout, CheckoutAt, Modified
from wizard.host.reading import Host, Reading

SHORT = 10


class RevisionHeld(Probe):
    """A checkout is at the commit recorded in Jalon's receipt for the revision or, without a receipt, at the revision
    by name."""

    path: str
    revision: str
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (CheckoutAt(self.path), EntryAt(self.path))

    def observe(self, host: Host) -> Finding:
        checkout = host.get(CheckoutAt(self.path))
        if checkout is None:
            return _missing(self.path)
        seen = _name(checkout)
        if checkout.held_revision and checkout.held_revision == self.revision:
            if checkout.commit == checkout.held_commit:
                return passed(_("{seen}, held for {revision}").format(seen=seen, revision=self.revision))
            return self._moved(host, checkout, seen)
        if not checkout.held_revision and self._stands(checkout):
            return passed(seen)
        text = _("{seen}; it should be {revision}").format(seen=seen, revision=self.revision)
        told = _("Another revision is checked out than the answers ask for.")
        return failed(
            text,
            cause=Cause("revision-other", told),
            remedy=Remedy(_("Apply this checkpoint, or change the answer `revision`."), step=self.step),
        )

    def _stands(self, checkout: Checkout) -> bool:
        if self.revision in ("", checkout.branch, *checkout.tags):
            return True
        return len(self.revision) >= 7 and checkout.commit.startswith(self.revision.lower())

    def _moved(self, host: Host, checkout: Checkout, seen: str) -> Finding:
        held = checkout.held_commit
        text = _("{seen}; {held} is held for {revision}")
        evidence = text.format(seen=seen, held=held[:SHORT], revision=self.revision)
        entry = host.get(EntryAt(self.path))
        words = ("git", "-C", self.path, "checkout", "--quiet", held)
        back = as_user(entry.owner, *words) if entry is not None else command(*words)
        told = _("Go back to the commit that is held; or take the newest with `jalon apply --update`.")
        return failed(
            evidence,
            cause=Cause("revision-moved", _("The checkout was moved by hand since it was applied.")),
            remedy=Remedy(told, (back,) if held else ()),
        )


class WorkTreeClean(Probe):
    """No tracked file of a checkout is modified."""

    path: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (CheckoutAt(self.path), Modified(self.path))

    def observe(self, host: Host) -> Finding:
        if host.get(CheckoutAt(self.path)) is None:
            return _missing(self.path)
        names = host.get(Modified(self.path))
        if not names:
            return passed(_("no file modified"))
        text = _n("{count} file modified: {names}", "{count} files modified: {names}", len(names))
        told = _(
            "Look at them with `git diff`; set aside what is not wanted, for an update would meet it: `git stash pop`"
            " brings it back."
        )
        entry = host.get(EntryAt(self.path))
        who = ("-c", "user.name=jalon", "-c", "user.email=jalon@localhost")
        words = ("git", "-C", self.path, *who, "stash", "push", "--quiet", "--message", "jalon fix", "--", *names)
        aside = as_user(entry.owner, *words) if entry is not None else command(*words)
        return warning(
            text.format(count=len(names), names=listed(names)),
            cause=Cause("files-modified", _("Files of the checkout were changed after it was made.")),
            remedy=Remedy(told, (aside,)),
        )


def _missing(path: str) -> Finding:
    told = _("The code was not cloned there, or the folder is a copy without its `.git`.")
    return failed(_("{path} is no git checkout").format(path=path), cause=Cause("checkout-missing", told))


def _name(checkout: Checkout) -> str:
    """The abbreviated commit with its branch or tags."""
    names = [checkout.branch] if checkout.branch else list(checkout.tags)
    commit = checkout.commit[:SHORT]
    return _("commit {commit} ({names})").format(commit=commit, names=listed(names)) if names else commit
