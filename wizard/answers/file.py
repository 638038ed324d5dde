"""Answers on the disk: the file that the user supplies, and the two in the state, one of them for secrets."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.answers.questions import Answers, BadAnswers, Question, holds_secret, toml_value
from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.secret import Secret
from wizard.base.system_words import os_words
from wizard.base.toml import loads
from wizard.base.visible import toml_escaped
from wizard.host.files import user_name
from wizard.host.trust import CLOSED, FOREIGN, STRANGE, WRITABLE, ourselves, weakness
from wizard.record.own import TooLarge, own_json, read_own, write_private
from wizard.record.state import State, damaged

LARGEST = 256 * 1024  # bytes of a file of answers


def load_given(path: str, questions: Sequence[Question]) -> dict[str, Any]:
    """Load the answers from the user's file. Raises `BadAnswers` if it cannot be read, is not TOML, could be changed by
    others than the one who runs Jalon, or contains secrets and is accessible to others."""
    try:
        data, mode = _given(path)
        values = loads(data.decode())
    except OSError as error:
        raise BadAnswers([(path, os_words(error))]) from None
    except UnicodeDecodeError:
        raise BadAnswers([(path, _("it is not UTF-8"))]) from None
    except ValueError as error:
        raise BadAnswers([(path, _("not valid TOML: {error}").format(error=error))]) from None
    if mode & 0o077 and holds_secret(questions, values):
        text = _("it holds secrets and others may read it (mode {mode:04o}): chmod 600 {path}")
        raise BadAnswers([(path, text.format(mode=mode, path=path))])
    return values


def _given(path: str) -> tuple[bytes, int]:
    """Return the bytes of the user's file, and its mode. Raises `BadAnswers` and `OSError`."""
    try:
        if wrong := untrusted(Path(path)):
            # Another's is not even opened: it may lead to a device, or to a file system that never answers.
            raise BadAnswers([(path, wrong)])
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            if stat.S_ISDIR(found.st_mode):
                wrong = os_words(IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
            elif not stat.S_ISREG(found.st_mode):
                wrong = _("it is no regular file, and is not read")
            elif found.st_size > LARGEST:
                wrong = _("at most {most} bytes; this has {size}").format(most=LARGEST, size=found.st_size)
            if not wrong:
                return file.read(LARGEST), stat.S_IMODE(found.st_mode)
    except ValueError:  # a NUL in the path
        wrong = os_words(OSError(errno.EINVAL, os.strerror(errno.EINVAL)))
    raise BadAnswers([(path, wrong)])


def untrusted(path: Path) -> str:
    """Return who else could write a file of answers, with what to do about it; "" if only the one who runs Jalon
    could: this user, or the one who became root by sudo."""
    found = weakness(path, ourselves())
    if found is None or found.kind in (CLOSED, STRANGE):  # which opening tells
        return ""
    place = shell_word(str(found.path))
    if found.kind == FOREIGN:
        text = _("{path} belongs to {owner}, whose answers are not obeyed: look at it, then `{command}`")
        command = f"chown {user_name(os.geteuid())} {place}"
        if found.path != path.absolute():
            text = _("{path} belongs to {owner}, who could put other answers there: copy the file to a folder of yours")
        return text.format(path=found.path, owner=user_name(found.owner), command=command)
    if found.kind == WRITABLE:
        text = _("others may write {path}, and change the answers: look at it, then `chmod go-w {place}`")
        return text.format(path=found.path, place=place)
    return _("others could change what {path} leads to: copy the file to a folder of yours").format(path=found.path)


def load_saved(state: State) -> tuple[dict[str, Any], dict[str, str]]:
    """Load the answers and the secrets of a state; no secrets if this user may not read them.

    Raises `BadData` if one of the files is damaged: continuing would generate new secrets.
    """
    answers = _loaded(state.answers) if state.answers.exists() else {}
    try:
        secrets = _loaded(state.secrets)
    except (FileNotFoundError, PermissionError):
        secrets = {}
    return answers, secrets


def load_unsupported(state: State) -> dict[str, str]:
    """Load the unsupported properties recorded when an instance was adopted; empty for other instances."""
    try:
        found = own_json(state.adopted)
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _loaded(path: Path) -> dict[str, Any]:
    try:
        return loads(read_own(path).decode())
    except TooLarge as error:
        problem = os_words(error)
    except UnicodeDecodeError:
        problem = _("it is not UTF-8")
    except ValueError as error:
        problem = _("not valid TOML: {error}").format(error=error)
    raise damaged(path, problem, _("correct it by hand, or put back a copy from a backup")) from None


def save(state: State, answers: Answers) -> None:
    """Write the state's two files: the answers readable by all, the secrets by their owner alone."""
    state.make()
    open_values = {key: value for key, value in answers.items() if not isinstance(value, Secret)}
    # Empty ones too: the secrets of an adopted instance must not be generated again.
    secret = {key: value.reveal() for key, value in answers.items() if isinstance(value, Secret)}
    # Secrets first: answers alone would look like an instance whose secrets are still to be generated.
    write_private(state.secrets, _toml(secret).encode())
    write_private(state.answers, _toml(open_values).encode(), 0o644)


def _toml(values: Mapping[str, Any]) -> str:
    return toml_escaped("".join(f"{key} = {toml_value(value)}\n" for key, value in values.items()))
