"""The files of nginx's configuration, joined as nginx joins them: what an `include` names stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from posixpath import join
from typing import Any

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host.apart import apart
from wizard.host.files import Content, Listing
from wizard.host.nginx_syntax import DEEPEST, MOST, Directive, parse
from wizard.host.reading import Host, Unknown

MOST_FILES, MOST_DIRECTIVES, MOST_WITHIN = 500, 50_000, 20
MOST_PATTERNS, LONGEST_PATTERN, MOST_COMPARED = 1000, 4096, 200_000
"""How many includes may have a `*`, of how many characters (`PATH_MAX`), and how many names may be compared with them:
comparing takes a time that grows with the square of a pattern."""
# nginx refuses these without a word after them.
WITH_WORDS = frozenset({"alias", "include", "listen", "location", "proxy_pass", "root", "server_name", "upstream"})
MAGIC = pattern(r"[*?\[]")
INCLUDED = pattern(rb"(?:^|[{;])[ \t]*include[ \t]+([\w./*?-]+)[ \t]*;", re.MULTILINE)
"""An `include` as nearly everybody writes it."""


class Fault(Value):
    """A file that nginx would not take, or that could not be read: which one, why, and what it would need (`root`)."""

    file: str
    why: str
    needs: str = ""


class Block(Value):
    """A directive where it takes effect: the file it stands in, its name and arguments, and what is in its block."""

    file: str
    name: str
    args: tuple[str, ...] = ()
    within: tuple[Block, ...] = ()


def joined(host: Host, path: str, prefix: str) -> tuple[tuple[Block, ...], tuple[Fault, ...]]:
    """Return what is in a file, with what it includes in place, and the faults met. Relative includes are below
    `prefix`. Files are read through the host, so each with the rights that it asks for, and parsed by a child that has
    none."""
    return _Files(host, prefix).joined(path)


def words(line: int, kind: str, word: str) -> str:
    """Say what is wrong with a file, and where."""
    said = {
        "large": _("it is too large to be read"),
        "mark": _("a byte order mark stands before its first word, which nginx does not take"),
        "deep": _("too many blocks are open"),
        "joined": _("it includes more than can be looked at"),
        "end": _("it ends too early: a brace, a quote or a semicolon is missing"),
        "wordless": _("{word} stands alone, and needs a name or a value").format(word=word),
        "unexpected": _("unexpected {word}").format(word=word),
    }.get(kind, kind)
    return _("line {line}: {why}").format(line=line, why=said) if line else said


class _Files:
    """The files met, each read and parsed once."""

    def __init__(self, host: Host, prefix: str) -> None:
        self.host, self.prefix = host, prefix
        self.parsed: dict[str, tuple[Directive, ...]] = {}
        self.understood: dict[str, Any] = {}
        self.included: dict[str, tuple[str, ...]] = {}
        self.closed: dict[str, list[Unknown]] = {}
        self.faults: dict[Fault, None] = {}
        self.left = MOST_DIRECTIVES
        self.patterns, self.names = MOST_PATTERNS, MOST_COMPARED

    def joined(self, path: str) -> tuple[tuple[Block, ...], tuple[Fault, ...]]:
        """Read a file and all that it includes, and join them."""
        wanted = [path]
        while wanted:
            more = self._read(wanted)
            wanted = [one for one in dict.fromkeys(more) if one not in self.parsed]
            if len(self.parsed) + len(wanted) > MOST_FILES:
                self._fault(path, _("more than {most} files are included: not all are read").format(most=MOST_FILES))
                wanted = wanted[: max(0, MOST_FILES - len(self.parsed))]
        found = tuple(self._blocks(path, self.parsed.get(path, ()), (path,)))
        return found, tuple(self.faults)

    def _fault(self, file: str, why: str, needs: str = "") -> None:
        self.faults[Fault(file, why, needs)] = None

    def _read(self, paths: list[str]) -> list[str]:
        """Read and parse files; return those that they include."""
        self.host.expect(map(Content, paths))
        texts: dict[str, bytes] = {}
        for path in paths:
            data = self.host.read(Content(path))
            self.parsed[path] = ()
            if isinstance(data, bytes):
                texts[path] = data
            elif isinstance(data, Unknown):
                self._fault(path, data.why, data.needs)
            else:
                self._fault(path, _("{path} is not there").format(path=path))
        more: list[str] = []
        for path, found in self._understood(texts).items():
            if isinstance(found, Unknown):
                self._fault(path, found.why)
                continue
            self.parsed[path], mistake = found
            if mistake:
                self._fault(path, words(*mistake))
            more += [one for pattern in _includes(self.parsed[path]) for one in self._named(path, pattern)]
        return more

    def _understood(self, texts: dict[str, bytes]) -> dict[str, Any]:
        """Return what is in each of these texts. What they seem to include is parsed with them, in one child, and kept
        for when it turns out that they do."""
        left = {path: data for path, data in texts.items() if path not in self.understood}
        if left:
            self._add_included(left)
            self.understood.update(zip(left, apart(parse, list(left.values())), strict=True))
        return {path: self.understood[path] for path in texts}

    def _add_included(self, texts: dict[str, bytes]) -> None:
        waiting = list(texts.values())
        while waiting:
            named = [one.decode(errors="replace") for one in INCLUDED.findall(waiting.pop(0)[:MOST])]
            paths = [path for pattern in named for path in self._listed(pattern)]
            new = [path for path in dict.fromkeys(paths) if path not in texts and path not in self.understood]
            self.host.expect(map(Content, new))
            for path in new[: max(0, MOST_FILES - len(texts))]:
                if isinstance(data := self.host.read(Content(path)), bytes):
                    texts[path] = data
                    waiting.append(data)

    def _named(self, file: str, pattern: str) -> tuple[str, ...]:
        """The files that an `include` names, in nginx's order (glob(7), sorted). One without `*` must be there."""
        pattern = pattern.partition("\0")[0]
        paths = self._listed(pattern)
        for closed in self.closed.pop(pattern, ()):
            self._fault(file, closed.why, closed.needs)
        return paths

    def _listed(self, pattern: str) -> tuple[str, ...]:
        if pattern not in self.included:
            whole = join(self.prefix, pattern)
            self.included[pattern] = tuple(sorted(self._matching(pattern, whole))) if MAGIC.search(whole) else (whole,)
        return self.included[pattern]

    def _matching(self, pattern: str, whole: str) -> list[str]:
        self.patterns -= 1
        if self.patterns < 0 or len(whole) > LONGEST_PATTERN:
            return self._too_much(pattern)
        found = ["/"]
        for part in whole.strip("/").split("/"):
            if not MAGIC.search(part):
                found = [join(one, part) for one in found]
                continue
            below: list[str] = []
            for folder in found:
                names = self.host.read(Listing(folder))
                if isinstance(names, Unknown):
                    self.closed.setdefault(pattern, []).append(names)
                    continue
                self.names -= 1 + len(names or ())
                if self.names < 0:
                    return self._too_much(pattern)
                matching = (one for one in names or () if _matches(one, part))
                below += [join(folder, one) for one in matching][: MOST_FILES + 1]
            found = below[: MOST_FILES + 1]
        return found

    def _too_much(self, pattern: str) -> list[str]:
        self.closed.setdefault(pattern, []).append(Unknown(words(0, "joined", "")))
        return []

    def _blocks(
        self, file: str, directives: Iterable[Directive], open_files: tuple[str, ...], depth: int = 0
    ) -> Iterator[Block]:
        for name, args, line, within in directives:
            self.left -= 1
            if name in WITH_WORDS and not args:
                self._fault(file, words(line, "wordless", name))
            if self.left < 0 or depth > DEEPEST:
                self._fault(file, words(0, "joined", ""))
                return
            if name == "include" and args and within is None:
                for path in self._named(file, args[0]):
                    yield from self._of(path, file, open_files, depth)
            else:
                yield Block(file, name, args, tuple(self._blocks(file, within or (), open_files, depth + 1)))

    def _of(self, path: str, file: str, open_files: tuple[str, ...], depth: int) -> Iterator[Block]:
        self.left -= 1
        if path in open_files or len(open_files) > MOST_WITHIN:
            self._fault(file, _("it includes {path}, which includes it").format(path=path))
        elif self.left > 0:
            yield from self._blocks(path, self.parsed.get(path, ()), (*open_files, path), depth)


def _matches(name: str, pattern: str) -> bool:
    # What starts with a dot is not meant by `*` (glob(7)).
    return fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))


def _includes(directives: Iterable[Directive]) -> Iterator[str]:
    waiting = list(directives)
    while waiting:
        name, args, _line, within = waiting.pop()
        if name == "include" and args and within is None:
            yield args[0]
        waiting.extend(within or ())
