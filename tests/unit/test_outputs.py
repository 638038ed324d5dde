"""Plans and findings as people and other programs see them."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.forkserver import ROOT
from tests.guides.madeup.probes import Says, Tries
from tests.unit.running import environment, jalon, made_up
from wizard.answers.questions import Answers
from wizard.base.language import set_language
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.words import needs_root
from wizard.guide import Checkpoint
from wizard.host.facts import Facts
from wizard.outputs import findings
from wizard.outputs.events import observed_data
from wizard.outputs.folded import show as folded
from wizard.outputs.junit import render
from wizard.walk.events import Observed
from wizard.walk.verification import Verified

HOSTILE = "<&>\"' \x00\x1b[31m \ud800 \ufffe ]]> é😀\r\n\t."


def observed(name: str, finding: Finding, trial: bool = False) -> Observed:
    kind = Tries if trial else Says
    return Observed(kind(f"point.{name}", f"the {name}"), finding, 0.25, 1700000000.0)


def verified() -> list[Verified]:
    every = (
        observed("passed", passed("HTTP 200")),
        observed("warning", warning("two", remedy=Remedy("take one away"))),
        observed(
            "failed",
            failed(HOSTILE, cause=Cause("all-lost", f"it is lost {HOSTILE}"), remedy=Remedy("find it", (), "a step")),
        ),
        observed("crashed", Finding("crashed", "KeyError: 'x'")),
        observed("skipped", Finding("skipped", "", "depends on point.failed")),
        observed("unknown", Finding("unknown", "permission denied", "needs root")),
        observed("tried", passed("it came back"), trial=True),
    )
    return [
        Verified(Checkpoint("point", "Point", ""), True, every),
        Verified(Checkpoint("later", "Later", ""), False, (observed("later", Finding("skipped", "", "not reached")),)),
        Verified(Checkpoint("empty", "Empty", ""), True, ()),
    ]


def counted(element: ElementTree.Element, cases: Sequence[ElementTree.Element]) -> None:
    """The counts that an element states are those of the cases below it."""
    found = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    stated = {
        tag: int(element.attrib[name]) for tag, name in zip(found, ("failures", "errors", "skipped"), strict=True)
    }
    assert (int(element.attrib["tests"]), stated) == (len(cases), found)


def shaped(text: str) -> ElementTree.Element:
    """The document, which must have the shape that readers of JUnit's XML agree on."""
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n') and text.endswith("</testsuites>\n")
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    assert set(root.attrib) == {"name", "tests", "failures", "errors", "skipped", "time"}
    counted(root, root.findall("testsuite/testcase"))
    names = set()
    for suite in root:
        assert suite.tag == "testsuite" and set(suite.attrib) == set(root.attrib)
        cases = suite.findall("testcase")
        assert len(cases) == len(suite)
        counted(suite, cases)
        # Each of them is rounded to a thousandth.
        whole = sum(float(case.attrib["time"]) for case in cases)
        assert float(suite.attrib["time"]) == pytest.approx(whole, abs=0.001 * (len(cases) + 1))
        for case in cases:
            assert set(case.attrib) == {"classname", "name", "time"}
            names.add((case.attrib["classname"], case.attrib["name"]))
            assert [child.tag for child in case] in (["failure"], ["error"], ["skipped"], ["system-out"])
            for child in case:
                assert set(child.attrib) == (set() if child.tag == "system-out" else {"message"})
    assert len(names) == len(root.findall("testsuite/testcase"))
    return root


class TestElsewhere:
    """How others reach the site, as is said once in each verification."""

    @staticmethod
    def told(wsl: int, **answers: object) -> dict[str, object]:
        given = {"http_port": 8080, "hostnames": ("serveur", "demo.example"), "asked_as": "localhost", **answers}
        facts = Facts(wsl=wsl)
        found = findings.data(
            "g", "demo", facts, verified(), 1.0, findings.address(Answers(given), facts), "it listens"
        )
        return dict(found["outside"])

    def test_another_machine_asks_by_the_first_name(self) -> None:
        told = self.told(0)
        assert told["commands"] == ["curl -I http://serveur:8080/"]
        assert str(told["text"]).startswith("It listens. Only this machine itself was asked")

    def test_around_a_wsl_windows_asks_its_own_localhost(self) -> None:
        told = self.told(2)
        assert told["commands"] == ["curl.exe -I http://localhost:8080/"]
        assert str(told["text"]).startswith("It listens. In a browser on Windows, open http://localhost:8080/")
        assert "networkingMode=mirrored" in str(told["text"]) and "wsl --shutdown" in str(told["text"])

    def test_a_second_instance_is_asked_by_its_own_name(self) -> None:
        told = self.told(2, asked_as="second.example")
        assert told["commands"] == ["curl.exe -I http://second.example:8080/"]
        assert "`127.0.0.1 second.example` is a line" in str(told["text"])

    def test_without_a_port_of_a_site_nothing_is_said(self) -> None:
        assert findings.address(Answers({}), Facts(wsl=2)) == "" and findings.unasked("", wsl=2) is None


def test_junit_is_well_formed_whatever_is_said() -> None:
    root = shaped(render("guide", verified(), 1.5))
    assert (root.attrib["tests"], root.attrib["time"]) == ("8", "1.500")
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None and failure.text is not None
    assert failure.attrib["message"].startswith("it is lost <&>\"' \\x00\\x1b[31m \\ud800 \\ufffe ]]> é😀")
    assert failure.text.startswith("<&>\"'") and failure.text.endswith("\t.")
    skipped = [element.attrib["message"] for element in root.findall("testsuite/testcase/skipped")]
    assert skipped == ["depends on point.failed", "needs root", "not reached"]


def test_junit_of_the_command_line(tmp_path: Path) -> None:
    given = ("--set", f"folder={tmp_path}/made", "--state-dir", str(tmp_path / "state"))
    assert jalon("apply", "madeup", "--yes", *given, root=True).returncode == 0
    for mood, status in (("well", 0), ("red", 1), ("crashed", 1)):
        done = jalon("verify", "madeup", *given, "--set", f"mood={mood}", "--format", "junit")
        assert done.returncode == status
        root = shaped(done.stdout)
        assert [suite.attrib["name"] for suite in root] == ["ground", "work"]


# --- text, as a terminal shows it


def on_terminal(*words: str, columns: int = 0, **env: str) -> tuple[int, str]:
    """What `jalon` prints: on a terminal of so many columns, colours and all, or into a pipe."""
    settings = environment(**{"TERM": "xterm", "MADEUP_ROOT": "1", **env})
    if not columns:
        done = jalon(*words, root=True, env={"TERM": "xterm", **env})
        return done.returncode, done.stdout
    outer, inner = pty.openpty()
    ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(
        [*made_up(settings), *words], env=settings, cwd=ROOT, stdin=inner, stdout=inner, stderr=inner
    )
    os.close(inner)
    heard = b""
    until = time.monotonic() + 60
    while time.monotonic() < until and select.select([outer], [], [], 60)[0]:
        try:
            heard += os.read(outer, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
    os.close(outer)
    return child.wait(timeout=10), heard.decode().replace("\r\n", "\n")


def plain(text: str, work: Path) -> str:
    """Without colours, places and times."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "DATE", text)
    text = re.sub(r"\d+\.\d\d s", "0.00 s", text)
    return re.sub(r"[ ]+$", "", text.replace(str(work), "/w"), flags=re.MULTILINE)


PLAN = """
Ground
  the folder /w/made
    + create the folder /w/made
  the file /w/made/plain
    + write /w/made/plain
        @@ -0,0 +1,4 @@
        +# Read by nobody.
        +
        +[gunicorn_settings]
        +workers = 3
  the file /w/made/hidden
    + write /w/made/hidden
        @@ -0,0 +1,2 @@
        +level = 3
        +password = "********"

Work é
  a greeting
    + greet

4 changes would be made; nothing was touched.
"""

VERIFIED = """\
Ground
  [passed]     the folder: it is there
Work é
  [failed]     the greeting: nothing
               Why: it is lost
               Remedy: find it
                   find /
                   true
  [skipped]    its echo: depends on work.greeting, which has not passed
  [passed]     what is hidden: seen
  [passed]     a trial: it said tried (tried on DATE)

failed: 3 passed, 1 failed, 1 skipped, in 0.00 s
"""

FOLDED = """\
Work é
  [failed]     the greeting: nothing
               Why: it is lost
               Remedy: find it
                   find /
                   true

  [passed]     Ground (1), Work é (2)
  [skipped]    Work é (1)
  `--all` shows each of them.

failed: 3 passed, 1 failed, 1 skipped, in 0.00 s
"""

NARROW = """\
Ground
  [passed]     the folder: it is there
Work é
  [failed]     the greeting: nothing
               Why: it is lost
               Remedy: find it
                   find /
                   true
  [skipped]    its echo: depends on
    work.greeting, which has not passed
  [passed]     what is hidden: seen
  [passed]     a trial: it said tried
    (tried on DATE)

failed: 3 passed, 1 failed, 1 skipped,
  in 0.00 s
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an instance that was applied, in a short place: narrow terminals have room for little."""
    folder = tmp_path_factory.mktemp("w")
    given = ("--set", f"folder={folder}/done", "--state-dir", str(folder / "state"))
    assert jalon("apply", "madeup", "--yes", *given, root=True).returncode == 0
    return folder


@pytest.mark.parametrize("columns", [0, 80, 200])
def test_a_plan_as_text(work: Path, columns: int) -> None:
    words = ("plan", "madeup", "--set", f"folder={work}/made", "--state-dir", str(work / "none"))
    status, text = on_terminal(*words, columns=columns)
    assert status == 2
    assert ("\x1b[" in text) == bool(columns)
    # The paths of a test's folder may be longer than a line is wide, wherever that folder is.
    assert re.sub(r"\n\s+(?=/w)", " ", plain(text, work)) == PLAN


@pytest.mark.parametrize(
    ("columns", "more", "wanted"),
    [
        (0, (), VERIFIED),
        (200, ("--all",), VERIFIED),
        (80, ("--all",), VERIFIED),
        (40, ("--all",), NARROW),
        (80, (), FOLDED),
        (80, ("--only", "ground"), "Ground\n  [passed]     the folder: it is there\n\npassed: 1 passed, in 0.00 s\n"),
    ],
)
def test_findings_as_text(work: Path, columns: int, more: tuple[str, ...], wanted: str) -> None:
    words = ("verify", "madeup", "--set", "mood=red", "--state-dir", str(work / "state"), *more)
    status, text = on_terminal(*words, columns=columns)
    assert status == int("ground" not in more)
    assert plain(text, work) == wanted
    assert ("\x1b[" in text) == bool(columns)
    if columns:
        assert max(map(len, plain(text, work).splitlines())) <= columns


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_are_left_out_where_they_are_not_wanted(work: Path, env: dict[str, str]) -> None:
    status, text = on_terminal("verify", "madeup", "--state-dir", str(work / "state"), columns=80, **env)
    assert status == 0
    assert "\x1b" not in text


def test_markup_is_only_text(work: Path) -> None:
    words = ("plan", "madeup", "--set", f"folder={work}/@red", "--state-dir", str(work / "none"))
    assert "+ create the folder" in plain(on_terminal(*words, columns=80)[1], work)
    assert "[failed]" in plain(
        on_terminal("verify", "madeup", "--set", "mood=red", "--state-dir", str(work / "state"), columns=80)[1], work
    )


def test_folded_the_worst_comes_first_and_what_was_not_reached_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    folded(verified())
    told = capsys.readouterr().out
    labels = re.findall(r"^  \[(\w+)\]", told, flags=re.MULTILINE)
    assert labels == ["failed", "crashed", "unknown", "warning", "passed", "skipped"]
    assert "[passed]     Point (2)\n" in told
    assert "[skipped]    Point (1), Later (not reached)\n" in told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_only_root_can_see_is_counted_as_that(capsys: pytest.CaptureFixture[str], language: str) -> None:
    set_language(language)
    try:
        unseen = observed("unknown", Finding("unknown", "permission denied", needs_root()))
        seen = Verified(Checkpoint("point", "Point", ""), True, (observed("passed", passed("HTTP 200")),))
        findings.summary([seen, Verified(Checkpoint("closed", "Closed", ""), True, (unseen,))], 0.5)
        told = capsys.readouterr().out.strip()
        findings.summary([seen], 0.5)
        whole = capsys.readouterr().out.strip()
    finally:
        set_language("en")
    said = {
        "en": "unknown: 1 in place, 1 only root can see; 1 passed, 1 unknown, in 0.50 s",
        "fr": "inconnu : 1 en place, 1 que root seul peut voir ; 1 réussi, 1 inconnu, en 0,50 s",
    }
    assert told.replace("\N{NO-BREAK SPACE}", " ") == said[language]
    assert "place" not in whole


def test_who_waits_at_a_terminal_sees_that_it_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    for folds, patience, shown in ((folded, 0.0, True), (folded, 60.0, False), (None, 0.0, False)):
        monkeypatch.setattr(findings, "PATIENCE", patience)
        findings.Progress("text", folds).finding(observed("passed", passed("HTTP 200")))
        assert ("1 seen, last: the passed" in capsys.readouterr().err) is shown


def test_a_remedy_names_the_step_that_does_it() -> None:
    shown = {one.probe.id: observed_data(one)["remedy"] for one in verified()[0].observed}
    assert shown["point.failed"] == {"text": "find it", "commands": [], "step": "a step"}
    assert shown["point.warning"]["step"] == ""
