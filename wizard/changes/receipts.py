"""Receipts: the inputs of a program, recorded because its output does not show them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from wizard.base.language import _
from wizard.base.values import Value, field
from wizard.changes.change import Hands
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Effect, Hides, Sets
from wizard.host.reading import Host, Unknown


class Receipt(Value):
    """The inputs of a program by name, as hashes or text; None if an input is known only at apply time."""

    path: str
    inputs: Mapping[str, str] | None = field(hash=False)

    def text(self) -> bytes:
        """Return the contents of the receipt file."""
        return json.dumps(self.inputs, indent=1, sort_keys=True).encode() + b"\n"

    def effect(self, host: Host, owner: str) -> Iterable[Effect]:
        """Yield the effects of writing the receipt; its contents are `Unknown` if the inputs are."""
        data = Unknown(_("its inputs are not known yet")) if self.inputs is None else self.text()
        yield Sets(Content(self.path), data)
        yield Sets(EntryAt(self.path), Entry("file", owner, owner, 0o644, changed=host.clock))

    def gathered(self, host: Host, folder: str, owner: str, why: str) -> Iterable[Effect]:
        """Yield the effects of filling `folder`, whose contents are known only at apply time, and of the receipt."""
        yield Hides(folder, why)
        yield Sets(EntryAt(folder), Entry("directory", owner, owner, 0o755, changed=host.clock))
        yield from self.effect(host, owner)


def leave_receipt(hands: Hands, receipt: Receipt, user: str) -> None:
    """Write the receipt, as the last action of a change."""
    script = 'mkdir -p "$(dirname "$1")" && printf "%s" "$2" >"$1.jalon" && mv -f "$1.jalon" "$1"'
    hands.run(("sh", "-c", script, "sh", receipt.path, receipt.text().decode()), user=user)


def digest(data: bytes) -> str:
    """Return the first 16 hexadecimal digits of an input's SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]
