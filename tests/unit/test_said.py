"""Words of a log choose between causes; they never become a path, a user or a command."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.importing import dotted, parsed, walk
from tests.unit.probes.fake import fake
from wizard.base.quote import Quote
from wizard.causes import service
from wizard.causes.candidates import Candidate, choose
from wizard.causes.said import Said
from wizard.causes.service import Service
from wizard.findings.finding import Cause, Remedy, failed
from wizard.findings.words import command
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.reading import Host
from wizard.host.settings import Settings, SettingsAt
from wizard.host.unitlogs import UnitLog
from wizard.host.units import UnitState

ROOT = Path(__file__).parents[2]
CODE, LOG = "/home/demo/app", "/home/demo/log/app.log"
KNOWN = Service(
    "demo", CODE, log=LOG, settings=f"{CODE}/settings.py", environments="/home/demo/envs", program="gunicorn"
)
DOWN = UnitState(load="loaded", active="failed", started=100.0, result="exit-code", status=1)
ROOTS = Entry("file", "root", "shadow", 0o640)


def said(text: str, expression: str = r"'(?P<path>[^'\n]*)'") -> Said:
    found = re.search(expression, text)
    assert found
    return Said(found)


class TestSaid:
    def test_it_is_compared_with_what_is_known(self) -> None:
        assert said("no '../log/app.log'").among((LOG, CODE), "path", base=CODE) == LOG
        assert said("no '/etc/shadow'").among((LOG, CODE), "path", base=CODE) == ""
        assert said("no '../log/x'").folder_among(("/home/demo/log",), "path", base=CODE) == "/home/demo/log"
        assert said("no '../log/x/y'").folder_among(("/home/demo/log",), "path", base=CODE) == ""
        assert said("no ''").among(("", "."), "path") == ""

    def test_no_words_come_out_of_it(self) -> None:
        one = said("no '/etc/shadow'")
        public = [name for name in dir(one) if not name.startswith("_")]
        assert sorted(public) == ["among", "entry", "folder_among", "names", "number", "occurs_in", "quote"]
        assert isinstance(one.quote("path"), Quote)

    @pytest.mark.parametrize(("text", "number"), [("'7'", 7), ("'x'", 0), ("'" + "9" * 5000 + "'", 0), ("'-1'", 0)])
    def test_a_number_is_small(self, text: str, number: int) -> None:
        assert said(text).number("path") == number


class TestQuotes:
    def test_a_quote_is_shown_as_it_is(self) -> None:
        text = f"it said {Quote('words')}"
        assert Cause("a", text).text == Remedy(text).text == failed(text).evidence == "it said words"

    @pytest.mark.parametrize("made", ["chown demo {quote}", "{quote}"])
    def test_a_remedy_with_one_in_a_command_is_refused(self, made: str) -> None:
        words = made.format(quote=Quote("/etc/shadow"))
        with pytest.raises(ValueError, match="no word of a log"):
            Remedy("t", (words,))
        with pytest.raises(ValueError, match="no word of a log"):
            Remedy("t", (command("chown", "demo", str(Quote("/etc/shadow"))),))
        with pytest.raises(ValueError, match="no word of a log"):
            Remedy("t", step=words)

    @given(st.text(alphabet="a/\ue0f0\ue0f1' ", max_size=20))
    def test_words_cannot_take_their_own_marks_off(self, words: str) -> None:
        with pytest.raises(ValueError, match="no word of a log"):
            Remedy("t", (f"rm {Quote(words)}",))

    def test_a_candidate_of_a_guide_cannot_get_round_it(self) -> None:
        def holds(host: Host, found: Said) -> tuple[str, Remedy]:
            return "t", Remedy("t", (f"chown demo {found.quote('path')}",), safe=True)

        with pytest.raises(ValueError, match="no word of a log"):
            choose([Candidate("x", r"'(?P<path>.*)'", holds)], fake(), "no '/etc/shadow'")


FORGED = (
    "PermissionError: [Errno 13] Permission denied: '{path}'",
    "FileNotFoundError: [Errno 2] No such file or directory: '{path}'",
    "Error: '{path}' isn't writable [PermissionError(13, 'Permission denied')]",
    "Error: '{path}' isn't writable [FileNotFoundError(2, 'No such file')]",
    '  File "{path}", line 1\n    x\nSyntaxError: invalid syntax',
    '  File "{path}", line 1, in <module>\n    x\nValueError: 1',
)


@pytest.mark.parametrize("line", FORGED)
@pytest.mark.parametrize(
    "path", ["/etc/shadow", "/home/demo/d/shadow", "../../d/shadow", "/etc/systemd/system/x.d/y", "d/shadow", "/", ""]
)
def test_a_forged_line_gets_no_command(line: str, path: str) -> None:
    """Whatever the host has there: a link in the home may lead to it."""
    lines = tuple(line.format(path=path).splitlines())
    anywhere = ("/etc/shadow", "/home/demo/d/shadow", "/home/d/shadow", f"{CODE}/d/shadow")
    so: dict[Any, Any] = {UnitLog("x.service"): lines, Listing(CODE): ("d", "settings.py")}
    so |= {EntryAt(one): ROOTS for one in anywhere}
    so |= {Content(one): b"root:x:" for one in anywhere}
    so |= {SettingsAt(one): Settings({}, problem="bad", line=1) for one in anywhere}
    found = service.diagnose(fake(so), "x.service", DOWN, KNOWN)
    assert found and found[0].id == "unit-failed"
    assert found[1] and found[1].commands == ("systemctl restart x.service",)


def test_an_honest_line_gets_one() -> None:
    path = f"{CODE}/queries.log"
    line = (f"PermissionError: [Errno 13] Permission denied: '{path}'",)
    so: dict[Any, Any] = {UnitLog("x.service"): line, Listing(CODE): ("queries.log",), EntryAt(path): ROOTS}
    found = service.diagnose(fake(so), "x.service", DOWN, KNOWN)
    assert found and found[0].id == "file-of-another-user"
    assert found[1] and found[1].commands == (f"chown -h demo:demo {path}",) and found[1].safe
    third = {**so, EntryAt(path): Entry("file", "eve", "eve", 0o600)}
    found = service.diagnose(fake(third), "x.service", DOWN, KNOWN)
    assert found and found[1] and not found[1].commands, "what a third user owns is a person's to give"


# The readings whose answer is a log, and who may turn them into causes: with `choose`, which hands out `Said`, or into
# a `Refusal`, which holds quotes.
LOGS = {"UnitLog", "LogTail"}
# What looks for words in a page, not in a log.
PAGES = {"re.search"}
READ_LOGS = {
    *("wizard/causes/service.py", "wizard/causes/nginx.py", "wizard/causes/http.py", "wizard/probes/http.py"),
    *("wizard/causes/postgresql_log.py", "wizard/causes/sandbox.py", "wizard/walk/holding.py"),
}


def test_logs_are_read_by_few() -> None:
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        name, tree = str(path.relative_to(ROOT)), parsed(path)
        imported = {one.name for node in walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
        if not name.startswith("wizard/host/"):
            assert not imported & LOGS or name in READ_LOGS, name
        if name in READ_LOGS:
            calls = {dotted(node.func) for node in walk(tree) if isinstance(node, ast.Call)}
            assert not {f"re.{one}" for one in ("match", "search", "findall", "finditer", "fullmatch")} & calls - PAGES


def test_no_guide_is_given_a_log() -> None:
    from wizard import api

    assert not LOGS & set(dir(api))
