"""Readings of a git checkout from its files, without running git (which would want `safe.directory`) or a remote."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host.children import run_query
from wizard.host.files import user_name
from wizard.host.reading import Reading, Unknown

RECEIPT = "jalon.json"


class Checkout(Value):
    """A checkout: its commit, branch ("" if detached), origin and the tags on the commit. `held_revision` and
    `held_commit`, from Jalon's receipt in `.git`, are the revision requested and the commit it then resolved to."""

    commit: str = ""
    branch: str = ""
    origin: str = ""
    held_revision: str = ""
    held_commit: str = ""
    tags: tuple[str, ...] = ()


class CheckoutAt(Reading["Checkout | None"]):
    """The checkout at a path; None if there is none."""

    family: ClassVar[str] = "git"
    path: str


class Modified(Reading["tuple[str, ...]"]):
    """The tracked files that differ from the commit, as `git status` reports them to the checkout's owner."""

    family: ClassVar[str] = "git-status"
    nothing: ClassVar[tuple[str, ...]] = ()
    path: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `CheckoutAt`."""
    return {reading: _checkout(reading.path) for reading in readings if isinstance(reading, CheckoutAt)}


def status(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Modified` readings with one `git status` per checkout."""
    return {reading: _modified(reading.path) for reading in readings if isinstance(reading, Modified)}


def _modified(path: str) -> Any:
    try:
        owner = user_name(Path(path).stat().st_uid)
    except FileNotFoundError:
        return ()
    except OSError:
        return Unknown(_("{path}: this user may not look there").format(path=path), needs="root")
    if owner.isdigit():
        text = _("{path} belongs to the number {owner}, which is no account's")
        return Unknown(text.format(path=path, owner=owner), needs=_("an account of that number"))
    words = ["git", "--no-optional-locks", "-C", path, "status", "--porcelain", "--untracked-files=no"]
    result = run_query(words, user=owner)
    if result.status:
        return Unknown(f"git status: {result.tail}")
    return tuple(line[3:] for line in result.out.splitlines())


def _checkout(path: str) -> Any:
    folder = Path(path, ".git")
    try:
        head = (folder / "HEAD").read_text().strip()
        packed = _packed(folder)
        branch = head.removeprefix("ref: refs/heads/") if head.startswith("ref: ") else ""
        commit = _commit(folder, head.removeprefix("ref: "), packed) if branch else head
        origin = re.search(r'\[remote "origin"\][^\[]*?url = (\S+)', (folder / "config").read_text())
        loose = [name.relative_to(folder).as_posix() for name in (folder / "refs" / "tags").rglob("*")]
        tags = [name for name in (*packed, *loose) if name.startswith("refs/tags/")]
        tags = [
            name.removeprefix("refs/tags/")
            for name in tags
            if commit in (packed.get(name), _peeled(folder, _read(folder / name)))
        ]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        return Unknown(_("{path}: this user may not look there").format(path=path), needs="root")
    held = _receipt(folder / RECEIPT)
    return Checkout(
        commit=commit,
        branch=branch,
        origin=origin.group(1) if origin else "",
        held_revision=held.get("revision", ""),
        held_commit=held.get("commit", ""),
        tags=tuple(sorted(set(tags))),
    )


def _receipt(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _peeled(folder: Path, name: str) -> str:
    """Return the commit of an annotated tag whose object is loose (not packed); otherwise the given name."""
    try:
        found = zlib.decompress((folder / "objects" / name[:2] / name[2:]).read_bytes())
    except (OSError, zlib.error):
        return name
    kind, _, body = found.partition(b"\0")
    return body[len("object ") :].split(b"\n")[0].decode() if kind.startswith(b"tag ") else name


def _commit(folder: Path, ref: str, packed: dict[str, str]) -> str:
    return _read(folder / ref) or packed.get(ref, "")


def _packed(folder: Path) -> dict[str, str]:
    """Return the packed references; for an annotated tag the peeled commit, from the `^` line after it."""
    found: dict[str, str] = {}
    last = ""
    for line in _read(folder / "packed-refs").splitlines():
        if line.startswith("^"):
            found[last] = line[1:]
        elif not line.startswith("#"):
            commit, _, last = line.partition(" ")
            found[last] = commit
    return found
