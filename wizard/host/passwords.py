"""How PostgreSQL keeps the password of a role, and what pg_hba.conf asks of one that logs in over TCP from here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from wizard.base.scram import matches
from wizard.base.secret import Secret
from wizard.host.postgresql import ClusterState, HbaRule, Role

TCP = ("host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc")
ADDRESSES = {
    "127.0.0.1": ("255.255.255.255", "0.0.0.0", "255.0.0.0"),  # noqa: S104 - masks
    "::1": ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::"),
}
LOCAL = ("all", "samehost", "samenet", "localhost")
ANYBODY = ("0.0.0.0", "127.0.0.0", "::")  # noqa: S104 - addresses of a rule


def is_password_of(role: Role, name: str, password: Secret) -> bool:
    """Whether what the server keeps of a role's password was made from this one."""
    kept = role.verifier.reveal() if role.verifier else ""
    if kept.startswith("md5"):
        made = hashlib.md5(password.reveal().encode() + name.encode()).hexdigest()  # noqa: S324 - the server's
        return kept == f"md5{made}"
    return matches(password.reveal(), kept)


def kept_as_md5(state: ClusterState, name: str, database: str) -> bool:
    """Whether a role's password is kept as an MD5 hash, where pg_hba.conf asks for SCRAM, which cannot do with one."""
    role = state.roles.get(name)
    md5 = role is not None and role.verifier is not None and role.verifier.reveal().startswith("md5")
    return md5 and method_for(state.hba, name, database) == "scram-sha-256"


def method_for(rules: Iterable[HbaRule], user: str, database: str) -> str:
    """Return the method of the first rule that lets `user` log in to `database` from this machine's own addresses; ""
    where there is none, where it cannot be told from the file, or where the two loopback addresses differ."""
    known = list(rules)
    if any(rule.error for rule in known):
        return ""
    found = {_method(known, user, database, address) for address in ADDRESSES}
    return found.pop() if len(found) == 1 else ""


def _method(rules: Iterable[HbaRule], user: str, database: str, address: str) -> str:
    for rule in rules:
        if rule.type not in TCP[:2] or not _reaches(rule, address):
            continue
        named = _named(rule.users, user, "all"), _named(rule.databases, database, "all")
        if named == (True, True) or ("sameuser" in rule.databases and named[0] and user == database):
            return rule.method
        # A group, a regular expression, a file of names: only the server knows whether it is meant.
        if None in named and False not in named:
            return ""
    return ""


def _reaches(rule: HbaRule, address: str) -> bool:
    if rule.address in LOCAL:
        return True
    return rule.address in (address, *ANYBODY) and rule.mask in ADDRESSES[address]


def _named(names: tuple[str, ...], name: str, everybody: str) -> bool | None:
    if name in names or everybody in names:
        return True
    return None if any(one.startswith(("+", "/", "@")) or one in ("samerole", "samegroup") for one in names) else False
