"""What `jalon fix` makes of a remedy's commands: root runs none that names what is foreign.

Between a look and a command, whoever owns a folder puts something else there. So what is in it is changed as its owner
(`runuser -u OWNER -- ...`), and what root must give away is handed over by a descriptor.
"""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.changes.change import Change, Failed
from wizard.changes.files import HandedOver
from wizard.changes.ran import Ran
from wizard.host.owners import Owner, owner_of

# Programs that open no path that they are given.
HARMLESS = ("systemctl", "journalctl", "usermod", "gpasswd", "useradd", "groupadd", "mkhomedir_helper")
# Those that act on a name itself, and not on what a link there leads to.
NAMES = ("rm", "ln", "mv", "rmdir")
PATH = re.compile(r"(?<![\w.~/-])/[^\s'\";|&<>()]*")


def change_of(command: str, root: bool) -> Change:
    """Return the change that a command stands for. Raises `Failed` for one that `root` would run on a path that
    somebody else may exchange."""
    ran = Ran(("sh", "-c", command), command, ())
    if not root:
        return ran
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if words[:2] == ["chown", "-h"] and len(words) == 4 and _owner(words[3], parent=True):
        return HandedOver(words[3], words[2].partition(":")[0])
    if not _as_another(command, words):
        _refuse_foreign(command, words)
    return ran


def _as_another(command: str, words: list[str]) -> bool:
    """Whether it runs as a user that is not root, or opens nothing that it names."""
    if words[:2] == ["(", "crontab"]:
        return True
    # A second command may hide in it.
    if any(mark in command for mark in ";&|<>`$\n"):
        return False
    if words[:2] == ["runuser", "-u"]:
        return len(words) > 3 and words[2] != "root" and words[3] == "--"
    return bool(words) and words[0] in HARMLESS


def _refuse_foreign(command: str, words: list[str]) -> None:
    program = words[0] if words else ""
    for path in PATH.findall(command):
        if owner := _owner(path, parent=program in NAMES):
            text = _("`{command}` is not carried out as root: {path} is {owner}'s to exchange")
            remedy = _("look at it, then do it as {owner}").format(owner=owner.name)
            raise Failed(text.format(command=command, path=path, owner=owner.name), remedy=remedy)


def _owner(path: str, parent: bool) -> Owner | None:
    try:
        return owner_of(str(PurePosixPath(path).parent) if parent else path)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}") from error
