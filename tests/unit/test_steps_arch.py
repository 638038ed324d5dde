"""What Arch Linux takes beside other names: lists of packages, and an nginx that loads no sites."""

from __future__ import annotations

import pytest

from tests.unit.support import bare, drained
from wizard.changes.nginx import with_sites
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.packages import ListsAge, Package
from wizard.steps.nginx_default import SitesLoaded
from wizard.steps.packages import Packages
from wizard.steps.step import Blocked

ARCH = {"package_manager": "pacman", "distribution": "arch", "version": "", "name": "Arch Linux"}
CONF = "/etc/nginx/nginx.conf"
STOCK = b"#user http;\nevents {\n}\n\nhttp {\n    include mime.types;\n    server {\n        listen 80;\n    }\n}\n"


def test_nothing_is_installed_from_lists_that_are_not_there() -> None:
    step = Packages(keys=("nginx", "cron"))
    with pytest.raises(Blocked, match="no lists of packages") as caught:
        list(step.changes(bare({Package("pacman"): "7.0"}, **ARCH)))
    assert "pacman -Syu" in caught.value.remedy
    [change] = drained(step, bare({Package("pacman"): "7.0", ListsAge(): 9.0}, **ARCH))
    assert (change.subject, change.typed()[0].text) == ("nginx cronie", "pacman -S --needed --noconfirm nginx cronie")


def test_nginx_loads_the_sites_first_of_all() -> None:
    host = bare({Content(CONF): STOCK, EntryAt(CONF): Entry()}, **ARCH)
    assert [one.kind for one in drained(SitesLoaded(), host)] == ["DirectoryMade", "SitesIncluded"]
    wanted = with_sites(STOCK)
    assert wanted == STOCK.replace(b"http {\n", b"http {\n    include /etc/nginx/conf.d/*.conf;\n")
    assert with_sites(wanted) == wanted
    assert with_sites(b"http {\n  include conf.d/*.conf;\n}\n") == b"http {\n  include conf.d/*.conf;\n}\n"


def test_where_its_package_loads_them_nothing_is_to_be_done() -> None:
    for manager in ("apt", "dnf"):
        assert (
            drained(SitesLoaded(), bare({Content(CONF): STOCK, EntryAt(CONF): Entry()}, package_manager=manager)) == []
        )
