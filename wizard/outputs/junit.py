"""Findings as JUnit XML: a test suite per checkpoint, a test case per probe or trial.

`visible` spells out what XML cannot contain (XML 1.0, section 2.2): control characters and surrogates.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from wizard.base.visible import visible
from wizard.findings.finding import CRASHED, FAILED, SKIPPED, UNKNOWN
from wizard.outputs.judged import Judged
from wizard.walk.events import Observed
from wizard.walk.verification import Verified


def render(guide: str, verified: Sequence[Verified], seconds: float) -> str:
    """The XML document; `seconds` is the duration of the whole verification."""
    root = _root(guide, verified, seconds)
    _suites(root, guide, verified)
    return _document(root)


def render_several(guide: str, judged: Sequence[Judged], seconds: float) -> str:
    """The XML document of several instances, each of whose suites has its name before it; one that could not be opened
    is a suite with an error."""
    root = _root(guide, [each for one in judged for each in one.verified], seconds)
    refused = [one for one in judged if one.refused]
    for word in ("tests", "errors"):
        root.set(word, str(int(root.attrib[word]) + len(refused)))
    for one in judged:
        if one.refused:
            named = {"name": visible(one.instance), **_counts([CRASHED]), "time": "0.000"}
            suite = ElementTree.SubElement(root, "testsuite", named)
            family = f"{guide}.{visible(one.instance)}"
            case = ElementTree.SubElement(suite, "testcase", classname=family, name="open", time="0.000")
            ElementTree.SubElement(case, "error", message=visible(one.refused)).text = visible(one.refused)
        _suites(root, f"{guide}.{visible(one.instance)}", one.verified, f"{visible(one.instance)}.")
    return _document(root)


def _root(guide: str, verified: Sequence[Verified], seconds: float) -> ElementTree.Element:
    every = [observed.finding.outcome for one in verified for observed in one.observed]
    return ElementTree.Element("testsuites", {"name": guide, **_counts(every), "time": f"{seconds:.3f}"})


def _document(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suites(root: ElementTree.Element, family: str, verified: Sequence[Verified], before: str = "") -> None:
    for one in verified:
        outcomes = [observed.finding.outcome for observed in one.observed]
        spent = sum(observed.seconds for observed in one.observed)
        named = {"name": f"{before}{one.checkpoint.id}", **_counts(outcomes), "time": f"{spent:.3f}"}
        suite = ElementTree.SubElement(root, "testsuite", named)
        for observed in one.observed:
            _case(suite, f"{family}.{one.checkpoint.id}", observed)


def _case(suite: ElementTree.Element, family: str, observed: Observed) -> None:
    finding = observed.finding
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=family,
        name=visible(f"{observed.probe.id} {observed.probe.title}"),
        time=f"{observed.seconds:.3f}",
    )
    said = finding.cause.text if finding.cause else finding.evidence
    tag = {FAILED: "failure", CRASHED: "error", SKIPPED: "skipped", UNKNOWN: "skipped"}.get(finding.outcome)
    if tag:
        message = said if tag in ("failure", "error") else finding.because or finding.evidence
        ElementTree.SubElement(case, tag, message=visible(message)).text = visible(finding.evidence)
    else:
        ElementTree.SubElement(case, "system-out").text = visible(finding.evidence)


def _counts(outcomes: Sequence[str]) -> dict[str, str]:
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count(FAILED)),
        "errors": str(outcomes.count(CRASHED)),
        "skipped": str(outcomes.count(SKIPPED) + outcomes.count(UNKNOWN)),
    }
