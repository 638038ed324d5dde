"""Readings of crontabs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from wizard.host.children import hear
from wizard.host.files import user_name
from wizard.host.reading import Reading, Unknown
from wizard.language import _

SPOOLS = (Path("/var/spool/cron/crontabs"), Path("/var/spool/cron"))


@dataclass(frozen=True)
class Crontab(Reading["tuple[str, ...] | None"]):
    """The lines of a user's crontab; None where the user has none."""

    family: ClassVar[str] = "cron"
    user: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every crontab that was asked for: from the spool, which only root may read, and one's own through `crontab`."""
    return {reading: _lines(reading.user) for reading in readings if isinstance(reading, Crontab)}


def _lines(user: str) -> Any:
    spool = next((folder for folder in SPOOLS if folder.is_dir()), None)
    if spool is None:
        return None
    if os.geteuid() != 0 and user == user_name(os.geteuid()):
        heard = hear(["crontab", "-l"])
        if heard.status:
            return None if heard.status == 127 or "no crontab" in heard.err else Unknown(f"crontab: {heard.tail}")
        return tuple(heard.out.splitlines())
    try:
        return tuple((spool / user).read_text(errors="surrogateescape").splitlines())
    except FileNotFoundError:
        return None
    except OSError:
        return Unknown(_("the crontab of {user}: only root may read it").format(user=user), needs="root")
