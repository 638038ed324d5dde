"""A supervisor: what is read of it, the steps about it and its programs, and how it is spoken to."""

from __future__ import annotations

import socketserver
import tempfile
import threading
import time
import xmlrpc.client
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands
from tests.unit.support import bare, drain, drained
from wizard.changes.change import Change, Failed
from wizard.changes.supervisor import (
    ProgramAdded,
    ProgramRestarted,
    ProgramStarted,
    SupervisorStarted,
    SupervisorStopped,
)
from wizard.host import supervisor
from wizard.host.files import Entry, EntryAt, Listing
from wizard.host.processes import process, process_tree, start_time
from wizard.host.reading import Unknown
from wizard.host.supervisor import Program, Supervised, SupervisorState
from wizard.steps.step import Step
from wizard.steps.supervisor import RunningSupervisor, SupervisedProgram

WORDS = ("/srv/x/etc/supervisord.conf", "/srv/x/bin", "/srv/x/supervisor.sock", "x")
SOCKET = "/srv/x/supervisor.sock"
FILE = "/srv/x/etc/programs/web.conf"
RUNNING = RunningSupervisor(*WORDS)
WEB = SupervisedProgram("web", *WORDS, configured_by=(FILE,))


class Speaks(BaseHTTPRequestHandler):
    """Answers as supervisord does, with what the server was given."""

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        (calls,), name = xmlrpc.client.loads(self.rfile.read(size))
        assert name == "system.multicall"
        said = [self.server.said[one["methodName"]] for one in calls]  # type: ignore[attr-defined,index,union-attr,call-overload]
        body = xmlrpc.client.dumps((said,), methodresponse=True).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return ""

    def log_message(self, format: str, *words: Any) -> None:
        """Quiet."""


@pytest.fixture
def socket() -> Iterator[str]:
    """A path that is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="s-") as folder:
        yield f"{folder}/s.sock"


def asked(path: str) -> Any:
    wanted = Supervised(path)
    return supervisor.answer([wanted])[wanted]


def test_what_a_supervisor_says(socket: str) -> None:
    me = process(1)
    assert me is not None
    one = {"name": "web", "statename": "RUNNING", "pid": 1, "spawnerr": "", "description": "pid 1, uptime 0:00:01"}
    two = {"name": "idle", "statename": "FATAL", "pid": 0, "spawnerr": "Exited too quickly", "description": ""}
    with socketserver.UnixStreamServer(socket, Speaks) as server:
        server.said = {"supervisor.getPID": 1, "supervisor.getAllProcessInfo": [one, two]}  # type: ignore[attr-defined]
        threading.Thread(target=server.handle_request, daemon=True).start()
        state = asked(socket)
    assert (state.pid, state.started) == (1, pytest.approx(start_time(1), abs=1))
    assert state.programs["web"].state == "RUNNING"
    assert state.programs["web"].processes[0].pid == 1
    assert state.programs["idle"] == Program("FATAL", says="Exited too quickly")


def test_nobody_answers(socket: str) -> None:
    assert asked(socket) is None
    assert asked("/" + "long/" * 40) is None


def test_when_a_process_began_and_who_descends_from_it() -> None:
    import subprocess

    child = subprocess.Popen(["sh", "-c", "sleep 30 & wait"])
    try:
        until = time.monotonic() + 5
        # A child that was forked bears its parent's name until its own program has begun.
        while [one.name for one in process_tree(child.pid)] != ["sh", "sleep"] and time.monotonic() < until:
            time.sleep(0.05)
        assert [one.name for one in process_tree(child.pid)] == ["sh", "sleep"]
        assert start_time(child.pid) == pytest.approx(time.time(), abs=6)
    finally:
        for one in reversed(process_tree(child.pid)):
            subprocess.run(["kill", "-KILL", str(one.pid)], check=False)
        child.wait()
    assert start_time(child.pid) == 0.0


def kinds(found: list[Change]) -> list[str]:
    return [one.kind for one in found]


def state(program: Program | None = None, started: float = -90.0) -> dict[Any, Any]:
    programs = {"web": program} if program else {}
    return {Supervised(SOCKET): SupervisorState(7, started, programs)}


@pytest.mark.parametrize(
    ("step", "answers", "expected"),
    [
        (RUNNING, {}, ["SupervisorStarted"]),
        (RUNNING, state(), []),
        (RUNNING, {**state(), EntryAt(WORDS[0]): Entry(changed=-95.0)}, []),
        (RUNNING, {**state(), EntryAt(WORDS[0]): Entry(changed=-85.0)}, ["SupervisorRestarted"]),
        (WEB, state(), ["ProgramAdded"]),
        (WEB, state(Program("RUNNING", 8, -80.0)), []),
        (WEB, {**state(Program("RUNNING", 8, -80.0)), EntryAt(FILE): Entry(changed=-75.0)}, ["ProgramRestarted"]),
        (WEB, state(Program("STARTING", 8, -80.0)), ["ProgramStarted"]),
        (WEB, state(Program("STOPPED")), ["ProgramStarted"]),
        (WEB, state(Program("FATAL")), ["ProgramStarted"]),
    ],
)
def test_what_a_step_asks_for(step: Step, answers: dict[Any, Any], expected: list[str]) -> None:
    assert kinds(drained(step, bare(answers))) == expected


def test_a_supervisor_starts_what_is_there_already() -> None:
    host = bare({Listing("/srv/x/etc/programs"): ("web.conf",)})
    assert kinds(drain(RUNNING, host)) == ["SupervisorStarted"]
    assert drain(WEB, host) == []


def test_a_program_is_waited_for_by_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    said = iter(["", "web  STARTING", "web  BACKOFF  Exited too quickly", "web  RUNNING  pid 8"])
    hands = FakeHands(lambda words, stdin: next(said))
    ProgramAdded("web", *WORDS).carry_out(hands)
    assert [words[3] for words, _user in hands.ran] == ["update", "status", "status", "status"]
    assert {user for _words, user in hands.ran} == {"x"}


@pytest.mark.parametrize("change", [ProgramAdded("web", *WORDS), ProgramStarted("web", *WORDS)])
def test_one_that_is_given_up_is_a_failure_with_the_way_to_its_log(change: Change) -> None:
    hands = FakeHands(lambda words, stdin: "web   FATAL   Exited too quickly" if "status" in words else "")
    with pytest.raises(Failed, match="Exited too quickly") as caught:
        change.carry_out(hands)
    assert "tail web" in caught.value.remedy


def test_a_restart_reads_its_file_again() -> None:
    hands = FakeHands(lambda words, stdin: "web RUNNING" if "status" in words else "")
    ProgramRestarted("web", *WORDS).carry_out(hands)
    assert [words[3] for words, _user in hands.ran] == ["update", "restart", "status"]


def test_stopping_what_does_not_run_is_nothing() -> None:
    hands = FakeHands(lambda words, stdin: "unix:///srv/x/supervisor.sock no such file")
    SupervisorStopped(*WORDS).carry_out(hands)
    assert len(hands.ran) == 1


def test_an_end_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    said = iter(["Shut down", "7", "7", "unix:///srv/x/supervisor.sock refused connection"])
    hands = FakeHands(lambda words, stdin: next(said))
    SupervisorStopped(*WORDS).carry_out(hands)
    assert [words[3] for words, _user in hands.ran] == ["shutdown", "pid", "pid", "pid"]


def test_it_does_not_inherit_what_is_open_here(tmp_path: Path) -> None:
    """The lock of a run is handed on to its children; a supervisor would hold it for as long as it lives."""
    hands = FakeHands()
    SupervisorStarted(*WORDS).carry_out(hands)
    [(words, _user)] = hands.ran
    import os
    import subprocess
    import sys

    kept = os.open(tmp_path / "lock", os.O_WRONLY | os.O_CREAT)
    listing: Sequence[str] = (sys.executable, "-c", words[2], "/bin/ls", "/proc/self/fd")
    done = subprocess.run(listing, pass_fds=[kept], capture_output=True, text=True, check=True)
    os.close(kept)
    # What lists has the folder itself open.
    assert set(done.stdout.split()) <= {"0", "1", "2", "3"}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0",
        b"<methodResponse/>",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><methodResponse><params><param><value>&a;</value></param>",
        xmlrpc.client.dumps(([1, 2],), methodresponse=True).encode(),
        xmlrpc.client.dumps(([1, [{"name": "x"}]],), methodresponse=True).encode(),
        xmlrpc.client.dumps(([float("inf"), []],), methodresponse=True).encode(),
        xmlrpc.client.dumps(([-1, []],), methodresponse=True).encode(),
        xmlrpc.client.dumps(([1, ["x"]],), methodresponse=True).encode(),
        b"<methodResponse><params><param><value><int>"
        + b"9" * 5000
        + b"</int></value></param></params></methodResponse>",
    ],
)
def test_an_answer_that_no_supervisor_gives_is_not_known(said: bytes) -> None:
    assert isinstance(supervisor.understood("/x", said), Unknown)
