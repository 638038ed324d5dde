"""What an application brings and says: the migrations of its packages, its pages, cookies and answers."""

from __future__ import annotations

import io
from pathlib import Path

from tests.mutations.running import Kind, bytes_of
from wizard.base.cookies import Jar, attributes
from wizard.causes.http import welcome_page
from wizard.guides.django.parts import installed, migrations
from wizard.host import http
from wizard.probes.trials.browser import Browser
from wizard.probes.trials.forms import File, Parsed, encoded

SITE = "lib/python3.11/site-packages"


def _installed(folder: Path) -> object:
    wanted = installed.InstalledMigrations((str(folder / "settings.py"),), (str(folder / "venv"),))
    details = installed.MigrationDetails(str(folder / "venv" / SITE / "packet/migrations"), "packet")
    found = installed.answer([wanted, details])
    brought = found[wanted]
    files = brought.files if isinstance(brought, installed.Installed) else ()
    return [found, migrations.pending(files, (("packet", "0001_initial"),))]


def _page(folder: Path) -> object:
    """As a browser meets it: what it cannot send or understand raises `ValueError`, which that says in words."""
    page = Parsed(bytes_of(folder / "page.html").decode(errors="replace"))
    browser = Browser("serveur.example", 80)
    found: list[object] = [welcome_page(bytes_of(folder / "page.html"))]
    for form in page.forms[:100]:
        values = form.filled({"username": "admin"})
        found += [form.named("password"), encoded(values), encoded(values, File("file", "x", b"x"))]
    for address in (*page.links, *(form.action for form in page.forms)):
        try:
            found.append(browser._target(address, "/portal/"))
        except ValueError as error:
            found.append(error)
    lines = bytes_of(folder / "cookies").decode("latin-1").splitlines()
    jar = Jar("http")
    jar.keep(lines, "serveur.example")
    found += [jar.sent("/portal/x?y"), jar.values, jar.refused, [attributes(line) for line in lines]]
    try:
        found.append(http._answered(io.BytesIO(bytes_of(folder / "answer"))))
    except ValueError as error:
        found.append(error)
    return found


KINDS = (Kind("installed", _installed), Kind("page", _page))
