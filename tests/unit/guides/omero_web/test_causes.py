"""Why OMERO.web's service does not run: what it said counts only where the host bears it out."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.causes.candidates import choose
from wizard.guides.omero_web.parts.causes import candidates
from wizard.guides.omero_web.parts.omero import Omero
from wizard.host.bare import BareHost
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.http import Get, Response
from wizard.host.overlay import Overlay, Sets
from wizard.host.reading import Reading, Unknown
from wizard.host.sockets import Listener, Listeners
from wizard.probes.welcome import NoWelcomePage

OMERO = Omero("/opt/web", "/opt/venv", "omero-web")
PID = "/opt/web/var/django.pid"
FILE = "/etc/systemd/system/omero-web.service"
WEB = "omero: error: argument : invalid choice: 'web' (choose from 'config')"
ICE = "ImportError: Ice version mismatch: got 30710, expected 30600"
XML = "xml.etree.ElementTree.ParseError: not well-formed (invalid token): line 3"
GUNICORN = "FileNotFoundError: [Errno 2] No such file or directory: 'gunicorn'"
STRAY, GOOD = (f'Environment="PATH=/opt/venv/bin:/bin{end}\n'.encode() for end in ('""', '"'))


def modules(**versions: str) -> dict[Reading[Any], Any]:
    found = {name.replace("_", "-"): version for name, version in versions.items()}
    return {EnvironmentAt("/opt/venv"): Environment("3.10", "/usr/bin", found)}


def named(said: str, there: dict[Reading[Any], Any]) -> str:
    """The cause's id; empty where none fits."""
    host = Overlay(BareHost(Facts()))
    host.lay(Sets(reading, answer) for reading, answer in there.items())
    found = choose(candidates(OMERO, FILE, 4080), host, said)
    if found:
        assert found[0].text and "{" not in found[0].text
    return found[0].id if found else ""


@pytest.mark.parametrize(
    ("said", "there", "cause"),
    [
        (WEB, modules(omero_py="5.23.0"), "omero-web-missing"),
        (WEB, modules(omero_web="5.33.2"), ""),
        (WEB, {}, ""),
        (ICE, modules(zeroc_ice="3.7.10"), "ice-version-mismatch"),
        (ICE, modules(zeroc_ice="3.6.5"), ""),
        (XML, {OMERO.properties: Unknown("it cannot be understood")}, "configuration-unreadable"),
        (XML, {OMERO.properties: Unknown("not this user", "root")}, ""),
        (XML, {OMERO.properties: {}}, ""),
        (GUNICORN, {Content(FILE): STRAY}, "unit-path-wrong"),
        (GUNICORN, {Content(FILE): b"[Service]\n"}, "unit-path-wrong"),
        (GUNICORN, {Content(FILE): GOOD}, ""),
        (GUNICORN, {Content(FILE): GOOD, Listing("/opt/venv/bin"): ("gunicorn", "omero")}, ""),
        (GUNICORN, {Content(FILE): GOOD, Listing("/opt/venv/bin"): ("omero",)}, "gunicorn-missing"),
        ("Starting OMERO.web... [OK]", {Listeners(): (Listener("0.0.0.0", 4080, "java", 7, "x"),)},
         "port-held-by-another"),
        ("Starting OMERO.web... [OK]", {Listeners(): (Listener("127.0.0.1", 4080, "gunicorn", 7, "x"),)}, ""),
        ("Starting OMERO.web... [OK]", {Listeners(): ()}, "started-and-ended"),
        ("Starting OMERO.web... [OK]", {Listeners(): Unknown("not this user", "root")}, ""),
        ("[FAILED] OMERO.web already started.", {EntryAt(PID): Entry(), Content(PID): b"7\n"}, "pid-file-stale"),
        ("[FAILED] OMERO.web already started.", {}, ""),
        ("nothing of the kind", modules(omero_py="5.23.0"), ""),
    ],
)  # fmt: skip
def test_a_cause_takes_two_witnesses(said: str, there: dict[Reading[Any], Any], cause: str) -> None:
    assert named(said, there) == cause


WELCOME = Response(200, "text/html", body=b"<html><h1>Welcome to nginx!</h1></html>")
OWN, SENT_ON, NONE = Response(200, "text/html", body=b"<form></form>"), Response(302), Response(404)


@pytest.mark.parametrize(
    ("first", "below", "outcome", "cause"),
    [
        (WELCOME, None, "failed", "default-site-answers"),
        (OWN, None, "passed", ""),
        # Below a prefix: another site answers to the address, or its own does and says nothing of what is above.
        (WELCOME, NONE, "failed", "default-site-answers"),
        (WELCOME, SENT_ON, "warning", "welcome-above-prefix"),
        (SENT_ON, SENT_ON, "passed", ""),
    ],
)
def test_the_welcome_page_of_a_distribution_is_known(
    first: Response, below: Response | None, outcome: str, cause: str
) -> None:
    host = Overlay(BareHost(Facts()))
    host.lay([Sets(Get("/", "127.0.0.1", 80), first)])
    if below:
        host.lay([Sets(Get("/omero/", "127.0.0.1", 80), below)])
    found = NoWelcomePage("nginx.welcome", "none", 80, "no default site", "/omero" if below else "").observe(host)
    assert found.outcome == outcome
    assert (found.cause.id if found.cause else "") == cause
    if outcome == "failed":
        assert found.remedy and found.remedy.step == "no default site"
