"""Steps about files, folders and links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wizard.base.keys import file_key
from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.rendering import Body, hash_of
from wizard.base.secret import Secret
from wizard.base.values import field
from wizard.changes.validation import Validation
from wizard.host.earlier import of_folder
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.reading import Host
from wizard.host.records import Applied, WrittenAt
from wizard.steps.earlier import need_mounted, need_nothing_earlier
from wizard.steps.step import Blocked, Step, need_secret
from wizard.steps.vacant import need_vacant

if TYPE_CHECKING:
    from wizard.changes.change import Change


class GeneratedFile(Step):
    """A file that Jalon generates. Three hashes (on the disk, last written, newly rendered) tell whether it is missing,
    current, outdated or edited; the user is asked before an edited one is replaced. Without the secrets in `needs` it
    is not written, and an edited file is kept without a question."""

    path: str
    body: Body = field(hash=False)
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    validation: Validation | None = None
    shared: bool = False
    needs: tuple[Secret, ...] = ()

    @property
    def key(self) -> str:
        return file_key(self.path)

    @property
    def title(self) -> str:
        return _("the file {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.files import EditKept, FileWritten, ModeSet

        rendered = hash_of(self.body.render())
        data = host.get_planned(Content(self.path))
        disk = hash_of(data) if isinstance(data, bytes) else ""
        if disk != rendered:
            known = host.get(WrittenAt(self.path))
            if data is not None and known.kept_disk == disk and known.kept_rendered == rendered:
                return
            edited = isinstance(data, bytes) and disk != known.last
            if edited and not all(secret.reveal() for secret in self.needs):
                yield EditKept(self.path, rendered)
                return
            for secret in self.needs:
                need_secret(secret)
            yield FileWritten(self.path, self.body, self.mode, self.owner, self.group, self.validation, edited)
            return
        entry = host.get_planned(EntryAt(self.path))
        if isinstance(entry, Entry) and entry.kind == "file" and entry.mode != self.mode:
            from wizard.changes.files import ModeSet

            yield ModeSet(self.path, self.mode, entry.mode)


class Directory(Step):
    """A folder. An existing one keeps its mode if that is no more permissive. `contents`: everything in it belongs to
    the instance and is removed with its data; if Jalon created it for another user, it is given to `owner`. `private`:
    an existing folder is restricted for good, as if created. `parents`: missing parents are created, 0755 and
    root's. `holds`: it is taken only where nobody else could put another in its place, and nothing is in it but names
    that match this regular expression. `data`: what people made is in it, so that none is made anew, empty, where one
    was, unless a person agrees."""

    path: str
    owner: str = "root"
    group: str = "root"
    mode: int = 0o755
    parents: bool = False
    shared: bool = False
    contents: bool = False
    private: bool = False
    holds: str = ""
    data: bool = False

    @property
    def key(self) -> str:
        return f"directory:{self.path}"

    @property
    def title(self) -> str:
        return _("the folder {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        """The folder, after those above it."""
        from wizard.changes.files import DirectoryHandedOver, DirectoryMade, ModeSet

        entry = host.get(EntryAt(self.path))
        if self.holds:
            made = host.get(Applied(DirectoryMade.kind, self.path))
            need_vacant(host, self.path, self.owner, self.holds, ours=made)
        if entry is not None and entry.kind not in ("directory", "link"):
            raise _no_folder(self.path)
        foreign = self.contents and entry is not None and entry.owner != self.owner
        if foreign and host.get(Applied(DirectoryMade.kind, self.path)):
            yield DirectoryHandedOver(self.path, self.owner)
            entry = host.get(EntryAt(self.path))
        wide = entry is not None and entry.kind == "directory" and entry.mode & 0o7777 & ~self.mode
        if entry is not None and not wide:
            return

        if entry is None:
            need_mounted(host, self.path)
            if self.data:
                need_nothing_earlier(host, self.key, self.title, of_folder(host, self.path))
            for above in self._missing(host) if self.parents else ():
                yield DirectoryMade(above)
        if entry is None or (wide and self.private):
            yield DirectoryMade(self.path, self.mode, self.owner, self.group, self.contents)
        elif wide:
            yield ModeSet(self.path, entry.mode & self.mode, entry.mode)

    def _missing(self, host: Host) -> list[str]:
        """Return the missing parent folders, the topmost first."""
        missing: list[str] = []
        for above in map(str, PurePosixPath(self.path).parents):
            entry = host.get(EntryAt(above))
            if entry is None:
                missing.insert(0, above)
                continue
            if entry.kind not in ("directory", "link"):
                raise _no_folder(above)
            if entry.owner != "root":
                why = _("{path} would lie in {above}, which belongs to {owner}: it would not be root's own")
                why = why.format(path=self.path, above=above, owner=entry.owner)
                raise Blocked(why, _("choose a folder that lies in one of root's, such as /var or /srv"))
            break
        return missing


def _no_folder(path: str) -> Blocked:
    why = _("{path} is there and is no folder").format(path=path)
    return Blocked(why, _("move it away, or choose another folder"))


class CopiedDirectory(Step):
    """A folder created as a copy of another; an existing one is left alone."""

    path: str
    source: str
    user: str
    shared: bool = False

    @property
    def key(self) -> str:
        return f"directory:{self.path}"

    @property
    def title(self) -> str:
        return _("the folder {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.files import DirectoryCopied

        if host.get(EntryAt(self.path)) is None:
            yield DirectoryCopied(self.path, self.source, self.user)


class Link(Step):
    """A symbolic link to `target`, or to one of the equivalent `accepted` paths."""

    path: str
    target: str
    owner: str = "root"
    accepted: tuple[str, ...] = ()
    shared: bool = False

    @property
    def key(self) -> str:
        return f"link:{self.path}"

    @property
    def title(self) -> str:
        return _("the link {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.files import LinkMade

        entry = host.get_planned(EntryAt(self.path))
        if isinstance(entry, Entry) and entry.kind == "link" and entry.target in (self.target, *self.accepted):
            return
        if isinstance(entry, Entry) and entry.kind == "directory":
            why = _("{path} is a folder, where a link should be").format(path=self.path)
            raise Blocked(why, _("move it away, then run this again"))
        yield LinkMade(self.path, self.target, self.owner)


class Line(Step):
    """A text file contains this line, or one of the equivalent `accepted` ones. `name` distinguishes several such steps
    for one file."""

    path: str
    line: str
    owner: str
    accepted: tuple[str, ...] = ()
    shared: bool = False
    name: str = ""

    @property
    def key(self) -> str:
        return f"line:{self.path}:{self.name}" if self.name else f"line:{self.path}"

    @property
    def title(self) -> str:
        return _("a line in {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        """Append the line."""
        from wizard.changes.files import LineAdded

        data = host.get(Content(self.path)) or b""
        if not {self.line, *self.accepted} & set(lines_of(data.decode(errors="replace"))):
            yield LineAdded(self.path, self.line, self.owner)


class Absent(Step):
    """A path does not exist; it is removed only if `only_if` agrees."""

    path: str
    only_if: Callable[[Host], bool] = field(hash=False)
    shared: bool = True

    @property
    def key(self) -> str:
        return f"absent:{self.path}"

    @property
    def title(self) -> str:
        return _("no {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.files import FileRemoved

        if host.get(EntryAt(self.path)) is not None and self.only_if(host):
            yield FileRemoved(self.path)
