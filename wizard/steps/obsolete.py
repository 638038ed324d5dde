"""The removal of obsolete files, created for earlier answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.rendering import hash_of
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.reading import Host
from wizard.host.records import MadeAt, WrittenAt
from wizard.host.units import Unit
from wizard.steps.step import Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class ObsoleteFiles(Step):
    """Files and links that Jalon created at a checkpoint, other than those in `keep`, are removed. A file edited since
    stays, as does a link that leads elsewhere.

    `unit` loads the files in `folder`: it is restarted if it still runs with removed ones.
    """

    checkpoint: str
    keep: tuple[str, ...]
    unit: str = ""
    folder: str = ""
    shared: bool = False

    @property
    def key(self) -> str:
        return f"withdrawn:{self.checkpoint}"

    @property
    def title(self) -> str:
        return _("nothing that was made for other answers")

    def changes(self, host: Host) -> Iterator[Change]:
        """Remove the files, the newest first, then restart the unit."""
        from wizard.changes.files import FileRemoved
        from wizard.changes.units import UnitRestarted

        made = host.get(MadeAt(self.checkpoint))
        left = [path for path in reversed(made) if path not in self.keep]
        for path in left:
            if _ours(host, path, made):
                yield FileRemoved(path)
        if left and self.unit and self._old(host):
            yield UnitRestarted(self.unit)

    def _old(self, host: Host) -> bool:
        state, entry = host.get(Unit(self.unit)), host.get_planned(EntryAt(self.folder))
        return state.active == "active" and isinstance(entry, Entry) and entry.changed > state.started


def _ours(host: Host, path: str, made: Sequence[str]) -> bool:
    """Whether the path is unchanged since Jalon created it."""
    entry = host.get(EntryAt(path))
    if entry is None:
        return False
    if entry.kind == "link":
        return entry.target in made
    data = host.get(Content(path))
    return isinstance(data, bytes) and hash_of(data) == host.get(WrittenAt(path)).last
