from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.probes.fake import FakeHands, fake
from wizard.base.language import set_language
from wizard.changes.change import Failed
from wizard.findings.finding import Finding
from wizard.guides.django.parts.server import TestServerAnswers

SERVES = """
import http.server, os, sys
open("pid", "w").write(str(os.getpid()))
assert sys.argv[1:3] == ["runserver", "--noreload"]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        assert self.headers["User-Agent"], "there are applications that die without"
        self.send_response({status}); self.send_header("Location", "/login/"); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[3].split(":")[1])), Handler).serve_forever()
"""
FALLS = "import sys; sys.exit('ImproperlyConfigured: no SECRET_KEY')"
HANGS = "import time; print('starting', flush=True); time.sleep(60)"


def tried(folder: Path, source: str, patience: float = 20) -> Finding:
    """Runs the trial's own script for real, against a `manage.py` of ours."""
    (folder / "manage.py").write_text(source)

    def says(words: Sequence[str], stdin: str | None) -> str:
        done = subprocess.run([sys.executable, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    trial = TestServerAnswers("migrate.server", "t", str(folder), "demo", (sys.executable,), patience)
    return trial.attempt(fake(), FakeHands(says))


def test_a_server_that_answers_is_ended_again(tmp_path: Path) -> None:
    finding = tried(tmp_path, SERVES.format(status=302))
    assert finding.outcome == "passed"
    assert finding.evidence.startswith("test server answered 302, to /login/, after ")
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


def test_its_seconds_have_a_comma_in_french(tmp_path: Path) -> None:
    set_language("fr")
    try:
        assert re.search(r" \d+,\d", tried(tmp_path, SERVES.format(status=200)).evidence)
    finally:
        set_language("en")


@pytest.mark.parametrize(
    ("source", "patience", "cause", "words"),
    [
        (SERVES.format(status=400), 20, "name-not-allowed", "400"),
        (SERVES.format(status=500), 20, "application-error", "500"),
        (FALLS, 20, "test-server-ended", "no SECRET_KEY"),
        (HANGS, 1, "no-answer-in-time", "starting"),
    ],
)
def test_one_that_does_not(tmp_path: Path, source: str, patience: float, cause: str, words: str) -> None:
    finding = tried(tmp_path, source, patience)
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert words in finding.evidence


def test_a_program_that_is_not_there() -> None:
    trial = TestServerAnswers("a.b", "t", "/home/demo/biomaid", "demo", ("poetry", "run", "python"))
    hands = FakeHands(lambda words, stdin: Failed("poetry: there is no such program"))
    finding = trial.attempt(fake(), hands)
    assert finding.cause and finding.cause.id == "test-server-not-started"
    assert hands.ran[0][0][-3:] == ("poetry", "run", "python") and hands.ran[0][1] == "demo"


def test_what_else_is_printed_does_no_harm() -> None:
    said = "warning: x\nfound " + json.dumps({"status": 200, "seconds": 1.0})
    trial = TestServerAnswers("a.b", "t", "/x", "demo", ("python3",))
    assert trial.attempt(fake(), FakeHands(lambda words, stdin: said)).outcome == "passed"
