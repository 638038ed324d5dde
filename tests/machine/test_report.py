"""The report of a real instance, written in every format and opened again; and one for a helper."""

from __future__ import annotations

import json
import shlex
import stat
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tests.machine.biomaid import ACCOUNT_PASSWORD, BINDS, INSTANCE, finished_layer, jalon
from tests.machine.machine import Machine

NAMES = ("walk.html", "walk.md", "walk.json", "walk.xml")


@pytest.fixture(scope="module")
def finished(machines: None) -> Iterator[Machine]:
    with Machine.up(layer=finished_layer(), binds=BINDS) as machine:
        yield machine


def written(machine: Machine, name: str, *words: str) -> str:
    """The report in a file of that name."""
    done = jalon(machine, "report", "biomaid", "--output", f"/root/{name}", *words)
    assert (done.returncode, done.stdout) == (0, f"/root/{name}\n"), done.stderr
    path = machine.root / "root" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    return path.read_text()


def secrets(machine: Machine) -> list[str]:
    """Every secret of the instance; one that is not used there is empty."""
    kept = machine.run("cat", f"/var/lib/jalon/biomaid/{INSTANCE}/secrets.toml").stdout
    found = [one for line in kept.splitlines() if (one := line.split('"')[1])]
    assert ACCOUNT_PASSWORD in found and len(found) >= 3
    return found


def test_a_report_in_every_format_tells_the_whole_walk(finished: Machine) -> None:
    jalon(finished, "report", "biomaid", "--skip", "backup.elsewhere=un seul disque", check=True)
    html, markdown, data, junit = (written(finished, name) for name in NAMES)

    report = json.loads(data)
    assert report["outcome"] in ("passed", "warning")
    assert (report["counts"]["failed"], report["counts"]["crashed"]) == (0, 0)
    assert report["counts"]["passed"] > 40
    arrival = report["arrival"]
    assert arrival["address"] == "http://serveur"
    assert arrival["account"] == {
        "name": "admin",
        "secret": "first_account_password",
        "file": f"/var/lib/jalon/biomaid/{INSTANCE}/secrets.toml",
    }
    probes = {probe["id"]: probe for point in report["checkpoints"] for probe in point["probes"]}
    assert {probes[name]["outcome"] for name in arrival["running"]} == {"passed"}
    assert [one["reason"] for one in report["skips"]] == ["un seul disque"]
    assert len(report["changes"]) > 30 and {one["state"] for one in report["changes"]} == {"done"}
    assert all(finished.run("test", "-f", one["kept"]).returncode == 0 for one in report["replaced"])

    HTMLParser().feed(html)
    said = ("http://serveur", "un seul disque", "1.2.3", f"/var/backups/{INSTANCE}", "Logo BiomAid")
    for text in (html, markdown):
        assert [one for one in said if one not in text] == []
    assert ElementTree.fromstring(junit.encode()).attrib["failures"] == "0"
    assert [
        name
        for name, text in zip(NAMES, (html, markdown, data, junit), strict=True)
        for one in secrets(finished)
        if one in text
    ] == []

    # The commands that it gives are those that work.
    verify, undo = (shlex.split(report["commands"][name])[1:] for name in ("verify", "undo"))
    assert jalon(finished, *verify).returncode == 0
    assert undo == ["undo", "biomaid", "--instance", INSTANCE]


def test_a_helper_learns_what_is_wrong_and_not_where(finished: Machine) -> None:
    """Red findings, the log of nginx among their evidence, with a person's home and a mail in what they say."""
    finished.sh("useradd -m -c 'Jeanne Martin' jmartin && hostnamectl set-hostname srv-biomed-07")
    address = finished.run("hostname", "-I").stdout.split()[0]
    finished.run("chmod", "700", f"/home/{INSTANCE}")
    why = "backup.elsewhere=voir Jeanne Martin, jmartin@chu-exemple.fr, /home/jmartin sur srv-biomed-07"
    jalon(finished, "report", "biomaid", "--skip", why, check=True)
    try:
        every = [written(finished, name, "--for-help") for name in NAMES]
    finally:
        finished.run("chmod", "750", f"/home/{INSTANCE}")
    personal = ("jmartin", "Jeanne", "chu-exemple", "srv-biomed-07", "serveur", "demo.example", address)
    for name, text in zip(NAMES, every, strict=True):
        assert [one for one in (*personal, *secrets(finished)) if one in text] == [], name
        assert f"chmod g+x /home/{INSTANCE}" in text or name == "walk.xml"


def test_an_ordinary_user_s_report_says_what_root_would_see(finished: Machine) -> None:
    finished.sh("id tech >/dev/null 2>&1 || useradd -m tech")
    done = finished.run("/opt/jalon checkout/jalon", "report", "biomaid", "--format", "json", user="tech", check=False)
    report = json.loads(done.stdout)
    assert (done.returncode, report["changes"], report["replaced"]) == (0, None, None)
    assert report["counts"]["unknown"] > 0 and report["counts"]["failed"] == 0
