"""Where systemd does not run: what is done about it, and what is only said."""

from __future__ import annotations

import pytest

from tests.unit.support import bare
from wizard.changes.change import Failed
from wizard.changes.files import FileWritten
from wizard.changes.wsl import SystemdAwaited
from wizard.host.files import Content
from wizard.steps.init import CONF, SystemdRuns
from wizard.steps.step import Blocked


def changes(content: bytes | None = None, **facts: object) -> list[object]:
    return list(SystemdRuns().changes(bare({Content(CONF): content}, **{"systemd": False, "wsl": 2, **facts})))


def test_where_it_runs_nothing_is_done() -> None:
    assert changes(systemd=True) == []


def test_wsl_is_told_to_start_it_and_the_rest_of_its_file_stays() -> None:
    written, awaited = changes(b"[user]\ndefault=jeanne\n")
    assert isinstance(written, FileWritten) and written.path == CONF and not written.edited
    assert written.body.render() == b"[user]\ndefault=jeanne\n\n[boot]\nsystemd=true\n"
    assert isinstance(awaited, SystemdAwaited)
    with pytest.raises(Failed) as caught:
        awaited.carry_out(None)  # type: ignore[arg-type]
    assert "wsl --shutdown" in caught.value.remedy


def test_once_it_was_told_a_person_starts_it_again() -> None:
    with pytest.raises(Blocked, match="does not run yet") as caught:
        changes(b"[boot]\nsystemd=true\n")
    assert "wsl --shutdown" in caught.value.remedy and "wsl --update" in caught.value.remedy


def test_what_is_not_utf_8_is_left_alone() -> None:
    with pytest.raises(Blocked, match="not UTF-8"):
        changes(b"\xff\xfe[\0b\0")


def test_wsl_1_is_refused_with_the_command_that_converts_it() -> None:
    with pytest.raises(Blocked, match="WSL 1") as caught:
        changes(wsl=1)
    assert "wsl --set-version" in caught.value.remedy


def test_elsewhere_it_is_said_where_this_is() -> None:
    with pytest.raises(Blocked, match="this container \\(podman\\)"):
        changes(wsl=0, container="podman")
    with pytest.raises(Blocked, match="on this machine"):
        changes(wsl=0)
