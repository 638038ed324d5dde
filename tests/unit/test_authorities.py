"""A site's authority is laid among the machine's, once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.support import bare, drained
from wizard.answers.questions import validate_answers
from wizard.base.secret import Secret
from wizard.guides.network import network_of, questions
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.packages import Package
from wizard.host.proxies import Network
from wizard.steps.authorities import AuthorityTrusted
from wizard.steps.step import Blocked

PEM = "-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n"
BUNDLE = Content("/etc/ssl/certs/ca-certificates.crt")
STEP = AuthorityTrusted("/root/site.pem")


def kinds(answers: dict[Any, Any]) -> Sequence[tuple[str, str]]:
    """What it changes on a host that answers so."""
    return [(one.kind, one.subject) for one in drained(STEP, bare(answers))]


def test_it_is_laid_and_the_bundle_made_once() -> None:
    there = {Content("/root/site.pem"): b"Subject: a site\n" + PEM.encode(), BUNDLE: b"others"}
    found = kinds({**there, Package("ca-certificates"): "1"})
    assert [kind for kind, _subject in found] == ["FileWritten", "BundleMade"]
    assert found[0][1].startswith("/usr/local/share/ca-certificates/jalon-")
    assert next(kind for kind, _subject in kinds(there)) == "PackagesInstalled"
    # The distribution's program may break the lines anew.
    laid = {**there, Content(found[0][1]): PEM.encode(), BUNDLE: PEM.replace("ABC\n", "ABC").encode()}
    assert kinds({**laid, Package("ca-certificates"): "1"}) == []


@pytest.mark.parametrize(
    ("data", "why"),
    [(None, "is not there"), (b"x", "0 certificates"), (PEM.encode() + b"-----BEGIN PRIVATE KEY-----", "private key")],
)
def test_what_is_no_certificate_is_told(data: bytes | None, why: str) -> None:
    with pytest.raises(Blocked, match=why):
        kinds({Content("/root/site.pem"): data})


def test_what_the_answers_say_of_a_proxy() -> None:
    given = {"proxy": "http://jalon:p%40ss@px:3128", "no_proxy": [".example.org"], "authority": "/root/site.pem"}
    answers = validate_answers(questions(), given, Facts(root=False))
    assert (answers.proxy, answers.proxy_access) == (
        "http://jalon@px:3128",
        Secret("proxy_access", "http://jalon:p%40ss@px:3128"),
    )
    network = network_of(answers, Network(direct=("localhost",)), "apt")
    proxy = network.set_for("git", "https")
    assert proxy is not None
    assert (proxy.address, proxy.login, proxy.full) == ("http://px:3128", "jalon:p%40ss", "http://jalon:p%40ss@px:3128")
    assert (network.direct, network.bundle, network.answered) == ((".example.org", "localhost"), BUNDLE.path, True)
    assert {one.reveal() for one in network.passwords} == {"p@ss", "p%40ss"}
    assert network_of(validate_answers(questions(), {}, Facts()), Network(), "apt") == Network()


def test_an_authority_that_others_may_write_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.pem"
    path.write_text(PEM)
    path.chmod(0o666)
    (question,) = [one for one in questions() if one.key == "authority"]
    answers = validate_answers(questions(), {}, Facts())
    assert "others than root may write" in question.check(str(path), answers, Facts(root=True))
    assert question.check(str(path), answers, Facts(root=False)) == ""
