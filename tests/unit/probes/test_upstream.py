"""The probe of the page that a proxy shows while nobody listens behind it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake, page
from wizard.host.http import Get
from wizard.host.processes import Process
from wizard.host.reading import NotKnown, Unknown
from wizard.host.sockets import Connection, Listener, Listeners
from wizard.host.units import Unit, UnitState
from wizard.probes.upstream import MaintenanceShown

LOGIN, UNIT = "/webclient/login/", "omero-web.service"
BEHIND = ("127.0.0.1", 4080)
PROBE = MaintenanceShown(
    *("nginx.waiting", "", LOGIN, "localhost", 80, BEHIND, b"OMERO.web is not running", "service"),
    unit=UNIT,
    page_step="the page",
)
PAGE, BACK = Get(LOGIN, "localhost", 80), Connection(*BEHIND)
OURS = UnitState("loaded", "active", processes=(Process(7, "omero-web", (), ("gunicorn",)),))
HELD: dict[Any, Any] = {BACK: "", Listeners(): (Listener("127.0.0.1", 4080, "gunicorn", 7, "omero-web"),)}
SHOWN = page(502, b"<h1>OMERO.web is not running</h1>")


@pytest.mark.parametrize(
    ("answers", "cause", "says"),
    [
        ({PAGE: SHOWN}, None, "HTTP 502 with the maintenance page: nobody listens on 127.0.0.1:4080 yet"),
        ({PAGE: page(200), **HELD, Unit(UNIT): OURS}, None, f"{UNIT} runs already"),
        ({PAGE: page(200), **HELD}, "service-already-answers", "it should be HTTP 502"),
        ({PAGE: page(200), BACK: "", Unit(UNIT): OURS}, "service-already-answers", "it should be HTTP 502"),
        ({PAGE: page(502, b"<h1>502 Bad Gateway</h1>")}, "maintenance-page-missing", "without the maintenance page"),
        ({PAGE: page(404)}, ..., "HTTP 404"),
        ({}, ..., "no answer (ECONNREFUSED)"),
        ({PAGE: page(503), BACK: ""}, ..., "HTTP 503"),
    ],
)
def test_the_502_and_its_page(answers: dict[Any, Any], cause: Any, says: str) -> None:
    finding = PROBE.observe(fake(answers))
    assert finding.outcome == ("failed" if cause else "passed")
    assert says in finding.evidence
    if cause is ...:
        assert finding.cause and "it should be HTTP 502" in finding.evidence
    else:
        assert (finding.cause.id if finding.cause else None) == cause
    if cause == "maintenance-page-missing":
        assert finding.remedy and finding.remedy.step == "the page"


def test_it_counts_until_the_service_is_there() -> None:
    assert PROBE.until == "service"


def test_what_cannot_be_read_is_not_judged() -> None:
    with pytest.raises(NotKnown):
        PROBE.observe(fake({PAGE: Unknown("no net")}))
