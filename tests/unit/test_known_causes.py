"""Every cause that the code can make is known, has its page, and is said in both languages."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from tests.pages.causes import ROOT, entries, out_of_step, wanted
from tests.pages.causes_made import Made, made
from tests.unit.test_outputs import observed
from tests.unit.test_schemas import held
from wizard.base.errors import Refused
from wizard.base.language import using_language
from wizard.base.po import read_po
from wizard.base.resources import catalogues
from wizard.causes.where_seen import in_words, where_seen
from wizard.commands.causes import run
from wizard.findings.finding import Cause, Finding, failed, warning
from wizard.outputs.causes import known
from wizard.outputs.events import observed_data
from wizard.outputs.findings import show_finding

ONE = "socket-stale"


def module(folder: Path, source: str) -> list[Made]:
    (folder / "wizard").mkdir()
    (folder / "wizard/one.py").write_text(source)
    return list(made(folder))


def test_pages_and_code_are_in_step() -> None:
    assert [str(path.relative_to(ROOT)) for path in out_of_step(wanted())] == [], "run: python -m tests.pages.causes"


def test_every_text_is_said_in_french() -> None:
    texts = [
        (one.id, part)
        for one in known().values()
        for case in one.cases
        for text in (*case.said, *case.seen, *case.told)
        for part in text
    ]
    french = {forms[0] for forms in read_po(catalogues() / "fr/LC_MESSAGES/jalon.po")}
    assert [each for each in texts if len(each[1].split()) > 2 and each[1].partition("\0")[0] not in french] == []


def test_every_case_says_why_and_what_shows_it() -> None:
    cases = [(one.id, case) for one in known().values() for case in one.cases]
    assert [id for id, case in cases if not (case.said and (case.seen or case.messages))] == []


def test_words_are_only_kept_of_what_is_there() -> None:
    assert [name for name in where_seen() if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []
    assert [id for id in in_words() if id not in known()] == []


def test_a_cause_whose_id_the_source_does_not_tell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"wizard\.one, line 2"):
        module(tmp_path, "def f(found):\n    return Cause(found.id, _('It is so.'))\n")


def test_a_cause_that_is_said_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="what the cause not-said means"):
        entries(module(tmp_path, "def f(error):\n    return Cause('not-said', str(error))\n"))


def test_what_is_said_where_a_cause_is_made_is_found(tmp_path: Path) -> None:
    source = """
def f(lost):
    told = _("lost") if lost else _("other")
    cause = Cause("it-is-lost" if lost else "it-is-other", told)
    return failed(_("seen {path}").format(path=1), cause=cause, remedy=found())

def found():
    return Remedy(_("Find it."))

for name, words in ((("in-a-table", "said"),)):
    Candidate(name, words, check)

def check(host, found):
    text = _("from {place}")
    return text.format(place=host), None
"""
    found = module(tmp_path, source)
    assert [(one.id, one.texts, one.evidence, one.remedies, one.message) for one in found] == [
        ("it-is-lost", (("lost",),), (("seen {path}",),), (("Find it.",),), ""),
        ("it-is-other", (("other",),), (("seen {path}",),), (("Find it.",),), ""),
        ("in-a-table", (("from {place}",),), (), (), "said"),
    ]


def test_all_causes_are_printed_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("en", "Remedy: Restart the service"), ("fr", "Remède\u00a0: Redémarrer le service")):
        with using_language(language):
            assert run(Namespace(cause=None, format="text")) == 0
            assert run(Namespace(cause=ONE, format="text")) == 0
        whole = capsys.readouterr().out
        assert whole.count(f"{ONE}\n") == 2 and word in whole
    run(Namespace(cause=None, format="json"))
    every = held("causes", json.loads(capsys.readouterr().out))
    assert [one["id"] for one in every] == sorted(known()) and all((ROOT / one["page"]).is_file() for one in every)


def test_an_unknown_id_is_refused_with_one_that_is_like_it() -> None:
    with pytest.raises(Refused, match=ONE):
        run(Namespace(cause="sockets-stale", format="text"))


@pytest.mark.parametrize(
    ("finding", "more"),
    [
        (failed("seen", cause=Cause(ONE, "It is stale.")), True),
        (warning("seen", cause=Cause(ONE, "It is stale.")), False),
        (failed("seen", cause=Cause("of-a-guide-from-outside", "It is so.")), False),
    ],
)
def test_what_is_red_says_where_more_of_its_cause_is(
    finding: Finding, more: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    show_finding(observed("one", finding))
    assert ("More: `jalon causes socket-stale`\n" in capsys.readouterr().out) == more
    cause = observed_data(observed("one", finding))["cause"]
    assert cause["page"] == (f"docs/causes/{ONE}.md" if cause["id"] == ONE else "")
