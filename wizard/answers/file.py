"""Answers on the disk: the file that the user supplies, and the two in the state, one of them for secrets."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.answers.questions import SECRET, Answers, BadAnswers, Question, toml_value
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.toml import loads
from wizard.record.own import read_own, write_private
from wizard.record.state import State, damaged


def load_given(path: str, questions: Sequence[Question]) -> dict[str, Any]:
    """Load the answers from the user's file. Raises `BadAnswers` if it is unreadable, is not TOML, or contains secrets
    and is accessible to others."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read().decode()
        values = loads(text)
    except OSError as error:
        raise BadAnswers([(path, error.strerror or "")]) from None
    except UnicodeDecodeError:
        raise BadAnswers([(path, _("it is not UTF-8"))]) from None
    except ValueError as error:
        raise BadAnswers([(path, _("not valid TOML: {error}").format(error=error))]) from None
    secret = {question.key for question in questions if question.kind == SECRET}
    if mode & 0o077 and any(values.get(key) for key in secret):
        text = _("it holds secrets and others may read it (mode {mode:04o}): chmod 600 {path}")
        raise BadAnswers([(path, text.format(mode=mode, path=path))])
    return values


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
        found = json.loads(read_own(state.adopted))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _loaded(path: Path) -> dict[str, Any]:
    try:
        return loads(read_own(path).decode())
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
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in values.items())
