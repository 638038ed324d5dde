from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands, Moving, page
from wizard.changes.change import Failed
from wizard.changes.omero import Omero
from wizard.host.http import Get, Response
from wizard.host.sockets import Connection, Listener, Listeners
from wizard.probes.probe import Finding
from wizard.probes.trials.omero import SessionsCleared, WebStarts

OMERO = Omero("/opt/web", "/opt/venv", "omero-web")
LOGIN, ADDRESS = "/webclient/login/", "192.0.2.7"
TRIAL = WebStarts("start.answers", "t", OMERO, LOGIN, ADDRESS, 4080, patience=0.05, after=("environment.ice",))
PAGE = Get(LOGIN, ADDRESS, 4080, ADDRESS, 3)
BACK = Connection(ADDRESS, 4080)
SILENT = Response(error="ECONNREFUSED")
START, STOP = ("/opt/venv/bin/omero", "web", "start", "--keep-sessions"), ("/opt/venv/bin/omero", "web", "stop")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def tried(hands: FakeHands, pages: Sequence[Response] = (SILENT,), **more: Any) -> Finding:
    answers = {PAGE: pages, BACK: more.get("back", ("ECONNREFUSED",)), Listeners(): (more.get("held", ()),)}
    return TRIAL.attempt(Moving(answers), hands)


def cause(finding: Finding) -> str | None:
    return finding.cause.id if finding.cause else None


def test_it_is_started_asked_and_ended_as_its_user() -> None:
    hands = FakeHands()
    finding = tried(hands, (SILENT, SILENT, page(200)))
    assert finding.outcome == "passed" and "HTTP 200" in finding.evidence
    assert hands.ran == [(START, "omero-web"), (STOP, "omero-web")]
    assert TRIAL.needs == ("environment.ice",) and "ends it again" in TRIAL.touches


@pytest.mark.parametrize("seen", [SILENT, page(500)])
def test_its_own_ok_is_not_believed_and_it_is_ended_all_the_same(seen: Response) -> None:
    hands = FakeHands(lambda words, stdin: "starting... \n[OK]\n" if "start" in words else Failed("not running"))
    finding = tried(hands, (seen,))
    assert cause(finding) == "started-and-silent"
    assert f"said [OK], but {LOGIN} gives {seen.says()}" in finding.evidence
    assert hands.ran[-1][0] == STOP


@pytest.mark.parametrize(
    ("output", "id"),
    [
        ("omero: error: argument <subcommand>: invalid choice: 'web'", "omero-web-missing"),
        ("Starting OMERO.web... [FAILED] already started\n", "pid-file-stale"),
        ("ImportError: Ice version mismatch", "ice-version-mismatch"),
        ("what nobody knows", "web-not-started"),
        ("", "web-not-started"),
    ],
)
def test_a_start_that_is_refused_says_why(output: str, id: str) -> None:
    hands = FakeHands(lambda words, stdin: Failed("it ended", output=output))
    finding = tried(hands)
    assert (finding.outcome, cause(finding)) == ("failed", id)
    assert (output.strip() or "it ended") in finding.evidence
    assert hands.ran == [(START, "omero-web")], "what did not start is not ended"
    commands = tuple(finding.remedy.commands) if finding.remedy else ()
    assert commands == (("rm -f /opt/web/var/django.pid",) if id == "pid-file-stale" else ())


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
