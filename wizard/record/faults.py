"""What a developer needs to know of an error that nobody foresaw, kept in a file of its own user.

Tracebacks are kept without local variables, which may hold passwords, and what is known to be secret is masked.
"""

from __future__ import annotations

import platform
import sys
import time
import traceback
from pathlib import Path

from wizard import __version__
from wizard.base.confidential import masked_output
from wizard.base.language import _
from wizard.base.visible import spelt, visible
from wizard.record.own import make_folder, write_private
from wizard.record.state import root_of


def tell_fault(error: BaseException) -> tuple[str, ...]:
    """Keeps the error, and returns what to say of it: what it is, and where more stands."""
    kind = visible(f"{type(error).__name__}: {masked_output(str(error))}")
    told = _("This is a fault of Jalon's own, and not of yours: {what}").format(what=kind)
    try:
        path = _keep(error)
    except Exception:
        place = traceback.extract_tb(error.__traceback__)[-1:]
        where = ", ".join(f"{one.filename}:{one.lineno}" for one in place)
        return told, _("It happened at {where}; no file could be written that says more.").format(where=where)
    return told, _("{path} says where it happened, without secrets: give it to whoever looks after Jalon.").format(
        path=path
    )


def _keep(error: BaseException) -> Path:
    folder = root_of(None) / "faults"
    make_folder(folder, 0o700)
    path = folder / time.strftime("%Y-%m-%dT%H%M%S.txt")
    heading = f"Jalon {__version__}, Python {platform.python_version()}, {' '.join(sys.argv[1:])}\n\n"
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    write_private(path, spelt(masked_output(heading + "".join(lines))).encode())
    return path
