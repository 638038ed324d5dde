"""Names of people on this machine, to be redacted from reports."""

from __future__ import annotations

import os
import pwd

# Accounts of people and of instances alike, as Debian and its kin number them (UID_MIN and UID_MAX of login.defs).
OF_PEOPLE = range(1000, 60000)
# From here on there are the numbers that ordinary accounts are lent for containers (subuid(5)).
LENT = 65536


def is_ordinary(uid: int) -> bool:
    """Whether a number is that of an ordinary account, and not of whoever runs this: neither root's nor that of a
    service of the system."""
    return uid != os.geteuid() and (uid in OF_PEOPLE or uid >= LENT)


def people() -> tuple[str, ...]:
    """Return the login and full names of all regular accounts, and `SUDO_USER`."""
    names: dict[str, None] = {}
    for account in pwd.getpwall():
        if account.pw_uid in OF_PEOPLE:
            full = account.pw_gecos.split(",")[0].strip()
            names.update(dict.fromkeys((account.pw_name, full)))
    names.setdefault(os.environ.get("SUDO_USER", ""))
    return tuple(name for name in names if name)
