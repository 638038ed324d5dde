"""What `jalon fix` makes of a remedy's commands: root runs none that names what is foreign.

Between a look and a command, whoever owns a folder puts something else there. So what is in it is changed as its owner
(`runuser -u OWNER -- ...`), and what root must give away is handed over by a descriptor.
"""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.system_words import os_words
from wizard.changes.change import Change, Failed
from wizard.changes.files import HandedOver
from wizard.changes.ran import Ran
from wizard.host.owners import Owner, owner_of

# Programs that open no path that they are given.
HARMLESS = ("systemctl", "journalctl", "usermod", "gpasswd", "useradd", "groupadd", "mkhomedir_helper", "printf")
QUOTED = pattern(r"""'[^']*'|"'\"""")
SILENCED = pattern(r" 2>/dev/null(?![^\s;|)])")
# By which a shell opens, runs or puts in place what a word does not say; those that only part commands are not here.
MARKS = "&<>`$\n\"'\\"
# Those that act on a name itself, and not on what a link there leads to.
NAMES = ("rm", "ln", "mv", "rmdir")
PATH = pattern(r"(?<![\w.~/-])/[^\s'\";|&<>()]*")


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
    if not _opens_nothing(command):
        _refuse_foreign(command, words)
    return ran


def _opens_nothing(command: str) -> bool:
    """Whether each of the simple commands in it runs as a user that is not root, or opens no path that it is given."""
    # Between single quotes, and in a quote quoted by itself, nothing means anything to a shell.
    plain = SILENCED.sub("", QUOTED.sub("QUOTED", command))
    if any(mark in plain for mark in MARKS):
        return False
    each = [simple.split() for simple in re.split(r"[;|()]", plain) if simple.strip()]
    return bool(each) and all(map(_simple_opens_nothing, each))


def _simple_opens_nothing(words: list[str]) -> bool:
    match words:
        case ["runuser", "-u", user, "--", _, *_]:
            return user != "root"
        case ["crontab", "-u", _, "-l" | "-"]:
            return True
        case ["grep", "-vxF", *patterns]:
            return all(option == "-e" for option in patterns[::2]) and len(patterns) % 2 == 0
    return words[0] in HARMLESS


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
        raise Failed(f"{path}: {os_words(error)}") from error
