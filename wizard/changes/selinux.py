"""Changes of SELinux's policy on this host, which outlast a restart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.host.overlay import Effect, Sets
from wizard.host.reading import Host, Unknown
from wizard.host.selinux import Boolean, Label, PortLabel, Switch


class BooleanSet(Change):
    """Set an SELinux boolean, now and persistently."""

    kind: ClassVar[str] = "BooleanSet"
    mark: ClassVar[str] = "~"
    name: str
    on: bool = True
    stale: ClassVar[tuple[str, ...]] = ("selinux-booleans",)

    @property
    def title(self) -> str:
        text = _("switch SELinux's {name} on") if self.on else _("switch SELinux's {name} off")
        return text.format(name=self.name)

    def carry_out(self, hands: Hands) -> None:
        """`setsebool -P`, which builds the policy anew and takes its time."""
        hands.run(("setsebool", "-P", self.name, str(int(self.on))))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Boolean(self.name), Switch(self.on, self.on))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"setsebool -P {shell_word(self.name)} {int(self.on)}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore the lasting value."""
        was = host.read(Boolean(self.name))
        return (BooleanSet(self.name, was.lasting),) if isinstance(was, Switch) else ()


class PortLabelled(Change):
    """Label a port in the SELinux policy. `replaces`: that port has another type already."""

    kind: ClassVar[str] = "PortLabelled"
    port: int
    type: str
    protocol: str = "tcp"
    replaces: bool = False
    stale: ClassVar[tuple[str, ...]] = ("selinux-ports",)

    @property
    def subject(self) -> str:
        """The port, as the policy names it."""
        return f"{self.protocol}/{self.port}"

    @property
    def title(self) -> str:
        return _("let SELinux take port {port} for {type}").format(port=self.port, type=self.type)

    @property
    def _words(self) -> tuple[str, ...]:
        verb = "-m" if self.replaces else "-a"
        return ("semanage", "port", verb, "-t", self.type, "-p", self.protocol, str(self.port))

    def carry_out(self, hands: Hands) -> None:
        """`semanage port`."""
        hands.run(self._words)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(PortLabel(self.port, self.protocol), Label(self.type, exact=True, local=True))

    def typed(self) -> Sequence[Typed]:
        return (Typed(" ".join(map(shell_word, self._words))),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore an earlier local label, or remove ours."""
        was = host.read(PortLabel(self.port, self.protocol))
        if isinstance(was, Label) and was.local and was.exact:
            return (PortLabelled(self.port, was.type, self.protocol, replaces=True),)
        return (PortUnlabelled(self.port, self.protocol),)


class PortUnlabelled(Change):
    """Remove a port's local label, so that the policy's own applies."""

    kind: ClassVar[str] = "PortUnlabelled"
    port: int
    protocol: str = "tcp"
    stale: ClassVar[tuple[str, ...]] = ("selinux-ports",)

    @property
    def subject(self) -> str:
        """The port, as the policy names it."""
        return f"{self.protocol}/{self.port}"

    @property
    def title(self) -> str:
        return _("leave port {port} to SELinux's own policy").format(port=self.port)

    def carry_out(self, hands: Hands) -> None:
        """Run `semanage port -d`; a port without a local label is no error."""
        hands.run(("semanage", "port", "-d", "-p", self.protocol, str(self.port)), accept=(0, 1))

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(PortLabel(self.port, self.protocol), Unknown(_("put back by an undo")))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"semanage port -d -p {self.protocol} {self.port}"),)
