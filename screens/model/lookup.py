"""Whether what an answer names is there: a host that this machine cannot find, a repository that lies nowhere.

It is told and forbids nothing, for the name may come later. Only names are looked up: no server is asked, and no git is
run on what somebody is still typing."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from screens.model.children import started
from wizard.answers import checks
from wizard.answers.questions import TEXT, Question
from wizard.base.hostnames import is_host_name
from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.host.children import run_query
from wizard.host.opening import status

DEADLINE = 4.0
"""Seconds after which a name counts as not found; resolvers take five for one server that is silent."""
NOT_FOUND = 2
"""The status by which getent(1) says so; by any other one nothing is known."""
LATE = 124
WEB = ("http://", "https://")
BY_SSH = pattern(r"[\w.-]+@([\w.-]+):.*")
PROXIES = ("https_proxy", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def host_of(question: Question, value: str, proxied: bool = False) -> str:
    """The name that this machine must find for that answer; "" where there is none, where it is an address already, and
    where a proxy is asked for it."""
    if question.kind != TEXT:
        return ""
    host = value if question.check is checks.host_name else ""
    if "://" in value and not (proxied and value.startswith(WEB) and question.key != "proxy"):
        with suppress(ValueError):
            host = urlsplit(value).hostname or ""
    elif question.credential and (match := BY_SSH.fullmatch(value)):
        host = match[1]
    with suppress(ValueError):
        ip_address(host)
        return ""
    return host if is_host_name(host) else ""


def proxied(answers: Any) -> bool:
    """Whether what is asked in the web is asked of a proxy, which finds names by itself."""
    return bool(answers.get("proxy")) or any(os.environ.get(name) for name in PROXIES)


def absent(question: Question, value: str) -> str:
    """That a repository on this machine is not there, in words."""
    path = value.removeprefix("file://")
    if not question.credential or not path.startswith("/"):
        return ""
    try:
        # Root goes into no folder of others, whose file system might never answer.
        status(path)
    except (FileNotFoundError, NotADirectoryError):
        return _("There is no {path} on this machine.").format(path=path)
    except (OSError, ValueError):
        # This user may not look.
        return ""
    return ""


async def told_of(host: str) -> str:
    """That this machine does not find a name, in words; "" where it does, or cannot tell."""
    child = await started(_asking(host), stdin=DEVNULL)
    try:
        await asyncio.wait_for(child.communicate(), DEADLINE)
    except (asyncio.TimeoutError, asyncio.CancelledError) as ended:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        if isinstance(ended, asyncio.CancelledError):
            raise
        return _told(host, LATE)
    return _told(host, child.returncode or 0)


def told_now(host: str) -> str:
    """The same, waited for."""
    return _told(host, run_query(_asking(host), deadline=DEADLINE).status)


def _asking(host: str) -> Sequence[str]:
    return ("getent", "ahosts", host)


def _told(host: str, status: int) -> str:
    if status not in (NOT_FOUND, LATE):
        return ""
    return _("This machine does not find {host} now; you can go on all the same.").format(host=host)
