"""Changes made by OMERO's own command, in its environment, as its user."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from wizard.api import (
    Change,
    Effect,
    Entry,
    EntryAt,
    Hands,
    Host,
    Keep,
    Receipt,
    Secret,
    Sets,
    TreeRemoved,
    Typed,
    _,
    field,
    leave_receipt,
)
from wizard.guides.omero_web.parts.omero import Omero


class PropertySet(Change):
    """A property has this value; without one it is no longer set, and OMERO's default counts."""

    kind: ClassVar[str] = "PropertySet"
    mark: ClassVar[str] = "~"
    key: str
    omero: Omero
    value: str | Secret | None
    stale: ClassVar[tuple[str, ...]] = ("omero", "files")

    @property
    def title(self) -> str:
        """The change in a few words; a secret is not shown."""
        if self.value is None:
            return _("{key} back to its default").format(key=self.key)
        shown = "..." if isinstance(self.value, Secret) else self.value
        return f"{self.key} = {shown}"

    @property
    def withdraws(self) -> bool:
        """Whether the property is unset."""
        return self.value is None

    def carry_out(self, hands: Hands) -> None:
        """Run `omero config set`; a secret goes by its standard input, as anybody may read a command line."""
        if isinstance(self.value, Secret):
            self.omero.run(hands, "config", "set", "-f", "-", self.key, stdin=self.value.reveal())
        elif self.value is None:
            self.omero.run(hands, "config", "set", self.key)
        else:
            self.omero.run(hands, "config", "set", "--", self.key, self.value)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield from _reads(self.omero, host, self.key, _plain(self.value))

    def typed(self) -> Sequence[Typed]:
        if isinstance(self.value, Secret):
            given = self.omero.typed("config", "set", "-f", "-", self.key)
            line = f'printf %s "${self.value.variable}" | {given.text}'
            return (Typed(line, given.user, secrets=(self.value,)),)
        words = (self.key,) if self.value is None else ("--", self.key, self.value)
        return (self.omero.typed("config", "set", *words),)


class PropertyListed(Change):
    """A list among the properties holds this value, after those that it holds already, OMERO's defaults first; or no
    longer, or, where it is there `twice`, once less."""

    kind: ClassVar[str] = "PropertyListed"
    key: str
    value: str
    omero: Omero
    removed: bool = False
    twice: bool = False
    stale: ClassVar[tuple[str, ...]] = ("omero", "files")

    @property
    def title(self) -> str:
        text = _("{value} out of {key}") if self.removed else _("{value} in {key}")
        return text.format(value=self.value, key=self.key)

    @property
    def withdraws(self) -> bool:
        """Whether the value is removed altogether."""
        return self.removed and not self.twice

    @property
    def subject(self) -> str:
        """The list's name and the value."""
        return f"{self.key} {self.value}"

    @property
    def _words(self) -> tuple[str, ...]:
        verb = ("remove",) if self.removed else ("append", "--set")
        return ("config", *verb, "--", self.key, self.value)

    def carry_out(self, hands: Hands) -> None:
        """Run `omero config append`, which adds a value a second time unless it is told to look."""
        self.omero.run(hands, *self._words)

    def effect(self, host: Host) -> Iterable[Effect]:
        """The list with the value, where OMERO's own defaults need not be known for it."""
        found = host.get_planned(self.omero.properties)
        properties = dict(found) if isinstance(found, Mapping) else {}
        try:
            listed = json.loads(properties.get(self.key, "[]"))
        except (ValueError, RecursionError):
            listed = []
        listed = listed if isinstance(listed, list) else []
        value = json.loads(self.value)
        if not self.removed:
            listed = [*listed, value]
        elif value in listed:
            # `omero config remove` takes the first of several.
            listed.remove(value)
        yield from _reads(self.omero, host, self.key, json.dumps(listed))

    def typed(self) -> Sequence[Typed]:
        return (self.omero.typed(*self._words),)


class OmeroStaticsCollected(Change):
    """The static files of OMERO.web and its apps are collected where nginx serves them."""

    kind: ClassVar[str] = "OmeroStaticsCollected"
    folder: str
    omero: Omero
    receipt: Receipt = field(hash=False)
    stale: ClassVar[tuple[str, ...]] = ("files", "http")

    @property
    def title(self) -> str:
        return _("collect the static files into {path}").format(path=self.folder)

    def carry_out(self, hands: Hands) -> None:
        """Run `omero web syncmedia`, then leave the receipt of its inputs."""
        self.omero.run(hands, "web", "syncmedia")
        leave_receipt(hands, self.receipt, self.omero.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        """The folder, whose contents are known once it was filled."""
        why = _("known once the static files are collected")
        return self.receipt.gathered(host, self.folder, self.omero.user, why)

    def typed(self) -> Sequence[Typed]:
        return (self.omero.typed("web", "syncmedia"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the folder, when data is removed too."""
        return (TreeRemoved(self.folder),)


def _plain(value: str | Secret | None) -> str | None:
    return value.reveal() if isinstance(value, Secret) else value


def _reads(omero: Omero, host: Host, key: str, value: str | None) -> Iterable[Effect]:
    found = host.get_planned(omero.properties)
    properties = dict(found) if isinstance(found, Mapping) else {}
    if value is None:
        properties.pop(key, None)
    else:
        properties[key] = value
    yield Sets(omero.properties, properties)
    yield Sets(EntryAt(omero.properties.file), Entry("file", omero.user, omero.user, 0o644, changed=host.clock))
