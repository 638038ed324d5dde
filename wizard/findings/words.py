"""Texts and commands shared by probes: shortened lists, times, commands as another user."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence

from wizard.base.language import _, _n
from wizard.host.reading import Host

MOST = 5
APT = ("apt-get", "install", "--no-install-recommends")
# Of other package managers.
INSTALL = {"dnf": ("dnf", "-y", "install"), "pacman": ("pacman", "-S", "--needed")}


def listed(names: Sequence[str], most: int = MOST, separator: str = ", ") -> str:
    """The first `most` names and the number of others: `a, b and 3 more`."""
    if len(names) <= most:
        return separator.join(names)
    text = _("{names} and {count} more")
    return text.format(names=separator.join(names[:most]), count=len(names) - most)


def joined(*parts: str) -> str:
    """Those that say something, in one line, told apart as the language does it."""
    return semicolon().join(filter(None, parts))


def semicolon() -> str:
    """What tells statements apart in the language that is spoken."""
    return _("{seen}; {more}").format(seen="", more="")


def colon() -> str:
    """What stands between something and what is said of it, in the language that is spoken."""
    return _("{title}: {evidence}").format(title="", evidence="")


def format_time(seconds: float) -> str:
    """Seconds since the epoch in this machine's time zone: `2026-03-01 14:05`."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def command(*words: str) -> str:
    """Words as a shell command line, quoted where needed."""
    return shlex.join(words)


def install_command(host: Host, *names: str) -> str:
    """The command with which root installs these packages on that host."""
    return shlex.join((*INSTALL.get(host.facts.package_manager, APT), *names))


def as_user(user: str, *words: str) -> str:
    """The command with which root runs these words as that user."""
    return shlex.join(("runuser", "-u", user, "--", *words))


def as_owner(host: Host, owner: str, *words: str) -> str:
    """The command with which root runs these words as the owner of what they are about; what is root's, or one's own,
    needs nobody else. What is in a folder of somebody else's is never changed as root: the path may lead elsewhere by
    then."""
    return shlex.join(words) if owner in ("root", host.facts.user) else as_user(owner, *words)


def needs_root() -> str:
    """Why a finding is unknown that only root can make."""
    return _("needs root")


def outcome_word(outcome: str) -> str:
    """The translated name of an outcome; any other word unchanged."""
    return {
        "passed": _("passed"),
        "warning": _("warning"),
        "failed": _("failed"),
        "skipped": _("skipped"),
        "unknown": _("unknown"),
        "crashed": _("crashed"),
    }.get(outcome, outcome)


def outcome_count(outcome: str, count: int) -> str:
    """So many findings of that outcome: `2 passed`, `1 warning`."""
    return {
        "passed": _n("{count} passed", "{count} passed", count),
        "warning": _n("{count} warning", "{count} warnings", count),
        "failed": _n("{count} failed", "{count} failed", count),
        "skipped": _n("{count} skipped", "{count} skipped", count),
        "unknown": _n("{count} unknown", "{count} unknown", count),
        "crashed": _n("{count} crashed", "{count} crashed", count),
    }[outcome].format(count=count)
