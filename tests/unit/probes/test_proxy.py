"""The proxies that a machine is told to use."""

from __future__ import annotations

from typing import Any

from tests.unit.probes.fake import fake
from wizard.findings.finding import PASSED, WARNING, Finding
from wizard.host.proxies import Network, Proxy
from wizard.host.sockets import Connection
from wizard.probes.proxy import ProxiesAnswer

AT = Proxy("http", "http://u:s3cret@px:3128", "/etc/environment")
PLACE = Connection("px", 3128)


def found(network: Network, answers: dict[Any, str]) -> Finding:
    """What the probe makes of it; the password is nowhere in it."""
    finding = ProxiesAnswer("system.proxy", "proxy", network).observe(fake(answers))
    assert "s3cret" not in repr(finding)
    return finding


def test_one_that_answers() -> None:
    finding = found(Network((AT, Proxy("https", AT.given, "", "pip"))), {PLACE: ""})
    assert (finding.outcome, finding.evidence) == (PASSED, "http://px:3128 (/etc/environment, the environment)")


def test_what_is_wrong_with_it() -> None:
    misspelt = Proxy("http", "http://u:s3cret#@px:3128", "")
    cases: tuple[tuple[Network, dict[Any, str], str], ...] = (
        (Network((AT,)), {PLACE: "ECONNREFUSED"}, "proxy-refuses"),
        (Network((misspelt,)), {}, "proxy-misspelt"),
        (Network((AT,), readable=("/etc/environment",)), {PLACE: ""}, "proxy-password-readable"),
        (Network(writable=("/etc/pip.conf",)), {}, "proxy-of-others"),
    )
    for network, answers, cause in cases:
        finding = found(network, answers)
        assert finding.cause is not None
        assert (finding.outcome, finding.cause.id) == (WARNING, cause)
