"""What a session tells its guide: the answers hold what was answered, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from wizard.answers.found import Found
from wizard.answers.questions import Answers
from wizard.base.values import Value
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.host.facts import Facts
from wizard.record.state import State
from wizard.session import Session

ANSWERS = {"name": "one"}


class Asked(Value):
    """What a guide was asked for."""

    answers: Mapping[str, Any]
    circumstances: Circumstances


def _asked(state: State, found: Found | None, update_since: float = 0.0) -> Asked:
    told: list[Asked] = []

    def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
        told.append(Asked(dict(answers), circumstances))
        return ()

    guide = Guide("made-up", lambda: "", lambda: "", lambda: (), checkpoints)
    Session(guide, Answers(ANSWERS), Facts(), "one", state, False, found).checkpoints(update_since)
    [asked] = told
    return asked


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path)
    made.make()
    return made


def test_of_what_jalon_installs_nothing_more_is_said(state: State) -> None:
    assert _asked(state, None) == Asked(ANSWERS, Circumstances())


def test_what_was_just_found(state: State) -> None:
    found = Found("one", {}, {}, {"tls": "/etc/nginx/x"})
    assert _asked(state, found) == Asked(ANSWERS, Circumstances(by_hand=True, unsupported={"tls": "/etc/nginx/x"}))


def test_what_was_found_when_it_was_taken_over(state: State) -> None:
    state.adopted.write_text(json.dumps({"prefix": "/prod"}))
    assert _asked(state, None) == Asked(ANSWERS, Circumstances(by_hand=True, unsupported={"prefix": "/prod"}))


def test_since_when_code_is_to_be_moved(state: State) -> None:
    assert _asked(state, None, 7.0) == Asked(ANSWERS, Circumstances(update_since=7.0))
