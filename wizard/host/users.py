"""Readings of accounts and groups, from the name service."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.base.values import Value
from wizard.host.reading import Reading


class User(Value):
    """An account; `groups` has every group it belongs to, its own first."""

    uid: int
    home: str
    shell: str
    gecos: str
    groups: tuple[str, ...]


class Account(Reading["User | None"]):
    """The account of that name; None where there is none."""

    family: ClassVar[str] = "users"
    name: str


class Group(Reading["tuple[str, ...] | None"]):
    """The members of a group beside those it is the own group of; None where there is no such group."""

    family: ClassVar[str] = "users"
    name: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every reading of this family, without a child."""
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
