"""The unit that a checkout brings, compared by what it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.probes.fake import fake
from wizard.base.rendering import Text, from_template
from wizard.base.unitfile import parse_unit
from wizard.guides.biomaid.checkpoints.gunicorn import ESSENTIAL, REPLACED
from wizard.host.files import Content
from wizard.probes.brought import BroughtUnit

ROOT = Path(__file__).resolve().parents[3]
PATH = "/home/demo/biomaid/tools/biomaid-instance@.service"
OURS = from_template("biomaid/biomaid-instance@.service", own_view=True)
DOCUMENTS = (ROOT / "templates/maquette/application/tools/biomaid-instance@.service").read_text()
PROBE = BroughtUnit("service.unit-differs", "t", PATH, OURS, "biomaid-instance@demo.service", ESSENTIAL, REPLACED)


def evidence(text: str | None) -> tuple[str, str]:
    finding = PROBE.observe(fake({Content(PATH): None if text is None else text.encode()}))
    assert finding.outcome != "warning" or (finding.cause and finding.cause.id == "unit-differs")
    assert finding.remedy is None or not finding.remedy.commands, "nothing of it is carried out"
    return finding.outcome, finding.evidence


def test_the_document_s_does_the_same() -> None:
    assert evidence(DOCUMENTS) == ("passed", f"{PATH} does the same as the unit installed")
    assert evidence(None)[0] == "passed"


def test_it_is_compared_with_the_unit_that_is_installed() -> None:
    installed = Content("/etc/systemd/system/biomaid-instance@.service")
    other = DOCUMENTS.replace("User=%i", "User=other")
    found = PROBE.observe(fake({Content(PATH): other.encode(), installed: other.encode()}))
    assert found.outcome == "passed"
    found = PROBE.observe(fake({Content(PATH): DOCUMENTS.encode(), installed: other.encode()}))
    assert found.outcome == "warning"


def test_other_words_for_the_same_are_no_difference() -> None:
    text = DOCUMENTS.replace("PrivateTmp=true", "PrivateTmp = yes").replace(
        "Type=exec", "Type=simple\nType=\nType=exec"
    )
    assert (
        evidence(text.replace("ExecStart=/usr/bin/bash run", "ExecStart=/usr/bin/bash \\\n# why\n run"))[0] == "passed"
    )
    assert evidence(f"; more\n{text}\nno setting\n")[0] == "passed"


@pytest.mark.parametrize(
    ("was", "now", "seen"),
    [
        ("Directory=gunicorn", "Directory=other", "[Service] RuntimeDirectory=other, here gunicorn-%i"),
        ("User=%i", "User=root", "[Service] User=root, here %i"),
        ("User=%i\n", "", "[Service] User=(not set), here %i"),
        (
            "Type=exec",
            "Type=exec\nExecStartPre=+/bin/sh -c id",
            "[Service] ExecStartPre=+/bin/sh -c id, here (not set)",
        ),
        ("PrivateTmp=true", "PrivateTmp=no", "[Service] PrivateTmp=false, here true"),
        ("WantedBy=multi-user.target", "Alias=ssh.service", "[Install] Alias=ssh.service, here (not set)"),
    ],
)
def test_a_difference_is_told_with_both(was: str, now: str, seen: str) -> None:
    assert was in DOCUMENTS
    outcome, told = evidence(DOCUMENTS.replace(was, now))
    assert outcome == "warning" and seen in told


def test_what_jalon_adds_is_no_difference() -> None:
    more = Text(OURS.render().decode().replace("PrivateTmp=true", "PrivateTmp=true\nNoNewPrivileges=true"))
    probe = BroughtUnit("a.b", "t", PATH, more, "x.service", ESSENTIAL, REPLACED)
    assert probe.observe(fake({Content(PATH): DOCUMENTS.encode()})).outcome == "passed"


def test_a_flood_is_cut() -> None:
    assert len(evidence("[" + "S" * 9000 + "]\n" + "".join(f"Key{n}={'x' * 9000}\n" for n in range(5000)))[1]) < 1000


@given(st.text(alphabet="[]=\\\n#; aU", max_size=60))
def test_any_text_is_parsed(text: str) -> None:
    assert all(key[1] == key[1].strip() for key in parse_unit(text))


def test_the_essential_are_those_of_the_document() -> None:
    documents = parse_unit(DOCUMENTS)
    assert {name for section, name in documents if section == "Service"} == set(ESSENTIAL)
