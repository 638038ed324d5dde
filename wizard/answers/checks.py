"""Checks of answers. Each returns what is wrong with the value, or "" if it is valid."""

from __future__ import annotations

import re
from typing import Any

from wizard.answers.questions import Answers
from wizard.base.addresses import split, without_password
from wizard.base.hostnames import is_host_name
from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.host.facts import Facts

INTERPRETER = pattern(r"(/\S+/)?python3\.[0-9]{1,2}|(/usr/bin/)?python3")
NAME = pattern(r"[a-z_][a-z0-9_-]*")
LONGEST_PATH = 1000  # in bytes; what is laid below it still fits into what the kernel takes (PATH_MAX, 4096)
# hier(7): folders that others rely on as they are, and those below which nothing is kept.
SYSTEM_S = frozenset(
    ["/", "/etc", "/home", "/media", "/mnt", "/opt", "/root", "/srv", "/var"]
    + [f"/var/{name}" for name in ("backups", "cache", "lib", "local", "log", "mail", "opt", "spool", "tmp", "www")]
)
NOT_FOR_KEEPING = frozenset(
    ["bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "tmp", "usr"]
)
LARGEST, MOST_DAYS = 10**9, 36500


def user_name(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a user name as Debian's adduser does (adduser.conf(5), NAME_REGEX), of at most 31 characters."""
    if any(letter.isupper() for letter in value):
        return _("`{value}` has a capital: Debian's adduser wants lower case").format(value=value)
    if not NAME.fullmatch(value):
        return _("`{value}`: lower-case letters, digits, - and _ only, a letter first").format(value=value)
    return _("at most 31 letters") if len(value) > 31 else ""


def identifier(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a PostgreSQL identifier: simple characters, at most 63 bytes (PostgreSQL truncates longer ones), no `pg_`
    prefix."""
    if len(value.encode()) > 63:
        return _("PostgreSQL cuts names after 63 bytes; this one has {count}").format(count=len(value.encode()))
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$-]*", value):
        return _("`{value}`: letters, digits, _ and - only, a letter first").format(value=value)
    return _("names that begin with pg_ are PostgreSQL's own") if value.startswith("pg_") else ""


def interpreter(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a Python: `python3`, or one whose version is in its name, by that name or an absolute path."""
    if INTERPRETER.fullmatch(value) and (value.startswith("python3") or not absolute_path(value, answers, facts)):
        return ""
    text = _("`{value}` is neither python3, nor a name such as `python3.11`, nor an absolute path that ends in one")
    return text.format(value=value)


def port(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a TCP port."""
    return "" if 1 <= value <= 65535 else _("a port is a number from 1 to 65535")


def host_names(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a list of host names or addresses, which must not be empty."""
    strange = [name for name in value if not is_host_name(name)]
    if strange:
        return _("`{name}` is neither a host's name nor an address").format(name=strange[0])
    return "" if value else _("at least one name is wanted")


def host_name(value: Any, answers: Answers, facts: Facts) -> str:
    """Check one host name or address; "" is valid."""
    return host_names((value,), answers, facts) if value else ""


def folder_name(value: Any, answers: Answers, facts: Facts) -> str:
    """Check the name of a single folder."""
    if wrong := _long(value):
        return wrong
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", value):
        return _("`{value}`: letters, digits, -, _ and . only, and no folder in it").format(value=value)
    return ""


def absolute_path(value: Any, answers: Answers, facts: Facts) -> str:
    """Check an absolute path of safe characters without `..`, short enough to lie in."""
    if wrong := _long(value):
        return wrong
    if not value.startswith("/") or ".." in value.split("/") or not re.fullmatch(r"[\w./@+-]+", value):
        return _("`{value}` is not an absolute path of letters, digits and . _ - @ +").format(value=value)
    return ""


def folder_of_ours(value: Any, answers: Answers, facts: Facts) -> str:
    """Check the path of a folder that the instance gets for itself: none of the system's own, or below one of those
    that are nobody's to keep things in."""
    if wrong := absolute_path(value, answers, facts):
        return wrong
    parts = [part for part in value.split("/") if part not in ("", ".")]
    place = "/" + "/".join(parts)
    if place in SYSTEM_S or (parts and parts[0] in NOT_FOR_KEEPING):
        return _("`{value}` is the system's own: name a folder such as /srv/backups").format(value=value)
    return ""


def _long(path: str) -> str:
    """What is wrong with the length of a path, whose names have at most 255 bytes each (NAME_MAX)."""
    if (size := len(path.encode())) > LONGEST_PATH:
        return _("at most {most} bytes; this has {size}").format(most=LONGEST_PATH, size=size)
    longest = max(len(name.encode()) for name in path.split("/"))
    return (
        _("a name in a path has at most 255 bytes; one here has {size}").format(size=longest) if longest > 255 else ""
    )


def git_address(value: Any, answers: Answers, facts: Facts) -> str:
    """Check an address that git can clone: https, ssh, git, `file://`, `user@host:path` or a path, without a password.
    One is taken out of it before, where its question has a `credential`."""
    if split(value)[1]:
        return _("a password or token cannot stand in this address")
    if re.fullmatch(r"(https?|ssh|git|file)://\S+", value) or re.fullmatch(r"/\S*", value):
        return ""
    if re.fullmatch(r"[\w.-]+@[\w.-]+:\S+", value):
        return ""
    return _("`{value}` is no git address: https://..., ssh://..., file://... or a path").format(value=value)


def revision(value: Any, answers: Answers, facts: Facts) -> str:
    """Check the name of a branch, tag or commit by the main rules of git-check-ref-format(1)."""
    # Git takes a shell's signs too; whoever types them means a command, or has slipped.
    if not value or re.search(r"[\s~^:?*\[\\$`;|&<>()'\"!]|\.\.|@\{|^[-/]|/$|\.lock$", value):
        return _("`{value}` cannot be the name of a branch, tag or commit").format(value=value)
    return ""


def time_of_day(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a time of day, `HH:MM`."""
    return "" if re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value) else _("a time such as 02:41 is wanted")


def at_least_one(value: Any, answers: Answers, facts: Facts) -> str:
    """Check that a number is at least 1, and no absurd one."""
    if value > LARGEST:
        return _("at most {most} is wanted").format(most=LARGEST)
    return "" if value >= 1 else _("at least 1 is wanted")


def workers(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a number of gunicorn's workers, of which its documentation wants two to four a processor."""
    most = max(64, 8 * facts.processors)
    if value > most:
        return _("at most {most} is wanted").format(most=most)
    return at_least_one(value, answers, facts)


def days(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a number of days, at least 1, that dates can be reckoned with."""
    if value > MOST_DAYS:
        return _("at most {most} is wanted").format(most=MOST_DAYS)
    return at_least_one(value, answers, facts)


def git_access(value: Any, answers: Answers, facts: Facts) -> str:
    """Check what opens a git address: its beginning, with a user and a password or a token."""
    if not value or split(value) != (without_password(value), value):
        return _("the beginning of the address is wanted, such as https://user:token@host") if value else ""
    return ""


def address_with_scheme(value: Any, answers: Answers, facts: Facts) -> str:
    """Check an `http://` or `https://` URL, without a password: it would be seen in the list of processes."""
    if split(value)[1]:
        return _("a password or token cannot stand in this address: put it into the file .netrc of who asks it")
    return "" if re.fullmatch(r"https?://[^\s/]+(/\S*)?", value) else _("an address such as http://serveur is wanted")


def email(value: Any, answers: Answers, facts: Facts) -> str:
    """Check a mail address."""
    return "" if re.fullmatch(r"[^@\s]+@[^@\s]+", value) else _("that is no mail address")


def password(value: Any, answers: Answers, facts: Facts) -> str:
    """Check that a password has at least 8 characters."""
    return _("at least 8 letters") if len(value) < 8 else ""
