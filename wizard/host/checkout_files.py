"""What the files below a checkout's `.git` say, as far as they are what git writes there.

Below `.git` nothing but regular files and folders is read: no link, whoever made it, leads a reader elsewhere. A name
that a file gives becomes a path only if git itself would take it (git-check-ref-format(1)).
"""

from __future__ import annotations

import json
import re
import stat
import zlib
from collections.abc import Iterator
from typing import Any

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.host import opening

MOST, MOST_CONFIG = 4 * 2**20, 2**18
"""Bytes of a file; of the configuration."""
MOST_OBJECT, MOST_HEADER = 2**16, 2**12
"""Bytes of the object of a tag, as it lies there; and of its beginning, unpacked."""
MOST_TAGS, DEEPEST = 2000, 8

HASH = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# No component starts or ends with a dot, or ends in `.lock`; no `..`, `//`, `@{`, control or special character.
NAME = pattern(r"refs(?:/(?!\.)(?:(?!\.\.|@\{|\.lock(?:/|$)|\.(?:/|$))[^\0-\x20\x7f~^:?*\[\\/])+)+")
HEADS, TAGS = "refs/heads/", "refs/tags/"
SECTION = pattern(r'\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\\n]|\\.)*)"\s*)?\](.*)', re.DOTALL)
KEY = pattern(r"([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\"}


class Damaged(Exception):
    """A file is not as git writes it; the text says which one, and what is wrong."""


def head(folder: str) -> str:
    """Return what is checked out: the name of a reference, or a hash. Raises `Damaged`, or `OSError`."""
    said = text(f"{folder}/HEAD").strip()
    name = said.removeprefix("ref:").strip() if said.startswith("ref:") else ""
    if NAME.fullmatch(name) or HASH.fullmatch(said):
        return name or said
    raise Damaged(_("{path} names neither a branch nor a commit").format(path=f"{folder}/HEAD"))


def text(path: str, most: int = MOST) -> str:
    """Return a regular file's text. Raises `OSError` for what is none, a link included."""
    return data(path, most).decode(errors="replace").removeprefix("\ufeff")


def data(path: str, most: int = MOST) -> bytes:
    """Return a regular file's bytes. Raises `OSError` for what is none, a link included."""
    if stat.S_ISLNK(opening.status(path).st_mode):
        raise opening.Refused(_("{path} is a link, and is not followed").format(path=path), path)
    return opening.read(path, most)


def reference(folder: str, name: str, packed: dict[str, str]) -> str:
    """Return the hash that a reference stands for; "" if there is none."""
    found = _loose(folder, name)
    return found if HASH.fullmatch(found) else packed.get(name, "")


def _loose(folder: str, name: str) -> str:
    """Return what a file of a reference says; "" if there is none, or a link on the way."""
    place = folder
    try:
        for part in name.split("/"):
            place = f"{place}/{part}"
            found = opening.status(place)
            if not stat.S_ISDIR(found.st_mode):
                return text(place, 2**12).strip() if place == f"{folder}/{name}" else ""
    except OSError:
        pass
    return ""


def packed_references(folder: str) -> dict[str, str]:
    """Return the packed references; for an annotated tag the peeled commit, from the `^` line after it."""
    try:
        lines = lines_of(text(f"{folder}/packed-refs"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        commit, space, name = line.partition(" ")
        if line.startswith("^") and last and HASH.fullmatch(line[1:]):
            found[last] = line[1:]
        elif space and HASH.fullmatch(commit) and NAME.fullmatch(name):
            found[name] = commit
            last = name
    return found


def tags_on(folder: str, commit: str, packed: dict[str, str]) -> tuple[str, ...]:
    """Return the tags that stand for a commit, sorted; of very many, the first that are met."""
    if not commit:
        return ()
    found = {name for name, on in packed.items() if name.startswith(TAGS) and on == commit}
    found |= {name for name in _loose_tags(folder) if _peeled(folder, _loose(folder, name)) == commit}
    return tuple(sorted(name.removeprefix(TAGS) for name in found))


def _loose_tags(folder: str) -> Iterator[str]:
    waiting, left = [(TAGS.rstrip("/"), 0)], MOST_TAGS
    while waiting:
        name, depth = waiting.pop()
        try:
            mode = opening.status(f"{folder}/{name}").st_mode
            below = opening.names(f"{folder}/{name}", MOST_TAGS) if stat.S_ISDIR(mode) and depth < DEEPEST else []
        except OSError:
            continue
        if stat.S_ISREG(mode) and NAME.fullmatch(name):
            yield name
        left -= len(below)
        if left >= 0:
            waiting += [(f"{name}/{one}", depth + 1) for one in below]


def _peeled(folder: str, name: str) -> str:
    """Return the commit of an annotated tag whose object is loose (not packed); otherwise the given hash."""
    if not HASH.fullmatch(name):
        return ""
    try:
        # The beginning says all; what it would grow to is whoever's wish.
        found = zlib.decompressobj().decompress(
            data(f"{folder}/objects/{name[:2]}/{name[2:]}", MOST_OBJECT), MOST_HEADER
        )
    except (OSError, zlib.error):
        return name
    kind, _nul, body = found.partition(b"\0")
    on = body[len(b"object ") :].split(b"\n")[0].decode(errors="replace")
    return on if kind.startswith(b"tag ") and HASH.fullmatch(on) else name


def origin(folder: str) -> str:
    """Return the address of the remote `origin`; "" if there is none. Raises `Damaged` where git could not read the
    file."""
    path = f"{folder}/config"
    section = ("", "")
    for number, line in _lines(text(path, MOST_CONFIG)):
        rest = line.strip()
        if match := SECTION.fullmatch(rest):
            section, rest = (match[1].lower(), re.sub(r"\\(.)", r"\1", match[2] or "")), match[3].strip()
        if not rest or rest[0] in "#;":
            continue
        key = KEY.fullmatch(rest)
        value = _value(key[2] or "") if key else None
        if key is None or value is None:
            raise Damaged(_("{path}, line {line}: git cannot read it").format(path=path, line=number))
        if section == ("remote", "origin") and key[1].lower() == "url" and value:
            return value
    return ""


def _lines(whole: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, each with those that a backslash at its end joins to it."""
    parts: list[str] = []
    first = 1
    for number, line in enumerate(whole.split("\n"), 1):
        line = line.removesuffix("\r")
        ends = (len(line) - len(line.rstrip("\\"))) % 2 == 1 and not line.lstrip().startswith(("#", ";"))
        first = first if parts else number
        parts.append(line[:-1] if ends else line)
        if not ends:
            yield first, "".join(parts)
            parts = []
    if parts:
        yield first, "".join(parts)


def _value(text: str) -> str | None:
    """Return a value without quotes, escapes and comment (git-config(1), "Syntax"); None if a quote stays open."""
    found: list[str] = []
    quoted, characters = False, iter(text.strip())
    kept = 0
    for one in characters:
        if one == '"':
            quoted = not quoted
        elif one in "#;" and not quoted:
            break
        elif one == "\\":
            meant = ESCAPES.get(next(characters, ""))
            if meant is None:
                return None
            found.append(meant)
        else:
            found.append(one)
        kept = len(found) if quoted or not one.isspace() else kept
    return None if quoted else "".join(found[:kept])


def receipt(path: str) -> tuple[str, str]:
    """Return the revision and commit in Jalon's receipt; empty if there is none, or none of its own."""
    try:
        found: Any = json.loads(text(path, 2**16))
    except (OSError, ValueError, RecursionError):
        return "", ""
    revision = found.get("revision") if isinstance(found, dict) else None
    commit = found.get("commit") if isinstance(found, dict) else None
    if not isinstance(revision, str) or not isinstance(commit, str) or not HASH.fullmatch(commit):
        return "", ""
    return (revision, commit) if len(revision) < 256 and revision.isprintable() else ("", "")
