"""The practice instance's page: what its probes look at, and after what."""

from __future__ import annotations

import pytest

from wizard.answers.questions import validate_answers
from wizard.guide import Circumstances
from wizard.guides.maquette import GUIDE
from wizard.host.facts import Facts
from wizard.probes.http import NotServed


@pytest.mark.parametrize(("server", "before"), [("nginx", "nginx.port"), ("none", "service.active")])
def test_what_must_not_be_served_is_asked_for_once_somebody_serves(server: str, before: str) -> None:
    facts = Facts(programs=("nginx",))
    points = GUIDE.checkpoints(
        validate_answers(GUIDE.questions(), {"web_server": server}, facts), facts, Circumstances()
    )
    refused = [probe for point in points for probe in point.probes if isinstance(probe, NotServed)]
    assert refused
    for probe in refused:
        assert probe.needs == (before,)
        assert all(path.startswith("/") for path in (probe.path, *probe.neighbours))
