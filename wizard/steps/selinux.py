"""Steps about SELinux; where it is absent or disabled they read nothing and ask for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.keys import SELINUX_BOOLEANS, selinux_port_key
from wizard.base.language import _
from wizard.host.reading import Host, Unknown
from wizard.host.selinux import Boolean, PortLabel, Switch, active, range_conflict
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class Booleans(Step):
    """These SELinux booleans are on, now and after a reboot. `name` distinguishes several such steps of one guide."""

    names: tuple[str, ...]
    shared: bool = True
    name: str = ""

    @property
    def key(self) -> str:
        return f"{SELINUX_BOOLEANS}:{self.name}" if self.name else SELINUX_BOOLEANS

    @property
    def title(self) -> str:
        return _("SELinux booleans")

    def changes(self, host: Host) -> Iterator[Change]:
        """Switch on each boolean that is off, now or after a reboot."""
        from wizard.changes.selinux import BooleanSet

        if not active(host.facts):
            return
        host.expect(map(Boolean, self.names))
        for name in self.names:
            if host.get_planned(Boolean(name)) != Switch(True, True):
                yield BooleanSet(name)


class PortOfType(Step):
    """A port has this type in the SELinux policy."""

    port: int
    type: str = "http_port_t"
    protocol: str = "tcp"
    shared: bool = False

    @property
    def key(self) -> str:
        return selinux_port_key(self.port, self.protocol)

    @property
    def title(self) -> str:
        return _("SELinux: port {port} is {type}").format(port=self.port, type=self.type)

    def changes(self, host: Host) -> Iterator[Change]:
        """Added, or put in the place of the type that holds just that port; in the way where a range was given one."""
        from wizard.changes.selinux import PortLabelled

        if not active(host.facts):
            return
        label = host.get_planned(PortLabel(self.port, self.protocol))
        if isinstance(label, Unknown) or label is None:
            yield PortLabelled(self.port, self.type, self.protocol)
        elif label.type != self.type:
            if found := range_conflict(label, self.port, self.protocol):
                raise Blocked(*found)
            yield PortLabelled(self.port, self.type, self.protocol, replaces=label.exact)
