"""One instance cannot have nginx hand out what belongs to another, nor a page that acts in the site's name."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.machine.biomaid import BINDS, finished_layer
from tests.machine.machine import Machine

SECRET = "of-another-instance"
# Another instance, as the document makes one: nginx is in its group, and may read its attachments.
OTHER = f"""
set -e
useradd -m -s /bin/bash other; chmod 0750 /home/other; usermod -aG other www-data
cd /home/other; mkdir media biomaid staticfiles
for one in media/private.pdf biomaid/manage.py staticfiles/private.png; do echo {SECRET} >$one; done
echo {SECRET} >biomaid/instance_settings.py; chmod 0600 biomaid/instance_settings.py
chown -R other:other .; systemctl restart nginx
# Files that root left in the instance's home, and one of nginx's own.
cp /etc/hostname /home/demo/media/of-root.txt
echo {SECRET} >/etc/nginx/users; chown root:www-data /etc/nginx/users; chmod 0640 /etc/nginx/users
"""
LINKS = """
cd ~/media
ln -s /home/other/media/private.pdf file.pdf; ln -s ../../other/media/private.pdf relative.pdf
ln -s /home/other/media folder; ln -s /home/other/biomaid/manage.py code.txt; ln -s / root
ln -s /home/other/biomaid/instance_settings.py settings.txt; ln -s /etc/nginx/users users.txt
ln -s file.pdf chain.pdf; mkdir sub; ln -s /home/other sub/home
ln /home/other/media/private.pdf hard.pdf 2>/dev/null || true
cd ~/staticfiles; ln -s /home/other/staticfiles/private.png l.png; ln -s /home/other/staticfiles folder
"""
HOLES = (
    *("/media/file.pdf", "/media/relative.pdf", "/media/folder/private.pdf", "/media/code.txt", "/media/chain.pdf"),
    *("/media/root/home/other/media/private.pdf", "/media/settings.txt", "/media/users.txt", "/media/hard.pdf"),
    *("/media/sub/home/media/private.pdf", "/static/l.png", "/static/folder/private.png"),
)
PAGES = {"a.html": "text/html", "a.svg": "image/svg+xml", "a.xml": "text/xml", "a.xhtml": "", "a.pdf.html": "", "a": ""}


@pytest.fixture(scope="module")
def machine(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=finished_layer(), binds=BINDS) as one:
        one.sh(OTHER)
        yield one


def fetch(machine: Machine, path: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a page."""
    with socket.create_connection((machine.address, 80), 10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: serveur\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as said:
            first, *lines = said.read().partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    with socket.create_connection((machine.address, 80), 10) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: serveur\r\n\r\n".encode())
        with connection.makefile("rb") as said:
            body = said.read().partition(b"\r\n\r\n")[2]
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), headers, body


def test_no_link_leads_to_what_belongs_to_another(machine: Machine) -> None:
    machine.sh(LINKS, user="demo")
    for path in HOLES:
        status, _headers, body = fetch(machine, path)
        assert (status in (403, 404), SECRET.encode() in body) == (True, False), path


@pytest.mark.parametrize("folder", ["media", "staticfiles"])
def test_not_even_where_the_folder_itself_is_the_link(machine: Machine, folder: str) -> None:
    machine.sh(f"cd; mv {folder} away; ln -s /home/other/{folder} {folder}", user="demo")
    try:
        for path in ("/media/private.pdf", "/static/private.png"):
            status, _headers, body = fetch(machine, path)
            assert status in (403, 404)
            assert SECRET.encode() not in body
    finally:
        machine.sh(f"cd; rm {folder}; mv away {folder}", user="demo")


def test_attachments_that_were_moved_to_another_disk_still_arrive(machine: Machine) -> None:
    machine.sh("install -d -o demo -g demo /srv/disk && runuser -u demo -- sh -c 'echo moved >/srv/disk/x.pdf'")
    machine.sh("cd; mv media away; ln -s /srv/disk media", user="demo")
    try:
        status, headers, body = fetch(machine, "/media/x.pdf")
        assert (status, headers["content-type"], body) == (200, "application/pdf", b"moved\n")
    finally:
        machine.sh("cd; rm media; mv away media", user="demo")


@pytest.mark.parametrize(
    "swap",
    [
        "ln -sfn /home/other/media/private.pdf n; mv -T n race.pdf; echo own >m; mv -T m race.pdf",
        "mkdir -p own; echo own >own/private.pdf; ln -s /home/other/media race; rm race; mv own race; mv race own",
    ],
    ids=["a file", "a folder"],
)
def test_no_race_gets_through_in_ten_seconds(machine: Machine, swap: str) -> None:
    """Link and file change places as fast as a shell does it, while nginx is asked from four sides."""
    seen: dict[int, int] = {}
    leaks: list[bytes] = []
    path = "/media/race.pdf" if "race.pdf" in swap else "/media/race/private.pdf"
    swapping = machine.popen(
        "timeout", "14", "bash", "-c", f"cd ~/media; while :; do {swap}; done 2>/dev/null", user="demo"
    )
    end = time.monotonic() + 10

    def asks() -> None:
        while time.monotonic() < end:
            status, _headers, body = fetch(machine, path)
            seen[status] = seen.get(status, 0) + 1
            if SECRET.encode() in body:
                leaks.append(body)

    askers = [threading.Thread(target=asks) for _ in range(4)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    swapping.wait()
    assert leaks == []
    assert seen.get(200) and len(seen) > 1, f"both were met: {seen}"


def test_what_is_no_picture_is_a_download(machine: Machine) -> None:
    for name in PAGES:
        machine.sh('printf %s "<script>1</script>" >"$HOME/media/$NAME"', user="demo", env={"NAME": name})
        status, headers, _body = fetch(machine, f"/media/{name}")
        assert (status, headers["content-type"]) == (200, "application/octet-stream"), name
        assert headers["content-disposition"] == "attachment"
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
    for name, kind in {"b.PNG": "image/png", "b.pdf": "application/pdf", "b.jpeg": "image/jpeg"}.items():
        machine.sh(f"echo x >~/media/{name}", user="demo")
        status, headers, _body = fetch(machine, f"/media/{name}")
        assert (status, headers["content-type"], headers["x-content-type-options"]) == (200, kind, "nosniff")
        assert "content-disposition" not in headers


def test_what_is_hidden_is_not_there(machine: Machine) -> None:
    machine.sh("cd ~/media; echo x >.hidden; mkdir .git; echo x >.git/config; echo x >.x.pdf", user="demo")
    for path in (".hidden", ".git/config", ".x.pdf", "%2ehidden", "a/../.hidden", "/.hidden", "./.hidden"):
        assert fetch(machine, f"/media/{path}")[0] == 404, path
