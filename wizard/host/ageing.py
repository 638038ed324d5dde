"""Readings of accounts for which cron runs nothing: those that PAM refuses for their age."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from wizard.base.patterns import pattern
from wizard.host import opening
from wizard.host.reading import Reading

DAY = 86400
PAM = ("/etc/pam.d/cron", "/etc/pam.d/crond")
DEEPEST = 4
LINE = pattern(r"\s*(?:-?account\s+(?P<control>\[[^\]]*\]|\w+)\s+(?P<module>\S+)|@include\s+(?P<all>\S+))")


class Ageing(Reading["str"]):
    """Why PAM refuses cron an account: `account-expired`, `password-expired` or `must-change`. "" where it does not,
    and where this user may not know."""

    family: ClassVar[str] = "ageing"
    nothing: ClassVar[str] = ""
    user: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Ageing` from /etc/shadow, where cron's PAM asks pam_unix, which goes by it."""
    wanted = [reading for reading in readings if isinstance(reading, Ageing)]
    try:
        lines = opening.read("/etc/shadow").decode(errors="replace").split("\n")
    except OSError:
        return dict.fromkeys(wanted, "")
    entries = {line.partition(":")[0]: line.split(":") for line in lines}
    asked = _asks_shadow()
    return {one: refusal(entries.get(one.user, []), time.time()) if asked else "" for one in wanted}


def refusal(entry: list[str], now: float) -> str:
    """Why an account is refused, by its fields of shadow(5), in the order of pam_unix (`check_shadow_expiry`)."""
    if len(entry) < 8:
        return ""
    today = int(now // DAY)
    changed, _least, most, _warned, _inactive, expires = (_days(text) for text in entry[2:8])
    if expires is not None and today >= expires:
        return "account-expired"
    if changed is None or today < changed:
        return ""
    if changed == 0:
        return "must-change"
    return "password-expired" if most is not None and today > changed + most else ""


def _days(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,8}", text) else None


def _asks_shadow() -> bool:
    """Whether pam_unix decides about an account, before anything else has let it pass."""
    for control, module in next((found for path in PAM if (found := list(_account(path)))), []):
        if module.endswith("pam_unix.so"):
            return "new_authtok_reqd=ignore" not in control
        if control in ("sufficient", "optional") or "=done" in control or "success=" in control:
            return False
    return False


def _account(path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the controls and modules that PAM asks about accounts."""
    try:
        lines = opening.text(path).split("\n") if depth < DEEPEST else []
    except OSError:
        return
    for line in lines:
        found = LINE.match(line)
        if not found:
            continue
        named = found["all"] or (found["module"] if found["control"] in ("include", "substack") else "")
        if named:
            yield from _account(named if named.startswith("/") else f"/etc/pam.d/{named}", depth + 1)
        else:
            yield found["control"], found["module"]
