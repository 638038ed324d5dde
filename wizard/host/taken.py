"""What of this machine a new instance cannot have: an account of somebody else's, a port that another program holds."""

from __future__ import annotations

import pwd

from wizard.base.language import _
from wizard.host.sockets import Listener, Listeners, answer

FIRST_PERSON = 1000


def account_taken(name: str, mark: str) -> str:
    """Why that account cannot be an instance's, in words; "" where there is none, or where its comment says that it was
    made for one."""
    try:
        found = pwd.getpwnam(name)
    except (KeyError, ValueError, UnicodeError):
        return ""
    if found.pw_uid < FIRST_PERSON:
        text = _("the account {name} is one of the system's (number {uid})")
        return text.format(name=name, uid=found.pw_uid)
    if found.pw_gecos.split(",")[0] == f"{mark} instance":
        return ""
    text = _(
        "the account {name} is there already: another name; or, where it holds an instance, go back and choose that"
    )
    return text.format(name=name)


def listeners() -> tuple[Listener, ...]:
    """Every listening TCP socket, now."""
    return tuple(answer([Listeners()])[Listeners()])


def port_taken(port: int, found: tuple[Listener, ...], programs: tuple[str, ...]) -> str:
    """Which other program than these holds a TCP port, in words; "" where this user can see none."""
    for one in found:
        if one.port == port and one.program and not one.is_among(*programs):
            return _("port {port} is held by {program} (process {pid})").format(
                port=port, program=one.program, pid=one.pid
            )
    return ""
