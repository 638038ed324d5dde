"""Readings of accounts and groups through the name service (NSS)."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.values import Value
from wizard.host.reading import Reading


class User(Value):
    """An account; `groups` are all its groups, the primary one first."""

    uid: int
    home: str
    shell: str
    gecos: str
    groups: tuple[str, ...]


class Account(Reading["User | None"]):
    """The account with that name; None if there is none."""

    family: ClassVar[str] = "users"
    name: str


class Group(Reading["tuple[str, ...] | None"]):
    """The supplementary members of a group; None if there is no such group."""

    family: ClassVar[str] = "users"
    name: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of accounts and groups, without child processes."""
    answers: dict[Reading[Any], Any] = {}
    for reading in readings:
        name = getattr(reading, "name", "")
        try:
            answers[reading] = tuple(grp.getgrnam(name).gr_mem) if isinstance(reading, Group) else _user(name)
        except KeyError:
            answers[reading] = None
    return answers


def _user(name: str) -> User:
    found = pwd.getpwnam(name)
    own = grp.getgrgid(found.pw_gid).gr_name
    others = sorted(group.gr_name for group in grp.getgrall() if name in group.gr_mem and group.gr_name != own)
    return User(found.pw_uid, found.pw_dir, found.pw_shell, found.pw_gecos, (own, *others))
