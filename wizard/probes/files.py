"""Probes of files, folders and links, and of their contents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.hostnames import django_allows
from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.causes.earlier import lost_folder, unmounted
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_owner, command, listed
from wizard.host.earlier import of_folder
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Reading
from wizard.host.settings import COMPUTED, Settings, SettingsAt


class EntryIs(Probe):
    """A path has this kind and, where given, this owner, group and mode; `at_most` is a mode whose bits it may not
    exceed. A link to a folder counts as a folder, as on another disk; one of a disk that is not mounted does not.
    `data`: what people made is in it."""

    path: str
    kind: str = "file"
    owner: str = ""
    group: str = ""
    mode: int | None = None
    at_most: int | None = None
    data: bool = False
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EntryAt(self.path),)

    def observe(self, host: Host) -> Finding:
        place, entry = self.path, host.get(EntryAt(self.path))
        if self.kind == "directory":
            place, entry = resolve_symlinks(host, self.path)
        if found := self._missing(host, place, entry):
            return found
        if entry is None:
            text = _("{path} is not there").format(path=place)
            return failed(text, cause=Cause("entry-missing", _("It was not made, or was removed.")))
        seen = f"{place}: {_kind(entry.kind)}, {entry.octal} {entry.owner}:{entry.group}"
        if entry.kind != self.kind:
            text = _("{seen}; it should be: {kind}").format(seen=seen, kind=_kind(self.kind))
            return failed(text, cause=Cause("entry-other-kind", _("Something else stands in its place.")))
        mismatch = self._mismatch(entry)
        if mismatch is None:
            return passed(seen)
        cause, wanted, words = mismatch
        text = _("{seen}; it should be {wanted}").format(seen=seen, wanted=wanted)
        return failed(text, cause=cause, remedy=self._remedy(host, place, entry, words))

    def _missing(self, host: Host, place: str, entry: Entry | None) -> Finding | None:
        """A finding where the disk that it should lie on is not mounted, or where what people made is elsewhere."""
        asked = entry is None or self.kind == "directory"
        if asked and (found := unmounted(host, place, whole=entry is not None)):
            return found
        return lost_folder(place, of_folder(host, place)) if entry is None and self.data else None

    def _remedy(self, host: Host, place: str, entry: Entry, words: tuple[str, ...]) -> Remedy:
        """The command that sets it right: a person's, where a link leads there, or it is a third user's."""
        if place != self.path:
            told = _("See where {path} leads, and whether it should; then set it right there.")
            return Remedy(told.format(path=self.path))
        if words[0] != "chown":
            return Remedy(_("Set it right."), (as_owner(host, entry.owner, *words, place),), safe=True)
        if entry.owner == "root" or self.owner == "root":
            return Remedy(_("Set it right."), (command(*words, place),), safe=True)
        told = _("See what it is, and how it came to be {owner}'s; then set it right.")
        return Remedy(told.format(owner=entry.owner))

    def _mismatch(self, entry: Entry) -> tuple[Cause, str, tuple[str, ...]] | None:
        """The first mismatch as its cause, the value wanted and the command, without the path, that sets it."""
        if self.owner and entry.owner != self.owner:
            told = _("It belongs to somebody else, perhaps because a command was run as that user.")
            return Cause("entry-other-owner", told), self.owner, ("chown", "-h", self.owner)
        if self.group and entry.group != self.group:
            told = _("It belongs to another group.")
            return Cause("entry-other-group", told), f":{self.group}", ("chgrp", "-h", self.group)
        if entry.kind == "link":
            return None
        if self.mode is not None and entry.mode != self.mode:
            told = _("Its mode was changed, or was never set.")
            return Cause("entry-other-mode", told), f"{self.mode:04o}", ("chmod", f"{self.mode:04o}")
        if self.at_most is not None and entry.mode & ~self.at_most & 0o7777:
            told = _("More users than should may read or change it.")
            narrowed = f"{entry.mode & self.at_most:04o}"
            return (
                Cause("entry-too-open", told),
                _("{mode} at most").format(mode=f"{self.at_most:04o}"),
                ("chmod", narrowed),
            )
        return None


class LinkLeads(Probe):
    """A symbolic link exists and, unless `target_exists` is false, its target exists too."""

    path: str
    target_exists: bool = True
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EntryAt(self.path),)

    def observe(self, host: Host) -> Finding:
        entry = host.get(EntryAt(self.path))
        if entry is None:
            text = _("{path} is not there").format(path=self.path)
            return failed(text, cause=Cause("link-missing", _("The link was not made, or was removed.")))
        if entry.kind != "link":
            text = _("{path} should be a link; found: {kind}").format(path=self.path, kind=_kind(entry.kind))
            return failed(text, cause=Cause("link-replaced", _("Something else stands in the link's place.")))
        seen = _("{path} leads to {target}").format(path=self.path, target=entry.target)
        place, target = resolve_symlinks(host, self.path)
        if self.target_exists and target is None:
            text = _("{seen}, where nothing is").format(seen=seen)
            told = _("{place} was removed or renamed, or the link was made for another place.")
            return failed(text, cause=Cause("link-dangling", told.format(place=place)))
        return passed(f"{seen} ({_kind(target.kind)})" if target is not None else seen)


class SourceCompiles(Probe):
    """A Python file compiles. Its text is not shown, as it may contain secrets."""

    path: str
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (SettingsAt(self.path),)

    def observe(self, host: Host) -> Finding:
        source = host.get(SettingsAt(self.path))
        if source is None:
            return _missing(self.path, self.step)
        if source.problem:
            return _not_python(self.path, source, self.step)
        return passed(_("{path} compiles, {count} lines").format(path=self.path, count=source.lines))


class LineIn(Probe):
    """A text file has that line, or one of the `accepted` equivalents, ignoring surrounding space. Unless `must`, a
    missing line is a warning."""

    path: str
    line: str
    accepted: tuple[str, ...] = ()
    must: bool = True
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Content(self.path),)

    def observe(self, host: Host) -> Finding:
        text = host.get(Content(self.path))
        if text is None:
            return _missing(self.path)
        lines = [line.strip() for line in lines_of(text.decode(errors="replace"))]
        wanted = (self.line.strip(), *self.accepted)
        number = next((number for number, line in enumerate(lines, 1) if line in wanted), 0)
        if not number:
            evidence = _("{path} has no line `{line}`").format(path=self.path, line=self.line)
            told = _("Add the line to {path}, as its owner.").format(path=self.path)
            return (failed if self.must else warning)(
                evidence,
                cause=Cause("line-missing", _("The line was not written, or was removed.")),
                remedy=Remedy(told),
            )
        return passed(_("{path}, line {number}").format(path=self.path, number=number))


class SettingsSafe(Probe):
    """Django's settings have a secret key of their own, allow the given host names, and have DEBUG off.

    The file is parsed, not run. `examples` are the paths of files whose keys are published. No value is shown except
    host names.
    """

    path: str
    examples: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (SettingsAt(self.path), *map(SettingsAt, self.examples))

    def observe(self, host: Host) -> Finding:
        source = host.get(SettingsAt(self.path))
        if source is None:
            return _missing(self.path, self.step)
        if source.problem:
            return _not_python(self.path, source, self.step)
        found = source.values
        return (
            self._key(found.get("SECRET_KEY"), self._known(host))
            or self._hosts(found.get("ALLOWED_HOSTS"))
            or self._debug(found)
        )

    def _known(self, host: Host) -> set[object]:
        keys: set[object] = set()
        for path in self.examples:
            example = host.get(SettingsAt(path))
            key = example.values.get("SECRET_KEY") if example else None
            if isinstance(key, str):
                keys.add(key)
        return keys

    def _key(self, key: object, known: set[object]) -> Finding | None:
        anew = Remedy(_("Give `SECRET_KEY` in {path} 50 random characters.").format(path=self.path), step=self.step)
        if key == "":
            told = _("Django does not start without a key.")
            return failed(_("SECRET_KEY is empty"), cause=Cause("secret-key-empty", told), remedy=anew)
        if isinstance(key, str) and key in known:
            told = _("Anybody can read that key, and forge sessions with it.")
            text = _("SECRET_KEY is the one of an example; it should be a secret")
            return failed(text, cause=Cause("secret-key-example", told), remedy=anew)
        return None

    def _hosts(self, names: object) -> Finding | None:
        if not isinstance(names, list | tuple | set):
            return None
        missing = [name for name in self.hosts if not django_allows(name, names)]
        if not missing:
            return None
        told = _("Django answers 400 to requests for these names.")
        remedy = Remedy(_("Add them to ALLOWED_HOSTS in {path}.").format(path=self.path), step=self.step)
        text = _("ALLOWED_HOSTS does not have {names}").format(names=listed(missing))
        return failed(text, cause=Cause("hosts-missing", told), remedy=remedy)

    def _debug(self, found: Any) -> Finding:
        names = found.get("ALLOWED_HOSTS")
        if found.get("DEBUG") is True:
            told = _("Whoever makes an error happen is shown settings and code.")
            told_so = _("Set `DEBUG = False` in {path}, unless this is a test.").format(path=self.path)
            remedy = Remedy(told_so, step=self.step)
            return warning(_("DEBUG is True"), cause=Cause("debug-on", told), remedy=remedy)
        if "SECRET_KEY" not in found:
            told = _("The key of the settings that are loaded before counts; it may be a public one.")
            text = _("{path} sets no SECRET_KEY").format(path=self.path)
            return warning(text, cause=Cause("secret-key-elsewhere", told))
        if names is not None and names is not COMPUTED and "*" in names:
            told = _("Any name is accepted; a request may pretend to be for another site.")
            return warning(_("ALLOWED_HOSTS has *"), cause=Cause("hosts-any", told))
        words = [
            _("DEBUG is computed") if found.get("DEBUG") is COMPUTED else _("DEBUG is not True"),
            _("SECRET_KEY is computed") if found["SECRET_KEY"] is COMPUTED else _("SECRET_KEY is its own"),
        ]
        if self.hosts:
            served = _("ALLOWED_HOSTS has {names}").format(names=listed(self.hosts))
            untold = _("ALLOWED_HOSTS is computed or set elsewhere")
            words.append(served if isinstance(names, list | tuple | set) else untold)
        return passed(", ".join(words))


def _kind(kind: str) -> str:
    words = {
        "file": _("file"),
        "directory": _("folder"),
        "link": _("link"),
        "socket": _("socket"),
    }
    return words.get(kind, _("something else"))


def _missing(path: str, step: str = "") -> Finding:
    text = _("{path} is not there").format(path=path)
    remedy = Remedy(_("Apply this checkpoint: it writes the file."), step=step) if step else None
    return failed(text, cause=Cause("file-missing", _("The file was not written, or was removed.")), remedy=remedy)


def _not_python(path: str, said: Settings, step: str = "") -> Finding:
    text = _("{path}, line {line}: {message}").format(path=path, line=said.line, message=said.problem)
    told = _("Python cannot read the file; nothing that loads it starts.")
    remedy = Remedy(_("Correct that line; `python3 -m py_compile` tells whether it is right."), step=step)
    return failed(text, cause=Cause("python-syntax", told), remedy=remedy)
