"""`jalon adopt`: adopts an instance installed by hand, changing nothing on the host; `jalon instances`: lists them."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence

from wizard.answers import file as answers_file
from wizard.answers.found import Found
from wizard.answers.questions import Answers
from wizard.base.errors import BadData, NotFound, Refused
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import replace
from wizard.base.visible import json_text
from wizard.beside import need_own_address
from wizard.commands.claims import need_own_database
from wizard.commands.request import need_root, request_of
from wizard.commands.running import busy_error
from wizard.commands.status import OK
from wizard.guide import Guide
from wizard.host.live import Live
from wizard.host.nginx import NginxFaults
from wizard.host.reading import Unknown
from wizard.instances import all_instances, found_instances, known_instances, several_instances
from wizard.outputs import adoption
from wizard.outputs.as_json import print_json
from wizard.outputs.listing import instances_data
from wizard.outputs.text import say, write
from wizard.record import lock
from wizard.record.own import write_private
from wizard.record.state import State
from wizard.session import Request, Session, find_guide, open_session


def run(args: Namespace) -> int:
    """Reads answers and secrets from the host and saves them as state, with an entry in the journal."""
    if args.answers:
        raise Refused(_("adopt reads the answers from the host; correct one with --set KEY=VALUE"))
    guide = find_guide(args.guide)
    need_root(args)
    host = Live(readers=guide.readers)
    request = request_of(args)
    known = known_instances(guide, request.state_dir, request.instance)
    already = request.instance in known
    found: Mapping[str, Found] = {}
    if not already:
        found = found_instances(guide, known, host)
        unread = _unread(guide, host)
        request = replace(request, instance=_chosen(guide, request.instance, known, found, unread))
        _say_unread(unread)
    session = open_session(request, generate=False, search=host)
    if not already:
        _check_identity(session, request)
        need_own_database(session, request.sets, known_instances(guide, request.state_dir), found, host)
        need_own_address(session, request.sets, args.state_dir or "")
        _save(session, host)
    if args.format == "json":
        print_json(adoption.data(session, already))
    else:
        adoption.show(session, already)
    return OK


def list_instances(args: Namespace) -> int:
    """Lists the instances of a guide: those with a state, and those installed by hand."""
    guide = find_guide(args.guide)
    known = all_instances(guide, args.state_dir)
    host = Live(readers=guide.readers)
    found = found_instances(guide, known, host)
    _say_unread(_unread(guide, host))
    if args.format == "json":
        print_json(instances_data(known, found))
        return OK
    for name in (*known, *found):
        told = "" if name in known else _("installed by hand; `jalon adopt {guide} --instance {name}` takes it over")
        say(f"{name:<14} {told.format(guide=guide.id, name=name)}".rstrip())
    return OK


def _unread(guide: Guide, host: Live) -> list[str]:
    """What of nginx's configuration was not looked at, as an instance may be in it."""
    if not guide.discover:
        return []
    faults = host.read(NginxFaults())
    text = _("not read, and an instance may be in it: {file} ({why})")
    return [text.format(file=one.file, why=one.why) for one in (() if isinstance(faults, Unknown) else faults)]


def _chosen(
    guide: Guide, name: str | None, known: Mapping[str, State], found: Mapping[str, Found], unread: Sequence[str]
) -> str:
    if name in found or (not name and len(found) == 1):
        return name or next(iter(found))
    if found and not name:
        raise several_instances(found)
    text = _("no instance of {guide} that was installed by hand was found here")
    if found:
        text = _("no instance `{name}` of {guide} that was installed by hand was found here, but {names}")
    lines = [text.format(guide=guide.id, name=name, names=", ".join(found))]
    if known:
        lines.append(_("these are Jalon's already: {names}").format(names=", ".join(known)))
    raise NotFound(*lines, *unread)


def _say_unread(lines: Sequence[str]) -> None:
    for line in lines:
        write(line, "unknown", 2, stream=sys.stderr)


def _check_identity(session: Session, request: Request) -> None:
    """Raises `BadData` where an answer that identifies the instance was neither discovered nor given."""
    undetected = session.found.undetected if session.found else {}
    missing = [
        (key, why) for key, why in undetected.items() if key in ("db_name", "db_user") and key not in request.sets
    ]
    if missing:
        first = _("the host does not tell these answers; give them with --set KEY=VALUE:")
        raise BadData(first, *(f"  {key}: {why}" for key, why in missing))


def _save(session: Session, host: Live) -> None:
    from wizard.changes.adopted import Adopted

    os.umask(0o022)
    session.state.make()
    try:
        held = lock.acquire(session.state.lock, lambda orphans, seconds: None, patience=0.0)
    except lock.AlreadyLocked as held_by:
        raise busy_error(held_by) from None
    try:
        journal = session.journal()
        journal.done(journal.begin("", Adopted(session.instance), host))
        write_private(
            session.state.adopted, json_text(session.found.unsupported if session.found else {}).encode(), 0o644
        )
        # The answers last: they are what makes it one of Jalon's.
        answers_file.save(session.state, _known(session))
    finally:
        held.release()


def _known(session: Session) -> Answers:
    """The answers, without the secrets of which nothing is known: those are made when they are first needed."""
    secrets = session.found.secrets if session.found else {}
    return Answers(
        {
            key: value
            for key, value in session.answers.items()
            if not isinstance(value, Secret) or value.reveal() or key in secrets
        }
    )
