"""`jalon causes`: every cause that Jalon can name, or one by its id, as text or JSON."""

from __future__ import annotations

from argparse import Namespace

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.commands.status import OK
from wizard.outputs.as_json import print_json
from wizard.outputs.causes import Known, cause_data, known
from wizard.outputs.text import write


def run(args: Namespace) -> int:
    """Prints the causes."""
    found = [_named(args.cause)] if args.cause else list(known().values())
    if args.format == "json":
        print_json([cause_data(one) for one in found])
        return OK
    for one in found:
        _show(one)
    return OK


def _named(id: str) -> Known:
    found = known().get(id)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(id, known(), 3, 0.5)
        text = _("no cause of Jalon's own is called {id}; a guide from outside may have one").format(id=id)
        like = _("like it: {names}").format(names=", ".join(near))
        raise Refused(text, *([like] if near else []), _("`jalon causes` lists them all"))
    return found


def _show(cause: Known) -> None:
    write(cause.id, "title")
    if cause.guides:
        write(_("Only in the guide: {names}").format(names=", ".join(cause.guides)), "plain", 2)
    for case in cause.cases:
        for text in case.texts:
            write(_("Why: {text}").format(text=text), "plain", 2)
        for text in case.evidence:
            write(_("Seen: {text}").format(text=text), "plain", 4)
        for message in case.messages:
            told = _("Seen: a message that fits `{pattern}`, where the host bears it out")
            write(told.format(pattern=message.replace("\n", "\\n")), "plain", 4)
        for text in case.remedies:
            write(_("Remedy: {text}").format(text=text), "plain", 4)
