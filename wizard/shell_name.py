"""`jalon` as a command of this machine: a link where every shell looks, to a launcher that only root may write.

It is asked for, never made by itself. It is written down first, so that only what Jalon has made is removed.
A link to a launcher that an ordinary user can change would have root run what that user likes, by typing a name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.changes.change import Hands
from wizard.guides.trust import untrusted, untrusted_way
from wizard.record.own import make_folder, own_json, write_private

PLACE = Path("/usr/local/bin/jalon")
RECORD = Path("/var/lib/jalon/command.json")
LAUNCHER = Path(__file__).resolve().parents[1] / "jalon"


def linked() -> bool:
    """Whether Jalon's link is there: it leads where it was written down that it leads."""
    return bool(target := _target()) and target == _written()


def hindrance() -> Sequence[str]:
    """Why no link can be made, and what to do; nothing where it can, or is there."""
    if not LAUNCHER.is_file():
        return (_("this Jalon was installed by pip, which makes its commands itself"),)
    if refused := irremovable():
        return refused
    if not PLACE.parent.is_dir():
        return (_("there is no folder {path}").format(path=PLACE.parent),)
    if found := untrusted_way(PLACE.parent, 0):
        return (
            _("{path} is not root's alone, and whoever may write it could exchange the link").format(path=found.path),
        )
    folder = LAUNCHER.parent
    if found := untrusted(folder, 0):
        text = _("a name that root types may start only what root alone can change: {why}")
        remedy = _(
            "as root, copy {folder} to a folder where only root writes, below /opt perhaps, and start that one"
        ).format(folder=folder)
        return text.format(why=found.why), remedy
    return ()


def irremovable() -> Sequence[str]:
    """Why what is there is not removed; nothing where it can be, or nothing is there."""
    return () if linked() or not (PLACE.is_symlink() or PLACE.exists()) else _taken()


def make(hands: Hands) -> None:
    """Makes the link, written down first."""
    make_folder(RECORD.parent, 0o755)
    note = {"path": str(PLACE), "target": str(LAUNCHER), "when": time.time()}
    write_private(RECORD, json.dumps(note).encode() + b"\n", 0o644)
    hands.link(str(PLACE), str(LAUNCHER))


def remove(hands: Hands) -> None:
    """Removes the link, then the note of it."""
    for path in (PLACE, RECORD):
        if path.is_symlink() or path.exists():
            hands.remove(str(path))


def _taken() -> Sequence[str]:
    text = _("{path} is there, and Jalon has not made it")
    if target := _target():
        text = _("{path} is there, and Jalon has not made it: it leads to {target}")
    return text.format(path=PLACE, target=target), _("look at what it is, and remove it yourself if nobody needs it")


def _target() -> str:
    return str(PLACE.readlink()) if PLACE.is_symlink() else ""


def _written() -> str:
    try:
        note = own_json(RECORD)
    except (OSError, ValueError, Refused):
        return ""
    return str(note.get("target", "")) if isinstance(note, dict) else ""
