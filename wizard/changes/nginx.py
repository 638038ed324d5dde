"""Changes of nginx's own configuration, and of files that are moved out of its way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.rendering import shell_word
from wizard.base.values import replace
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.files import listed, undo_of_path
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.overlay import Effect, Sets
from wizard.host.packages import Conffile
from wizard.host.reading import Host
from wizard.host.records import Written, WrittenAt

LISTENS = pattern(rb"^([^#\n]*\blisten\b[^#\n]*?)( default_server.*)$", re.MULTILINE)

INCLUDE = b"include /etc/nginx/conf.d/*.conf;"
HTTP = pattern(rb"^[ \t]*http[ \t]*\{[^\n]*\n", re.MULTILINE)
SITES_LOADED = pattern(rb"^[ \t]*include[ \t]+(?:/etc/nginx/)?conf\.d/\*", re.MULTILINE)


def without_default(data: bytes) -> bytes:
    """Comment out every `default_server`, as the `sed` of the installation document does."""
    return LISTENS.sub(rb"\1; #\2", data)


class DefaultServerUnset(Change):
    """Comment out `default_server` in a file of nginx. `hash` is that of the file afterwards, "" if known only at apply
    time; `mode`, `owner` and `group` are its present ones."""

    kind: ClassVar[str] = "DefaultServerUnset"
    path: str
    hash: str = ""
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    stale: ClassVar[tuple[str, ...]] = ("files", "journal", "conffiles", "nginx")

    @property
    def title(self) -> str:
        return _("no `default_server` in {path}").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Rewrite the file if it has such a line."""
        data = hands.read(self.path)
        if (wanted := without_default(data)) != data:
            hands.write(self.path, wanted, mode=self.mode, owner=self.owner, group=self.group)

    def effect(self, host: Host) -> Iterable[Effect]:
        data, entry = host.read(Content(self.path)), host.read(EntryAt(self.path))
        if isinstance(data, bytes):
            yield Sets(Content(self.path), without_default(data))
        if isinstance(entry, Entry):
            yield Sets(EntryAt(self.path), replace(entry, changed=host.clock))
        yield Sets(Conffile("nginx", self.path), False)
        yield Sets(WrittenAt(self.path), Written(last=self.hash))

    def typed(self) -> Sequence[Typed]:
        """The command of the installation document, changed to be idempotent."""
        script = r"/^[^#]*listen[^#]* default_server/ s/( default_server.*)/; #\1/"
        return (Typed(f"sed -i.bak -re '{script}' {shell_word(self.path)}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore the file."""
        return undo_of_path(self.path, host, keep)


def with_sites(data: bytes) -> bytes:
    """Have nginx load the sites of conf.d, first of all in its block `http`: the first site of a port answers whoever
    asks for no name that is known."""
    return data if SITES_LOADED.search(data) else HTTP.sub(rb"\g<0>    " + INCLUDE + rb"\n", data, count=1)


class SitesIncluded(Change):
    """Have nginx load the sites of conf.d. `hash` is that of the file afterwards, "" if known only at apply time;
    `mode`, `owner` and `group` are its present ones."""

    kind: ClassVar[str] = "SitesIncluded"
    path: str
    hash: str = ""
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    stale: ClassVar[tuple[str, ...]] = ("files", "journal", "conffiles", "nginx")

    @property
    def title(self) -> str:
        return _("{path} loads the sites of conf.d").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Rewrite the file if it does not load them."""
        data = hands.read(self.path)
        if (wanted := with_sites(data)) != data:
            hands.write(self.path, wanted, mode=self.mode, owner=self.owner, group=self.group)

    def effect(self, host: Host) -> Iterable[Effect]:
        data, entry = host.read(Content(self.path)), host.read(EntryAt(self.path))
        if isinstance(data, bytes):
            yield Sets(Content(self.path), with_sites(data))
        if isinstance(entry, Entry):
            yield Sets(EntryAt(self.path), replace(entry, changed=host.clock))
        yield Sets(Conffile("nginx", self.path), False)
        yield Sets(WrittenAt(self.path), Written(last=self.hash))

    def typed(self) -> Sequence[Typed]:
        path, line = shell_word(self.path), INCLUDE.decode()
        return (Typed(f"grep -q conf.d/ {path} || sed -i.bak '/^http *{{/a\\    {line}' {path}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore the file."""
        return undo_of_path(self.path, host, keep)


class FileMoved(Change):
    """Rename a file; an existing one is not replaced."""

    kind: ClassVar[str] = "FileMoved"
    path: str
    target: str
    stale: ClassVar[tuple[str, ...]] = ("files", "conffiles", "nginx")

    @property
    def title(self) -> str:
        return _("move {path} to {target}").format(path=self.path, target=self.target)

    def carry_out(self, hands: Hands) -> None:
        """Rename the file; nothing if it is gone or the new name is taken."""
        hands.run(("sh", "-c", 'test ! -e "$1" || mv -nT -- "$1" "$2"', "sh", self.path, self.target))

    def effect(self, host: Host) -> Iterable[Effect]:
        entry, data = host.read(EntryAt(self.path)), host.read(Content(self.path))
        yield Sets(EntryAt(self.target), entry)
        yield Sets(Content(self.target), data)
        yield Sets(EntryAt(self.path), None)
        yield Sets(Content(self.path), None)
        yield from listed(host, self.target, True)
        yield from listed(host, self.path, False)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"mv -n {shell_word(self.path)} {shell_word(self.target)}"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return (FileMoved(self.target, self.path),)
