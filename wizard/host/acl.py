"""Access control lists (acl(5)) as the kernel keeps them, and what an entry's mode and list grant."""

from __future__ import annotations

import struct
from collections.abc import Callable, Container, Iterable
from typing import Protocol

from wizard.base.values import Value

ATTRIBUTE = "system.posix_acl_access"
READ, WRITE, PASS = 4, 2, 1
_USER, _OWNING_GROUP, _GROUP, _MASK = 0x02, 0x04, 0x08, 0x10
# Reasons for which a right is not held.
MODE, LIST, MASK = "mode", "list", "mask"


class Grant(Value):
    """One line of a list: `kind` is `user` or `group`, `name` whose ("" for the owning group), `rights` as in a mode.
    What the mask leaves of them is in the entry's mode, as the group's rights."""

    kind: str
    name: str
    rights: int

    @property
    def text(self) -> str:
        """As `getfacl` prints it: `user:www-data:r-x`."""
        letters = "".join(letter if self.rights & bit else "-" for letter, bit in zip("rwx", (4, 2, 1), strict=True))
        return f"{self.kind}:{self.name}:{letters}"


class Guarded(Protocol):
    """What an entry of a file system says of who may use it."""

    @property
    def owner(self) -> str:
        """Whose it is."""

    @property
    def group(self) -> str:
        """Its group."""

    @property
    def mode(self) -> int:
        """Its permission bits."""

    @property
    def acl(self) -> tuple[Grant, ...]:
        """What a list adds."""


def parse(data: bytes, user: Callable[[int], str], group: Callable[[int], str]) -> tuple[Grant, ...]:
    """Return what a list adds to a mode; nothing for one that says no more than a mode, or is none."""
    if len(data) < 4 or struct.unpack("<I", data[:4])[0] != 2:
        return ()
    lines = [struct.unpack("<HHI", data[at : at + 8]) for at in range(4, len(data) - 7, 8)]
    if not any(tag == _MASK for tag, _rights, _number in lines):
        return ()
    found = []
    for tag, rights, number in lines:
        if tag == _USER:
            found.append(Grant("user", user(number), rights))
        elif tag in (_OWNING_GROUP, _GROUP):
            found.append(Grant("group", group(number) if tag == _GROUP else "", rights))
    return tuple(found)


def refuses(entry: Guarded, user: str, groups: Container[str], right: int) -> str:
    """Return why a user with these groups lacks that right to an entry; "" where it has it.

    The first that applies decides, as in the kernel: the owner, a line that names the user, any line of a group that it
    holds, everybody else.
    """
    if user == entry.owner:
        return "" if entry.mode >> 6 & right == right else MODE
    mask = entry.mode >> 3 & 7 if entry.acl else 7
    named = [one for one in entry.acl if one.kind == "user" and one.name == user]
    if named:
        return _lines(named, mask, right, LIST)
    owning = next((one.rights for one in entry.acl if one.kind == "group" and not one.name), entry.mode >> 3 & 7)
    held = [one for one in entry.acl if one.kind == "group" and one.name and one.name in groups]
    if entry.group in groups:
        held.append(Grant("group", "", owning))
    if held:
        return _lines(held, mask, right, LIST if any(one.name for one in held) else MODE)
    return "" if entry.mode & right == right else MODE


def _lines(lines: Iterable[Grant], mask: int, right: int, reason: str) -> str:
    granted = [one for one in lines if one.rights & right == right]
    if not granted:
        return reason
    return "" if mask & right == right else MASK
