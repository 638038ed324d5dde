"""Steps about backups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.files import Listing
from wizard.host.overlay import Sets
from wizard.host.reading import Host
from wizard.steps.step import Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class FirstBackup(Step):
    """At least one backup exists; the first is made at once."""

    command: str
    directory: str
    shared: bool = False

    @property
    def key(self) -> str:
        return f"backup:{self.directory}"

    @property
    def title(self) -> str:
        return _("a first backup")

    def changes(self, host: Host) -> Iterator[Change]:
        """Run the backup if there is none."""
        from wizard.changes.ran import Ran

        names = host.get(Listing(self.directory)) or ()
        if not [name for name in names if not name.endswith(".partial")]:
            about = _("make a first backup into {path}").format(path=self.directory)
            effects = (Sets(Listing(self.directory), ("1970-01-01T000000",)),)
            yield Ran((self.command,), about, effects, families=("files", "archives", "disk"))
