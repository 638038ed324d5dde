"""What a command does, whatever it is started by: compared by user, folder and words, not by how it is written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from wizard.base.patterns import pattern
from wizard.base.values import Value, replace
from wizard.host.cronline import closed_part
from wizard.host.launchers import Launch, unwrap

SUBSTITUTION = pattern(r"\$\([^()]*\)|`[^`]*`")
TARGET = r"(?:&?\d\b|&-|(?:[^\s;&|<>'\"]|'[^']*'|\"[^\"]*\")+)"
REDIRECTION = pattern(rf"(?:(?:(?<=\s)\d)?(?:>>|>\||>&|>|<)|&>>?)\s*{TARGET}")
ENDS = frozenset({";", "&&", "||", "&", "(", ")", ";;"})
# What may stand before a command, and what a script does besides its work.
BEFORE = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{"})
BESIDES = frozenset({"umask", "set", "export", "true", ":", "}", "fi", "done", "ulimit"})
DEEPEST = 5
LONGEST = 16_384
"""Characters of a command that is taken apart: that of a timer may be of any length."""
LONGEST_PATH = 4096
"""Characters, of linux/limits.h: nothing enters a folder with a longer name."""


class Place(Value):
    """Where and as whom a command runs: `home` is the home of `owner`; both may be "" where nothing is known."""

    folder: str = ""
    home: str = ""
    owner: str = ""
    user: str = ""

    def at(self, path: str) -> str:
        """The normalised path of a folder; without a home, its last name."""
        path = re.sub(r"^(~|\$HOME|\$\{HOME\})(?=/|$)", self._own or "~", path)
        if self.owner:
            path = re.sub(rf"^~{re.escape(self.owner)}(?=/|$)", lambda _found: self.home, path)
        path = path.rstrip("/")
        if not self.home:
            return path.rpartition("/")[2]
        whole = path if path.startswith("/") else f"{self.folder or self._own or '~'}/{path}"
        return re.sub(r"(/\.)+(?=/|$)", "", whole[:LONGEST_PATH])

    def becoming(self, user: str, *, login: bool) -> Place:
        """The place of another user's command; a login begins in that user's home."""
        other = replace(self, user=user)
        return replace(other, folder=other._own or f"~{user}") if login else other

    @property
    def _own(self) -> str:
        """The home of the user who runs, where it is known."""
        return self.home if self.user in ("", self.owner) else {"root": "/root"}.get(self.user, "")


def meaning(command: str, home: str = "", scripts: Collection[str] = ()) -> str:
    """Normalise a command, so that commands which do the same compare equal.

    Redirections, the spelling of paths and launchers such as `nice` are ignored. With `home`, paths are made absolute;
    without, folders are compared by their last name. `scripts` are names of equivalent scripts, such as `manage.py` and
    its wrappers.
    """
    return "; ".join(acts(command, Place(home, home), scripts))


def acts(command: str, place: Place, scripts: Collection[str] = ()) -> tuple[str, ...]:
    """Return what a command does, one text for each simple command, `scripts` being those of `meaning`. What runs as
    another user than the owner of `place` begins with that user's name and a colon. A command longer than `LONGEST`
    is not taken apart."""
    if len(command) > LONGEST:
        return (command,)
    return _acts_of(command, place, tuple(scripts), 0)


@lru_cache(maxsize=256)
def _acts_of(command: str, place: Place, scripts: tuple[str, ...], depth: int) -> tuple[str, ...]:
    try:
        parts = list(simple_commands(without_redirections(closed_part(command))))
    except ValueError:  # a quote without its other half
        return (" ".join(command.split()),)
    found: list[str] = []
    for words in parts:
        if words[0] == "cd":
            path = next((word for word in words[1:] if not word.startswith("-")), "~")
            place = replace(place, folder=place.at(path))
        elif words[0] not in BESIDES:
            found += _acts(unwrap(words), place, scripts, depth)
    return tuple(found)


def without_redirections(command: str) -> str:
    """A command without its redirections; what it substitutes becomes one word."""
    plain = SUBSTITUTION.sub(lambda part: re.sub(r"\W", "_", part[0]), command)
    kept: list[str] = []
    quote, index = "", 0
    while index < len(plain):
        mark = plain[index]
        if not quote and (found := REDIRECTION.match(plain, index)):
            kept.append(" ")
            index = found.end()
            continue
        if mark == "\\" and quote != "'":
            kept.append(mark)
            index += 1
        elif mark == quote:
            quote = ""
        elif not quote and mark in "'\"":
            quote = mark
        kept.append(plain[index : index + 1])
        index += 1
    return "".join(kept)


def _acts(launch: Launch | None, place: Place, scripts: tuple[str, ...], depth: int) -> tuple[str, ...]:
    if launch is None:
        return ()
    if launch.user:
        place = place.becoming(launch.user, login=launch.login)
    if launch.folder:
        place = replace(place, folder=place.at(launch.folder))
    if launch.script:
        return _acts_of(launch.script, place, scripts, depth + 1) if depth < DEEPEST else (launch.script,)
    said = _said(launch.words, place, scripts)
    return (f"{place.user}: {said}" if place.user != place.owner else said,)


def _said(words: Sequence[str], place: Place, scripts: Collection[str]) -> str:
    """Normalise one simple command; a script's becomes its folder and management command."""
    parent, slash, name = words[0].rpartition("/")
    if name in scripts:
        folder = place.at(parent or "/") if slash and parent != "." else place.folder
        return " ".join((folder, "manage", *words[1:]))
    return " ".join(words)


def simple_commands(command: str) -> Iterator[list[str]]:
    """Yield the words of each simple command, without those that output is piped into. Raises `ValueError` for a quote
    without its other half."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=";&|()\n")
    lexer.whitespace_split, lexer.commenters, lexer.whitespace = True, "", " \t\r"
    words: list[str] = []
    piped = commented = False
    for word in lexer:
        if "\n" in word:
            commented = False
        if commented:
            continue
        if word in ENDS or "\n" in word:
            if words:
                yield words
            words, piped = [], False
        elif word.startswith("#"):
            commented = True
        elif word in ("|", "|&"):
            piped = True
        elif not piped and (words or word not in BEFORE):
            words.append(word)
    if words:
        yield words


def does(job: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether these acts include all of those."""
    return bool(wanted) and all(act in job for act in wanted)


def keeps_errors(command: str) -> bool:
    """Whether stderr is redirected to a file or program, rather than mailed or discarded."""
    errors = output = ""
    if re.search(r"\bsystemd-cat\b", command):
        return True
    for found in re.finditer(r"(&|\b\d)?(>>|>&|>\||>)\s*(&?[^\s;&|<>]+)|\|&?", command):
        if found[0].startswith("|"):
            output = "|"
            errors = "|" if found[0] == "|&" or errors == "&1" else errors
        elif found[1] == "&" or (found[2] == ">&" and not found[1] and not found[3].isdigit()):
            output = errors = found[3]
        elif found[1] == "2":
            target = "&1" if (found[2], found[3]) == (">&", "1") else found[3]
            errors = output or "&1" if target == "&1" else target
        elif found[1] in (None, "1"):
            output = found[3]
    return errors not in ("", "&1", "/dev/null")
