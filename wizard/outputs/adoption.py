"""Prints the answers discovered of an instance installed by hand, as text or JSON, without secrets."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from wizard.answers.found import Found
from wizard.answers.questions import toml_value
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.outputs.as_json import value_data
from wizard.outputs.text import write
from wizard.session import Session


def note_found(guide: str, found: Found) -> None:
    """Prints on standard error that answers were discovered, and which were not."""
    text = _("{name} was installed by hand: its answers were read from this host; `jalon adopt {guide}` keeps them")
    write(text.format(name=found.name, guide=guide), "quiet", stream=sys.stderr)
    _untold(found.undetected, to_stderr=True)


def _untold(undetected: Mapping[str, str], to_stderr: bool = False) -> None:
    reasons: dict[str, list[str]] = {}
    for key, why in undetected.items():
        reasons.setdefault(why, []).append(key)
    for why, keys in reasons.items():
        text = _("not told by the host: {keys} ({why})").format(keys=", ".join(keys), why=why)
        write(text, "unknown", 2, stream=sys.stderr if to_stderr else None)


def data(session: Session, already: bool) -> dict[str, Any]:
    """The adopted instance as one object (`wizard/schemas/`); `already`: it had been adopted before."""
    detected = session.found.detected if session.found else {}
    return {
        "guide": session.guide.id,
        "instance": session.instance,
        "already": already,
        "state": str(session.state.folder),
        "answers": [
            {
                "key": key,
                "secret": isinstance(value, Secret),
                "value": value_data(value),
                # An empty secret was not found; the reason is in `untold`.
                "where": detected[key].where if key in detected and not _empty(value) else "",
            }
            for key, value in session.answers.items()
        ],
        "untold": [
            {"key": key, "because": why} for key, why in (session.found.undetected if session.found else {}).items()
        ],
    }


def _empty(value: object) -> bool:
    return isinstance(value, Secret) and not value.reveal()


def show(session: Session, already: bool) -> None:
    """Prints the same as text, with the commands to use next."""
    names = {"name": session.instance, "guide": session.guide.id, "folder": session.state.folder}
    if already:
        write(_("{name} is Jalon's already; nothing was changed.").format(**names), "title")
        return
    write(_("{name} is taken over. Nothing on this host was changed but {folder}.").format(**names), "title")
    for one in data(session, already)["answers"]:
        if one["where"]:
            value = _("(secret, not shown)") if one["secret"] else toml_value(one["value"])
            write(f"{one['key']} = {value}", indent=2, wrap=False)
            write(one["where"], "quiet", 6, wrap=False)
    _untold(session.found.undetected if session.found else {})
    write(_("The other answers have their default, and stand in {folder}/answers.toml.").format(**names))
    text = _("`jalon verify {guide}` says what holds, `jalon plan {guide}` what Jalon would change.")
    write(text.format(**names))
