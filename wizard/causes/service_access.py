"""Diagnose a service that ends because it may not do something: what its own words say, and the host shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.causes.access import Diagnosis, explain
from wizard.causes.said import Said
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command
from wizard.host.access import RUN, Actor, actor_of, barrier
from wizard.host.acl import MODE, PASS, WRITE
from wizard.host.files import Immutable
from wizard.host.reading import Host, Unknown

FOLDER = pattern(r"^exit status 200$|Changing to the requested working directory failed", re.MULTILINE)
PROGRAM = pattern(r"^exit status (?:126|203)$|: Permission denied$", re.MULTILINE)
WRITTEN = pattern(
    r"'(?P<path>[^'\n]+)' isn't writable \[(?:PermissionError|OSError)"
    r"|\[Errno (?:1|13|30)\] [^:\n]{1,60}: '(?P<path2>[^'\n]+)'"
)


def refused(
    host: Host, unit: str, user: str, folder: str, programs: Sequence[str], files: Iterable[str], said: str
) -> Diagnosis | None:
    """Diagnose what a service was refused, by what it `said`: its working `folder`, one of its `programs`, or one of
    its `files`. None where it names none of them, or nothing is seen but the mode or the owner of one."""
    actor = actor_of(host, unit, user)
    for wanted, look in _tried(folder, programs, files, said):
        found = barrier(host, actor, wanted, look)
        if found and found.reason != MODE:
            return explain(host, actor, found)
        if look == WRITE and not found and (fixed := _immutable(host, actor, wanted)):
            return fixed
    return None


def _tried(folder: str, programs: Sequence[str], files: Iterable[str], said: str) -> Iterator[tuple[str, int]]:
    if FOLDER.search(said):
        yield folder, PASS
    if PROGRAM.search(said):
        yield from ((program, RUN) for program in programs)
    known = tuple(files)
    for found in reversed(list(WRITTEN.finditer(said))):
        if path := Said(found).among(known, "path", "path2", base=folder):
            yield path, WRITE


def _immutable(host: Host, actor: Actor, path: str) -> Diagnosis | None:
    fixed = host.read(Immutable(path))
    if isinstance(fixed, Unknown) or not fixed:
        return None
    text = _("{path} has the attribute `i` (immutable): nobody may change it, {user} neither, whatever its mode says.")
    told = _("Ask who set it, and why; `{words}` takes it away.").format(words=command("chattr", "-i", path))
    return Cause("file-immutable", text.format(path=path, user=actor.user)), Remedy(told)
