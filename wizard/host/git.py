"""Readings of a git checkout from its files, without running git (which would want `safe.directory`) or a remote."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.addresses import without_password
from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host import checkout_files, opening
from wizard.host.children import run_query
from wizard.host.files import user_name
from wizard.host.owners import owner_of
from wizard.host.reading import Reading, Unknown

RECEIPT = "jalon.json"
MOST_STATUS = 2**20


class Checkout(Value):
    """A checkout: its commit, branch ("" if detached), the address of its origin (without a password) and the tags on
    the commit. `held_revision` and `held_commit`, from Jalon's receipt in `.git`, are the revision requested and the
    commit it then resolved to."""

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
    patience: ClassVar[float] = 25.0
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
        owner = user_name(opening.status(path, follow=True).st_uid)
    except FileNotFoundError:
        return ()
    except OSError as error:
        return opening.unknown(path, error)
    if owner.isdigit():
        text = _("{path} belongs to the number {owner}, which is no account's")
        return Unknown(text.format(path=path, owner=owner), needs=_("an account of that number"))
    if os.geteuid() == 0 and (other := owner_of(f"{path}/.git/config")):
        owner = other.name  # who may have git run any program
    quiet = ["--no-optional-locks", "-c", "core.fsmonitor=false"]
    words = ["git", *quiet, "-C", path, "status", "--porcelain", "--untracked-files=no"]
    result = run_query(words, user=owner, most=MOST_STATUS)
    if result.status:
        return Unknown(f"git status: {result.tail}")
    return tuple(line[3:] for line in lines_of(result.out))


def _checkout(path: str) -> Any:
    folder = f"{path}/.git"
    try:
        name = checkout_files.head(folder)
        branch = name.removeprefix(checkout_files.HEADS) if name.startswith(checkout_files.HEADS) else ""
        packed = checkout_files.packed_references(folder)
        commit = checkout_files.reference(folder, name, packed) if name.startswith("refs/") else name
        origin = checkout_files.origin(folder)
        tags = checkout_files.tags_on(folder, commit, packed)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(path, error)
    except checkout_files.Damaged as damage:
        return Unknown(str(damage))
    revision, held = checkout_files.receipt(f"{folder}/{RECEIPT}")
    return Checkout(commit, branch, without_password(origin), revision, held, tags)
