from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands, Moving, page
from wizard.base.language import set_language
from wizard.changes.change import Failed
from wizard.findings.finding import Finding
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.trials import SessionsCleared, WebStarts
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.http import Get, Response
from wizard.host.processes import Process, ProcessAt
from wizard.host.sockets import Connection, Listener, Listeners

OMERO = Omero("/opt/web", "/opt/venv", "omero-web")
LOGIN, ADDRESS = "/webclient/login/", "192.0.2.7"
TRIAL = WebStarts("start.answers", "t", OMERO, LOGIN, ADDRESS, 4080, patience=0.05, after=("environment.ice",))
PAGE = Get(LOGIN, ADDRESS, 4080, ADDRESS, 3)
BACK = Connection(ADDRESS, 4080)
SILENT = Response(error="ECONNREFUSED")
VENV, PID = EnvironmentAt("/opt/venv"), "/opt/web/var/django.pid"
GUNICORN = Process(7, "omero-web", (), ("/opt/venv/bin/python", "/opt/venv/bin/gunicorn"))
ALREADY = f"Starting OMERO.web... [FAILED] OMERO.web already started. {PID} exists"
START, STOP = ("/opt/venv/bin/omero", "web", "start", "--keep-sessions"), ("/opt/venv/bin/omero", "web", "stop")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def tried(hands: FakeHands, pages: Sequence[Response] = (SILENT,), **more: Any) -> Finding:
    answers: dict[Any, Any] = {reading: (answer,) for reading, answer in more.get("there", {}).items()}
    answers |= {PAGE: pages, BACK: more.get("back", ("ECONNREFUSED",)), Listeners(): (more.get("held", ()),)}
    return TRIAL.attempt(Moving(answers), hands)


def installed(**versions: str) -> Environment:
    return Environment("3.10", "/usr/bin", {name.replace("_", "-"): version for name, version in versions.items()})


def cause(finding: Finding) -> str | None:
    return finding.cause.id if finding.cause else None


def test_it_is_started_asked_and_ended_as_its_user() -> None:
    hands = FakeHands()
    finding = tried(hands, (SILENT, SILENT, page(200)))
    assert finding.outcome == "passed" and "HTTP 200" in finding.evidence
    assert hands.ran == [(START, "omero-web"), (STOP, "omero-web")]
    assert TRIAL.needs == ("environment.ice",) and "ends it again" in TRIAL.touches


def test_its_seconds_have_a_comma_in_french() -> None:
    set_language("fr")
    try:
        assert " 0,0" in tried(FakeHands(), (SILENT, page(200))).evidence
    finally:
        set_language("en")


FOREGROUND = ("timeout", "20", "/opt/venv/bin/omero", "web", "start", "--foreground", "--keep-sessions")
BOOT = """Traceback (most recent call last):
ModuleNotFoundError: No module named 'no'
[ERROR] Shutting down: Master
[ERROR] Reason: Worker failed to boot.
"""


@pytest.mark.parametrize(
    ("seen", "status", "said", "id", "says"),
    [
        (page(500), "[RUNNING] (PID 7)", "", "page-not-there", "HTTP 500"),
        (SILENT, "[NOT STARTED]", BOOT, "started-and-ended", "ModuleNotFoundError: No module named 'no'"),
        (
            SILENT,
            "[NOT STARTED]",
            "usage: gunicorn\ngunicorn: error: no such option",
            "started-and-ended",
            "no such op",
        ),
        (SILENT, "[NOT STARTED]", "what nobody knows\n", "started-and-ended", "what nobody knows"),
    ],
)
def test_its_own_ok_is_not_believed_and_it_is_ended_all_the_same(
    seen: Response, status: str, said: str, id: str, says: str
) -> None:
    def tells(words: Sequence[str], _stdin: str | None) -> str | Failed:
        if words[0] == "timeout":
            return said
        if "status" in words:
            return f"OMERO.web status... {status}"
        return "starting... \n[OK]\n" if "start" in words else Failed("not running")

    hands = FakeHands(tells)
    finding = tried(hands, (seen,))
    assert cause(finding) == id
    assert f"said [OK], but {LOGIN} gives {seen.says()}" in finding.evidence
    assert says in finding.evidence
    assert ((FOREGROUND, "omero-web") in hands.ran) is (id == "started-and-ended")
    assert bool(finding.remedy) is ("gunicorn: error:" in said)
    assert hands.ran[-1][0] == STOP


@pytest.mark.parametrize(
    ("output", "there", "id"),
    [
        ("argument <subcommand>: invalid choice: 'web'", {VENV: installed(omero_py="5.23.0")}, "omero-web-missing"),
        ("argument <subcommand>: invalid choice: 'web'", {VENV: installed(omero_web="5.33.2")}, "web-not-started"),
        ("ImportError: Ice version mismatch", {VENV: installed(zeroc_ice="3.7.10")}, "ice-version-mismatch"),
        (ALREADY, {EntryAt(PID): Entry(), Content(PID): b"7\n"}, "pid-file-stale"),
        (ALREADY, {EntryAt(PID): Entry(), Content(PID): b"7\n", ProcessAt(7): GUNICORN}, "started-by-hand"),
        (ALREADY, {}, "web-not-started"),
        ("what nobody knows", {}, "web-not-started"),
        ("", {}, "web-not-started"),
    ],
)
def test_a_start_that_is_refused_says_why(output: str, there: dict[Any, Any], id: str) -> None:
    hands = FakeHands(lambda words, stdin: Failed("it ended", output=output))
    finding = tried(hands, there=there)
    assert (finding.outcome, cause(finding)) == ("failed", id)
    assert (output.strip() or "it ended") in finding.evidence
    assert hands.ran == [(START, "omero-web")], "what did not start is not ended"
    commands = tuple(finding.remedy.commands) if finding.remedy else ()
    as_it = {"pid-file-stale": f"rm -f {PID}", "started-by-hand": "kill 7"}.get(id)
    assert commands == ((f"runuser -u omero-web -- {as_it}",) if as_it else ())


@pytest.mark.parametrize(
    ("user", "seen", "id"),
    [
        ("omero-web", page(200), None),
        ("", page(200), None),
        ("omero-web", page(500), "page-not-there"),
        ("eve", page(200), "port-of-another"),
    ],
)
def test_one_that_runs_is_asked_and_left_alone(user: str, seen: Response, id: str | None) -> None:
    hands = FakeHands()
    held = (Listener("127.0.0.1", 80, "nginx", 3, "root"), Listener(ADDRESS, 4080, "gunicorn", 7, user))
    finding = tried(hands, (seen,), back=("",), held=held)
    assert (finding.outcome, cause(finding)) == ("failed" if id else "passed", id)
    assert hands.ran == []
    if id == "port-of-another":
        assert "port 4080 is held by gunicorn of eve" in finding.evidence
        assert finding.remedy and "`app_port`" in finding.remedy.text


class TestSessions:
    TRIAL = SessionsCleared("maintenance.clears", "t", OMERO)

    @pytest.mark.parametrize(("said", "evidence"), [("", "it said nothing"), (" 3\n gone\n", "3 gone")])
    def test_they_are_cleared(self, said: str, evidence: str) -> None:
        hands = FakeHands(lambda words, stdin: said)
        finding = self.TRIAL.attempt(Moving(), hands)
        assert (finding.outcome, finding.evidence) == ("passed", evidence)
        assert hands.ran == [(("/opt/venv/bin/omero", "web", "clearsessions"), "omero-web")]

    @pytest.mark.parametrize(("output", "says"), [("a\nno such table\n\n", "no such table"), ("", "it ended")])
    def test_what_it_says_when_it_fails(self, output: str, says: str) -> None:
        finding = self.TRIAL.attempt(Moving(), FakeHands(lambda words, stdin: Failed("it ended", output=output)))
        assert cause(finding) == "sessions-not-cleared"
        assert finding.evidence == f"`omero web clearsessions` failed: {says}"
