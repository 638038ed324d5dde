"""Changes of files, folders and links."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import Body, hash_of, shell_word
from wizard.base.values import field, replace
from wizard.changes.change import Change, Consent, Failed, Hands, Keep, Typed
from wizard.changes.validation import Validation
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Effect, Hides, Sets
from wizard.host.reading import Host, Unknown
from wizard.host.records import Written, WrittenAt


def undo_of_path(path: str, host: Host, keep: Keep) -> tuple[Change, ...]:
    """Return the changes that restore a path to its present state: absent, a link, or a file (kept by `keep`).
    Raises `Failed` if it is neither."""
    entry = host.read(EntryAt(path))
    if entry is None or isinstance(entry, Unknown):
        return (FileRemoved(path),)
    if entry.kind == "link":
        return (LinkMade(path, entry.target),)
    if entry.kind != "file":
        text = _("{path} is there and is neither a file nor a link, so that it cannot be replaced")
        raise Failed(text.format(path=path), remedy=_("move it away, then run this again"))
    return (FileRestored(path, keep(path), entry.mode, entry.owner, entry.group),)


def replacing(path: str, rendered: str) -> Consent:
    """Return the question before an edited file is replaced; if refused, the edit is kept."""
    question = _("{path} was edited since it was written. Replace it?").format(path=path)
    return Consent(question, EditKept(path, rendered=rendered))


def listed(host: Host, path: str, present: bool) -> Iterable[Effect]:
    """Yield the effect on the parent folder of adding or removing a path: its listing, if known, and its time."""
    place = PurePosixPath(path)
    folder = str(place.parent)
    names, entry = host.read(Listing(folder)), host.read(EntryAt(folder))
    if isinstance(names, tuple):
        kept = {name for name in names if name != place.name} | ({place.name} if present else set())
        yield Sets(Listing(folder), tuple(sorted(kept)))
    if isinstance(entry, Entry):
        yield Sets(EntryAt(folder), replace(entry, changed=host.clock))


class FileWritten(Change):
    """Write a generated file, after validating it.

    `edited`: the present file was edited since it was last written, or Jalon did not write it. Then the user is asked,
    and the file is kept in an unattended run.
    """

    kind: ClassVar[str] = "FileWritten"
    path: str
    body: Body = field(hash=False)
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    validation: Validation | None = None
    edited: bool = False
    stale: ClassVar[tuple[str, ...]] = ("files", "journal", "conffiles")

    @property
    def title(self) -> str:
        return _("write {path}").format(path=self.path)

    @property
    def hash(self) -> str:
        """The hash of the contents."""
        return hash_of(self.body.render())

    def carry_out(self, hands: Hands) -> None:
        """Validate the contents, then write the file atomically."""
        data = self.body.render()
        if self.validation:
            self.validation.check(hands, self.path, data)
        hands.write(self.path, data, mode=self.mode, owner=self.owner, group=self.group)

    def effect(self, host: Host) -> Iterable[Effect]:
        data = self.body.render()
        yield Sets(EntryAt(self.path), Entry("file", self.owner, self.group, self.mode, len(data), host.clock))
        yield Sets(Content(self.path), data)
        yield Sets(WrittenAt(self.path), Written(last=hash_of(data)))
        yield from listed(host, self.path, True)

    def typed(self) -> Sequence[Typed]:
        """Install the prepared file `{laid}`."""
        words = f"install -o {self.owner} -g {self.group} -m {self.mode:04o} {{laid}} {shell_word(self.path)}"
        return (Typed(words, lays=self.body, path="" if self.owner == "root" else self.path),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore the file or link that was replaced, or remove the path."""
        return undo_of_path(self.path, host, keep)

    @property
    def consent(self) -> Consent | None:
        """Ask before replacing a file that the user edited."""
        return replacing(self.path, self.hash) if self.edited else None


def body_of(change: Change) -> Body | None:
    """Return what a change writes to its path; None if it writes no generated file."""
    return change.body if isinstance(change, FileWritten) else None


class EditKept(Change):
    """The user's edit of a generated file is kept, and recorded."""

    kind: ClassVar[str] = "EditKept"
    path: str
    rendered: str
    stale: ClassVar[tuple[str, ...]] = ("journal",)

    @property
    def title(self) -> str:
        return _("keep {path} as it was edited").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Do nothing: only the journal changes."""

    def effect(self, host: Host) -> Iterable[Effect]:
        data = host.read(Content(self.path))
        disk = hash_of(data) if isinstance(data, bytes) else ""
        known = host.read(WrittenAt(self.path))
        last = known.last if isinstance(known, Written) else ""
        yield Sets(WrittenAt(self.path), Written(last, kept_disk=disk, kept_rendered=self.rendered))

    def typed(self) -> Sequence[Typed]:
        return ()


class FileRestored(Change):
    """Restore a file that was replaced."""

    kind: ClassVar[str] = "FileRestored"
    path: str
    kept: str
    mode: int
    owner: str
    group: str

    @property
    def title(self) -> str:
        return _("put back {path}").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Write the copy that was kept."""
        hands.write(self.path, hands.restored(self.kept), mode=self.mode, owner=self.owner, group=self.group)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("put back by an undo"))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"cp replaced/{self.kept} {shell_word(self.path)}"),)


class FileRemoved(Change):
    """Remove a file, link or empty folder."""

    kind: ClassVar[str] = "FileRemoved"
    mark: ClassVar[str] = "-"
    path: str
    stale: ClassVar[tuple[str, ...]] = ("files", "journal")

    @property
    def title(self) -> str:
        return _("remove {path}").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        hands.remove(self.path)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(EntryAt(self.path), None)
        yield Sets(Content(self.path), None)
        yield from listed(host, self.path, False)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"rm -f {shell_word(self.path)}", path=self.path),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore the file or link that was replaced, or remove the path."""
        return undo_of_path(self.path, host, keep)


class DirectoryMade(Change):
    """Create a folder. `contents`: everything in it is the instance's, and removed with its data."""

    kind: ClassVar[str] = "DirectoryMade"
    path: str
    mode: int = 0o755
    owner: str = "root"
    group: str = "root"
    contents: bool = False

    @property
    def title(self) -> str:
        return _("create the folder {path}").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        hands.make_directory(self.path, mode=self.mode, owner=self.owner, group=self.group)

    def effect(self, host: Host) -> Iterable[Effect]:
        there = host.read(EntryAt(self.path)) is not None
        yield Sets(EntryAt(self.path), Entry("directory", self.owner, self.group, self.mode, changed=host.clock))
        if not there:
            yield Sets(Listing(self.path), ())
        yield from listed(host, self.path, True)

    def typed(self) -> Sequence[Typed]:
        """As typed; one that is made for what lies in it is left as it is where it is there."""
        if (self.mode, self.owner, self.group) == (0o755, "root", "root"):
            return (Typed(f"mkdir -p {shell_word(self.path)}"),)
        words = f"install -d -o {self.owner} -g {self.group} -m {self.mode:04o} {shell_word(self.path)}"
        return (Typed(words, path="" if self.owner == "root" else self.path),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the folder if it is empty, or with its contents if `contents`."""
        return (TreeRemoved(self.path) if self.contents else DirectoryRemoved(self.path),)


class DirectoryRemoved(Change):
    """Remove a folder that Jalon created, if it is empty."""

    kind: ClassVar[str] = "DirectoryRemoved"
    mark: ClassVar[str] = "-"
    path: str

    @property
    def title(self) -> str:
        return _("remove the folder {path} if it is empty").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """A folder that is not empty, or is gone, is no error."""
        hands.remove_empty(self.path)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("removed if it is empty"))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"rmdir --ignore-fail-on-non-empty {shell_word(self.path)}", path=self.path),)


class TreeRemoved(Change):
    """Remove a folder with its contents."""

    kind: ClassVar[str] = "TreeRemoved"
    mark: ClassVar[str] = "-"
    path: str
    data: ClassVar[bool] = True
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("remove {path} with all that is in it").format(path=self.path)

    def carry_out(self, hands: Hands) -> None:
        hands.remove_tree(self.path)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(EntryAt(self.path), None)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"rm -rf {shell_word(self.path)}", path=self.path),)


class DirectoryHandedOver(Change):
    """Change the owner of a folder and its contents."""

    kind: ClassVar[str] = "DirectoryHandedOver"
    mark: ClassVar[str] = "~"
    path: str
    owner: str

    @property
    def title(self) -> str:
        return _("hand {path} to {name}").format(path=self.path, name=self.owner)

    @property
    def words(self) -> tuple[str, ...]:
        """The command line."""
        return ("chown", "-RhP", f"{self.owner}:{self.owner}", self.path)

    def carry_out(self, hands: Hands) -> None:
        """By descriptors, whatever its old owner puts in its place meanwhile; the folder itself last, so that an
        interrupted run is detected."""
        hands.hand_over_tree(self.path, self.owner)

    def effect(self, host: Host) -> Iterable[Effect]:
        entry = host.read(EntryAt(self.path))
        if isinstance(entry, Entry):
            yield Sets(EntryAt(self.path), replace(entry, owner=self.owner, group=self.owner))

    def typed(self) -> Sequence[Typed]:
        return (Typed(" ".join(map(shell_word, self.words))),)


class HandedOver(Change):
    """Give a user what root left in that user's own folder, once it is proven to be what it seems."""

    kind: ClassVar[str] = "HandedOver"
    mark: ClassVar[str] = "~"
    path: str
    owner: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("hand {path} to {name}").format(path=self.path, name=self.owner)

    def carry_out(self, hands: Hands) -> None:
        """By a descriptor: a regular file with one name, or a folder, that no link led to."""
        hands.hand_over(self.path, self.owner)

    def effect(self, host: Host) -> Iterable[Effect]:
        entry = host.read(EntryAt(self.path))
        if isinstance(entry, Entry):
            yield Sets(EntryAt(self.path), replace(entry, owner=self.owner, group=self.owner))

    def typed(self) -> Sequence[Typed]:
        return (Typed(shlex.join(("chown", "-h", f"{self.owner}:{self.owner}", self.path))),)


class DirectoryCopied(Change):
    """Copy a folder to another of the same user."""

    kind: ClassVar[str] = "DirectoryCopied"
    path: str
    source: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("copy {source} to {path}").format(source=self.source, path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Copy to a temporary name, then rename, so that no partial copy is ever in place."""
        aside = f"{self.path}.jalon"
        hands.run(("rm", "-rf", "--", aside), user=self.user)
        hands.run(("cp", "-R", "--", self.source, aside), user=self.user)
        hands.run(("mv", "-T", "--", aside, self.path), user=self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("known once it is copied"))
        yield Sets(EntryAt(self.path), Entry("directory", self.user, self.user, 0o755, changed=host.clock))

    def typed(self) -> Sequence[Typed]:
        return (Typed(shlex.join(("cp", "-R", self.source, self.path)), self.user),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the copy, when data is removed too."""
        return (TreeRemoved(self.path),)


class LinkMade(Change):
    """Create or replace a symbolic link; `owner` is the user who does it."""

    kind: ClassVar[str] = "LinkMade"
    path: str
    target: str
    owner: str = "root"

    @property
    def title(self) -> str:
        return _("link {path} to {target}").format(path=self.path, target=self.target)

    def carry_out(self, hands: Hands) -> None:
        """Create the link under another name, then rename it into place."""
        hands.link(self.path, self.target)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(
            EntryAt(self.path),
            Entry("link", self.owner, self.owner, 0o777, changed=host.clock, target=self.target),
        )
        yield from listed(host, self.path, True)

    def typed(self) -> Sequence[Typed]:
        return (Typed(shlex.join(("ln", "-sfn", self.target, self.path)), self.owner),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Restore the file or link that was replaced, or remove the path."""
        return undo_of_path(self.path, host, keep)


class ModeSet(Change):
    """Set the permission bits of a path; `was` are the present ones."""

    kind: ClassVar[str] = "ModeSet"
    mark: ClassVar[str] = "~"
    path: str
    mode: int
    was: int

    @property
    def title(self) -> str:
        return _("mode of {path}: {was:04o} becomes {mode:04o}").format(path=self.path, was=self.was, mode=self.mode)

    def carry_out(self, hands: Hands) -> None:
        hands.set_mode(self.path, self.mode)

    def effect(self, host: Host) -> Iterable[Effect]:
        entry = host.read(EntryAt(self.path))
        if isinstance(entry, Entry):
            values = {**vars(entry), "mode": self.mode, "changed": host.clock}
            yield Sets(EntryAt(self.path), Entry(**values))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"chmod {self.mode:04o} {shell_word(self.path)}", path=self.path),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return (ModeSet(self.path, self.was, self.mode),)


class LineAdded(Change):
    """Append a line to a text file."""

    kind: ClassVar[str] = "LineAdded"
    path: str
    line: str
    owner: str = "root"

    @property
    def title(self) -> str:
        return _("add to {path}: {line}").format(path=self.path, line=self.line)

    def carry_out(self, hands: Hands) -> None:
        """Append the line, after a newline if the file does not end in one."""
        script = 'test -z "$(tail -c 1 "$1" 2>/dev/null)" || echo >>"$1"; printf "%s\\n" "$2" >>"$1"'
        hands.run(("sh", "-c", script, "sh", self.path, self.line), user=self.owner)

    def effect(self, host: Host) -> Iterable[Effect]:
        found = host.read(Content(self.path))
        if not isinstance(found, Unknown):
            whole = found if not found or found.endswith(b"\n") else found + b"\n"
            yield Sets(Content(self.path), (whole or b"") + self.line.encode() + b"\n")

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"printf '%s\\n' {shell_word(self.line)} >> {shell_word(self.path)}", self.owner),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the line."""
        return (LineRemoved(self.path, self.line, self.owner),)


class LineRemoved(Change):
    """Remove a line from a text file."""

    kind: ClassVar[str] = "LineRemoved"
    mark: ClassVar[str] = "-"
    path: str
    line: str
    owner: str = "root"

    @property
    def title(self) -> str:
        return _("remove from {path}: {line}").format(path=self.path, line=self.line)

    def carry_out(self, hands: Hands) -> None:
        """Every line that is equal to it."""
        # As bytes: grep drops lines that are not of the locale's encoding. Nothing goes before there is a copy.
        script = (
            'test -f "$1" || exit 0; true >"$1.jalon"'
            ' && { LC_ALL=C grep -avxF -e "$2" "$1" >"$1.jalon"; test $? -le 1; }'
            ' && cat "$1.jalon" >"$1" && rm -f "$1.jalon"'
        )
        hands.run(("sh", "-c", script, "sh", self.path, self.line), user=self.owner)

    def effect(self, host: Host) -> Iterable[Effect]:
        found = host.read(Content(self.path))
        if isinstance(found, bytes):
            kept = [line for line in found.splitlines(keepends=True) if line.rstrip(b"\n") != self.line.encode()]
            yield Sets(Content(self.path), b"".join(kept))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"sed -i '\\|^{self.line}$|d' {shell_word(self.path)}", self.owner),)
