"""Receipts: what a program that leaves no evidence was given, kept beside what it made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import field

from wizard.base.language import _
from wizard.base.values import Value
from wizard.changes.change import Hands
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Effect, Hides, Sets
from wizard.host.reading import Host, Unknown


class Receipt(Value):
    """The inputs of a program by name, as hashes or words; None where an input is not known yet."""

    path: str
    inputs: Mapping[str, str] | None = field(hash=False)

    def text(self) -> bytes:
        """What is written."""
        return json.dumps(self.inputs, indent=1, sort_keys=True).encode() + b"\n"

    def effect(self, host: Host, owner: str) -> Iterable[Effect]:
        """The receipt as it will stand; its contents unknown where an input is."""
        data = Unknown(_("its inputs are not known yet")) if self.inputs is None else self.text()
        yield Sets(Content(self.path), data)
        yield Sets(EntryAt(self.path), Entry("file", owner, owner, 0o644, changed=host.clock))

    def gathered(self, host: Host, folder: str, owner: str, why: str) -> Iterable[Effect]:
        """The same with the folder that it tells of, whose contents are not known before."""
        yield Hides(folder, why)
        yield Sets(EntryAt(folder), Entry("directory", owner, owner, 0o755, changed=host.clock))
        yield from self.effect(host, owner)


def leave(hands: Hands, receipt: Receipt, user: str) -> None:
    """Writes the receipt, as the last act of a change."""
    script = 'mkdir -p "$(dirname "$1")" && printf "%s" "$2" >"$1.jalon" && mv -f "$1.jalon" "$1"'
    hands.run(("sh", "-c", script, "sh", receipt.path, receipt.text().decode()), user=user)


def digest(data: bytes) -> str:
    """A short hash of an input."""
    return hashlib.sha256(data).hexdigest()[:16]
