"""Steps about crontabs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.frozen import frozen
from wizard.host.cronline import missing
from wizard.host.crontab import lines_of
from wizard.host.reading import Host
from wizard.language import _

if TYPE_CHECKING:
    from wizard.changes.change import Change


@frozen(eq=False, repr=False)
class CrontabLines:
    """A user's crontab, or the system's own tables, hold lines that do the same as these, whoever typed them."""

    user: str
    lines: tuple[str, ...]
    home: str
    shared: bool = False

    @property
    def title(self) -> str:
        """In words."""
        return _("the crontab of {user}").format(user=self.user)

    def changes(self, host: Host) -> Iterator[Change]:
        """The lines whose work nothing does."""
        from wizard.changes.cron import CrontabLinesAdded

        present = lines_of(host, self.user)
        lacking = missing(self.lines, present or (), self.home)
        if lacking:
            yield CrontabLinesAdded(self.user, lacking)
