"""The report of a walk: what is in it, in every format; and that what a host said is only ever text."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from tests.guides.madeup import GUIDE as MADEUP
from tests.guides.madeup.probes import Says, Tries
from tests.unit.running import jalon
from tests.unit.support import HOSTILE
from wizard.answers.questions import Answers, Question
from wizard.base.secret import Secret
from wizard.base.values import replace
from wizard.commands.report import render
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.guide import Arrival, Checkpoint
from wizard.host.facts import Facts
from wizard.outputs.redaction import Redaction
from wizard.outputs.report import Report
from wizard.record.skips import skip, skips
from wizard.record.state import State
from wizard.walk.events import Observed
from wizard.walk.verification import Verified

GOLDEN = Path(__file__).parent / "report"
WHEN = 1700000000.0
PASSWORD = "Zk4-quite-secret"
FORMS = ("html", "markdown", "json", "junit")
# What people and programs put into a text for it to become more than that.
MARKUP = (
    *HOSTILE,
    "<script>alert(1)</script>",
    "</span></p><img src=x onerror=alert(1)>",
    "' onmouseover='x",
    "[a link](http://evil.example)",
    "![a picture](http://evil.example/x.png)",
    "# heading",
    "| a | b |",
    "```\n# out of it",
    "``` sh",
    "x\n```\n# out of it\n````\ny",
    "\n\n<b>bold</b>",
    "&lt;b&gt; &amp;",
    "*a* _b_ **c** ~~d~~ `e`",
    "\u202egnp.exe\u2066",
    "1. one\n2. two",
    "\ud800 half",
)


@pytest.fixture(autouse=True)
def universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def observed(name: str, finding: Finding, *, trial: bool = False) -> Observed:
    kind = Tries if trial else Says
    return Observed(kind(name, f"the {name.partition('.')[2]}"), finding, 0.25, WHEN)


def verified(said: str = "words") -> list[Verified]:
    """A finding of every outcome; those that a host has a say in say that."""
    red = failed(
        f"HTTP 502: {said}",
        cause=Cause("all-is-lost", f"because {said}"),
        remedy=Remedy(f"find {said}", (f"find / {said}", "true")),
    )
    every = (
        observed("ground.page", passed("HTTP 200, text/html")),
        observed("ground.backup", warning("on the disk it saves", remedy=Remedy("give it another disk"))),
        observed("ground.logo", red),
        observed("ground.crash", Finding("crashed", f"KeyError: {said}")),
        observed("ground.after", Finding("skipped", "", "depends on ground.logo, which is not green")),
        observed("ground.hidden", Finding("unknown", f"permission denied: {said}", "needs root")),
        observed("ground.tried", Finding("passed", "it came back", "tried on 2023-11-14 22:13"), trial=True),
    )
    later = observed("later.thing", Finding("skipped", "", "the checkpoint Later has not been reached"))
    return [
        Verified(Checkpoint("ground", "Ground", "A ground."), True, every),
        Verified(Checkpoint("later", "Later", ""), False, (later,)),
    ]


def journal(state: State, said: str = "words") -> None:
    """Three changes: one that replaced a file, one undone, one that was not finished."""
    state.make()
    restored = {"kind": "FileRestored", "path": f"/etc/{said}", "kept": "0001-x", "mode": 420}
    lines: list[dict[str, Any]] = [
        {"event": "begun", "number": number, "when": WHEN + number, "checkpoint": "ground", "kind": "FileWritten"}
        for number in (1, 2, 3)
    ]
    for line in lines:
        line |= {"subject": f"/etc/{line['number']}", "title": f"write {said} {line['number']}", "undo": []}
    lines[0]["undo"] = [restored | {"owner": "root", "group": "root"}]
    lines += [{"event": "done", "number": number, "when": WHEN} for number in (1, 2)]
    lines.append({"event": "undone", "number": 2, "when": WHEN})
    state.journal.write_bytes(
        b"".join(json.dumps(line, ensure_ascii=False).encode(errors="surrogateescape") + b"\n" for line in lines)
    )


def report(folder: Path, said: str = "words", **more: Any) -> Report:
    """A report in which a host, the people and the state say that."""
    state = State(folder / "state")
    journal(state, said.encode(errors="replace").decode())
    state.skips.write_text(json.dumps({"ground.backup": {"reason": f"there is one disk: {said}", "when": WHEN}}))
    arrival = Arrival(
        *("http://serveur:8080", "admin", "password", "/logo.png", ("ground.page", "ground.logo")),
        backups=f"/var/backups, {said}",
        next="Chapter 2: rest.",
    )
    made = Report(
        guide=replace(MADEUP, arrival=lambda a, f: arrival),
        instance="first",
        answers=Answers({"instance": "first", "password": Secret("password", PASSWORD)}),
        facts=Facts(addresses=("192.0.2.7",), virtualisation=said),
        state=state,
        kept=True,
        options=("--instance", "first"),
        verified=verified(said),
        seconds=1.5,
        when=WHEN,
    )
    return replace(made, **more)


def written(made: Report, form: str) -> str:
    return render(made, Redaction(made.answers.secrets), form)


@pytest.mark.parametrize(("form", "name"), [("markdown", "made-up.md"), ("html", "made-up.html")])
def test_the_pages_are_as_they_were_agreed(tmp_path: Path, form: str, name: str) -> None:
    """After a change on purpose: JALON_GOLDEN=write tests/run tests/unit/test_report.py, and read the difference."""
    text = written(report(tmp_path), form).replace(str(tmp_path), "/w")
    if os.environ.get("JALON_GOLDEN") == "write":
        (GOLDEN / name).write_text(text)
    assert text == (GOLDEN / name).read_text()


class Elements(HTMLParser):
    """The elements of a page, each closed, with their attributes; and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _value in attrs)))
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("said", MARKUP)
def test_what_a_host_said_is_only_text_in_html(tmp_path: Path, said: str) -> None:
    harmless = Elements(written(report(tmp_path / "a"), "html"))
    page = Elements(written(report(tmp_path / "b", said), "html"))
    assert page.seen == harmless.seen
    assert page.links == ["http://serveur:8080"]
    assert not any(letter in page.text for letter in "\x00\x1b\x7f\u202e\u2066\ud800")


def tokens(text: str) -> list[str]:
    """The structure of a page of Markdown, without its text."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        found.append(token.type)
        # How much of a text is escaped, or on how many lines it stands, is no structure.
        found += [one.type for one in token.children or () if one.type not in ("text", "text_special", "softbreak")]
    return found


@pytest.mark.parametrize("said", MARKUP)
def test_what_a_host_said_is_only_text_in_markdown(tmp_path: Path, said: str) -> None:
    harmless = written(report(tmp_path / "a"), "markdown")
    page = written(report(tmp_path / "b", said), "markdown")
    assert tokens(page) == tokens(harmless)
    assert not any(letter in page for letter in "\x00\x1b\x7f\u202e\u2066\ud800")


def test_what_a_host_said_can_still_be_read(tmp_path: Path) -> None:
    said = "cannot open </home/x_y/*.py> & `id` | wc"
    assert said in " ".join(Elements(written(report(tmp_path / "a", said), "html")).text.split())
    block = written(report(tmp_path / "b", said), "markdown").split("```sh\n")[1]
    assert block.startswith(f"    find / {said}\n")


@pytest.mark.parametrize("address", ["javascript:alert(1)", 'http://x" onclick="y', "data:text/html,x", "http://a b"])
def test_only_the_web_is_linked_to(tmp_path: Path, address: str) -> None:
    guide = replace(MADEUP, arrival=lambda a, f: Arrival(address=address))
    assert Elements(written(report(tmp_path, guide=guide), "html")).links == []


def test_nothing_is_fetched_from_elsewhere(tmp_path: Path) -> None:
    text = written(report(tmp_path), "html")
    assert {tag for tag, _names in Elements(text).seen} & {"script", "link", "img", "iframe", "object"} == set()
    assert "url(" not in text and "@import" not in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_in_a_report(tmp_path: Path, form: str) -> None:
    assert PASSWORD not in written(report(tmp_path, f"found {PASSWORD}!"), form)


@pytest.mark.parametrize("form", FORMS)
def test_nobody_is_named_to_a_helper(tmp_path: Path, form: str) -> None:
    """Names, addresses and secrets wherever a text can be: none is found in what is sent."""
    personal = (
        *("jean", "Jean Dupont", "gmao.chu-exemple.fr", "srv-biomed-07", "10.11.12.13", "2001:db8::17"),
        *("m.durand@chu-exemple.fr", "mdurand", "autre.hopital.fr", PASSWORD, "52:54:00:ab:cd:ef", "gh0-t0k"),
    )
    said = " ".join((*personal, "https://bob:t0ken@depot.interne/x", "/home/pauline/x", "SECRET_KEY='k3y'"))
    answers = {"hosts": ("gmao.chu-exemple.fr",), "account": "mdurand", "instance": "first"}
    answers |= {"source": "https://pierre:gh0-t0k@depot.interne/x"}
    questions = [Question("hosts", "", personal="host"), Question("account", "", personal="user")]
    questions.append(Question("source", ""))
    made = report(
        tmp_path / "jean",
        said,
        instance="srv-biomed-07",
        options=("--instance", "srv-biomed-07", "--state-dir", "/home/pauline/state"),
        answers=Answers({**answers, "password": Secret("password", PASSWORD)}),
        facts=Facts(hostname="srv-biomed-07", addresses=("10.11.12.13",), user="jean", virtualisation=said),
        guide=replace(MADEUP, arrival=lambda a, f: Arrival(f"http://{a.hosts[0]}", a.account, "password", next=said)),
    )
    redaction = Redaction(made.answers.secrets)
    redaction.redact_personal(questions, made.answers, made.facts, ("jean", "Jean Dupont"), made.instance)
    text = render(made, redaction, form)
    found = [one for one in (*personal, "bob", "t0ken", "depot.interne", "pauline", "k3y", "Dupont") if one in text]
    assert found == []
    assert "host-1&gt;" in text if form in ("html", "junit") else "host-1" in text


def test_what_only_root_may_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert made.data(Redaction())["changes"] is None
    for form in ("html", "markdown"):
        assert "make this report again with sudo" in written(made, form)


def test_an_instance_that_jalon_did_not_install_has_nothing_to_undo(tmp_path: Path) -> None:
    made = report(tmp_path, state=State(tmp_path / "none"), kept=False)
    data = made.data(Redaction())
    assert (data["changes"], data["replaced"], data["skips"], data["commands"]["undo"]) == ([], [], [], "")
    assert data["arrival"]["account"] == {"name": "admin", "secret": "password", "file": ""}
    assert "jalon undo" not in written(made, "html") + written(made, "markdown")


# --- reasons


def test_a_reason_is_kept_replaced_and_taken_back(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    assert skips(state) == {}
    skip(state, "a.b", "no disk")
    skip(state, "c", 'it\'s "later" \ud800é')
    skip(state, "a.b", "no second disk")
    assert {name: one.reason for name, one in skips(state).items()} == {
        "a.b": "no second disk",
        "c": 'it\'s "later" \ud800é',
    }
    skip(state, "a.b", "")
    assert list(skips(state)) == ["c"]
    assert stat.S_IMODE(state.skips.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"a": 1}', '{"a": {"reason": "x"}}', '{"a": {"reason": 1, "when": "x"}}']
)
def test_reasons_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    state = State(tmp_path)
    state.skips.write_text(text)
    assert skips(state) == {}


# --- the command line


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    given = ("--set", f"folder={folder}/made", "--state-dir", str(folder / "state"))
    assert jalon("apply", "madeup", "--yes", *given, root=True).returncode == 0
    return folder


def run(work: Path, *words: str) -> str:
    done = jalon("report", "madeup", "--state-dir", str(work / "state"), *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "begins"),
    [("r.html", "<!DOCTYPE html>"), ("r.md", "# Made up: report"), ("r.json", "{"), ("r.xml", "<?xml")],
)
def test_the_ending_of_a_file_says_its_format(work: Path, name: str, begins: str) -> None:
    path = work / name
    path.write_text("old")
    assert run(work, "--output", str(path)) == f"{path}\n"
    assert path.read_text().startswith(begins)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_report_of_what_is_red_is_written_all_the_same(work: Path) -> None:
    assert "**[failed]** the greeting: nothing" in run(work, "--set", "mood=red")
    assert run(work, "--set", "mood=crashed", "--format", "junit").count("<error") == 1


def test_the_format_wins_over_the_ending(work: Path) -> None:
    run(work, "--output", str(work / "x.html"), "--format", "junit")
    assert ElementTree.parse(work / "x.html").getroot().tag == "testsuites"


def test_a_reason_is_in_the_reports_that_follow(work: Path) -> None:
    run(work, "--skip", "work.greeting=nobody <is> there")
    assert "nobody \\<is\\> there" in run(work)
    run(work, "--skip", "work.greeting=")
    assert "nobody" not in run(work)


def test_a_report_changes_nothing(work: Path) -> None:
    def looks() -> dict[str, tuple[int, float]]:
        return {str(path): (path.stat().st_mode, path.stat().st_mtime) for path in work.rglob("*")}

    before = looks()
    for form in FORMS:
        run(work, "--format", form)
    assert looks() == before


def test_a_file_that_cannot_be_written_is_74(work: Path) -> None:
    done = jalon("report", "madeup", "--state-dir", str(work / "state"), "--output", "/proc/nowhere/r.html")
    assert done.returncode == 74
    assert "nowhere" in done.stderr
