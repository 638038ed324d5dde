"""What browsers are told of attachments, and who may fetch them."""

from __future__ import annotations

import pytest

from tests.unit.probes.fake import fake
from wizard.causes.site import Site
from wizard.findings.finding import Remedy
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.http import Get, Response
from wizard.host.records import Written, WrittenAt
from wizard.probes.attachments import NOBODYS, AttachmentsAskSignIn, AttachmentsHarmless

FILE = "/etc/nginx/sites-available/demo.conf"
SITE = Site(FILE, FILE, 80, ("serveur",))
HARMLESS = AttachmentsHarmless("nginx.media", "t", "serveur", 80, SITE)
OPEN = AttachmentsAskSignIn("nginx.media-open", "t", "serveur", 80, Remedy("ask first"))
ASKED = Get(f"/media/{NOBODYS}", "serveur", 80)
NOSNIFF = (("x-content-type-options", "nosniff"),)

THERE = {EntryAt(FILE): Entry("file", "root", "root", 0o644), Content(FILE): b"server { server_name serveur; }"}


def test_a_site_that_serves_them_as_data() -> None:
    assert list(HARMLESS.reads()) == [ASKED]
    finding = HARMLESS.observe(fake({ASKED: Response(404, headers=NOSNIFF)}))
    assert (finding.outcome, finding.cause) == ("passed", None)


@pytest.mark.parametrize(("last", "step"), [("", ""), ("a hash", f"file:{FILE}")])
def test_a_site_without_is_a_warning_and_written_anew_where_it_is_ours(last: str, step: str) -> None:
    finding = HARMLESS.observe(fake({ASKED: Response(404), WrittenAt(FILE): Written(last=last), **THERE}))
    assert finding.outcome == "warning"
    assert finding.cause and finding.cause.id == "attachments-as-pages"
    assert finding.remedy and finding.remedy.step == step


def test_a_site_that_is_not_asked_at_all() -> None:
    """Another site answers, such as the distribution's own."""
    finding = HARMLESS.observe(fake({ASKED: Response(404)}))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == "site-missing"


def test_who_is_not_signed_in_and_is_sent_away() -> None:
    for answered in (Response(302, location="/common/sign/?next=/media/x"), Response(401)):
        assert HARMLESS.observe(fake({ASKED: answered})).outcome == "passed"
        assert OPEN.observe(fake({ASKED: answered})).outcome == "passed"


@pytest.mark.parametrize(
    "answered", [Response(404), Response(403), Response(302, location=f"https://serveur/media/{NOBODYS}")]
)
def test_what_asks_nobody_is_a_warning_with_its_remedy(answered: Response) -> None:
    finding = OPEN.observe(fake({ASKED: answered}))
    assert finding.outcome == "warning"
    assert finding.cause and finding.cause.id == "attachments-open-to-all"
    assert finding.remedy == OPEN.remedy


def test_a_server_that_is_away() -> None:
    finding = HARMLESS.observe(fake({ASKED: Response(error="ECONNREFUSED")}))
    assert finding.outcome == "failed"
