"""The probes of OMERO.web's configuration, of what it leaves on the disk, and of its environment."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.unit.probes.fake import fake
from wizard.base.secret import Secret
from wizard.findings.finding import Finding
from wizard.guides.omero_web.parts.ice import IceFits
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.probes import ListHolds, OmeroHomeUnset, PidFileSound, PropertiesHold
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.processes import Process, ProcessAt
from wizard.host.reading import NotKnown, Unknown
from wizard.host.units import Unit, UnitState
from wizard.probes.pip import ModulesThere
from wizard.steps.pip import Module

OMERO = Omero("/opt/web", "/opt/venv", "omero-web")
VENV = EnvironmentAt("/opt/venv")


def cause(finding: Finding) -> str | None:
    """The id of a finding's cause."""
    return finding.cause.id if finding.cause else None


class TestProperties:
    PROBE = PropertiesHold(
        "configuration.properties",
        "",
        OMERO,
        {"k.plain": "x", "k.list": '["a", 1]', "k.default": None, "k.secret": Secret("p", "s3cret")},
    )
    GOOD: ClassVar[dict[str, str]] = {
        "k.plain": "x",
        "k.list": '["a",1]',
        "k.default": "anything",
        "k.secret": "s3cret",
    }

    @pytest.mark.parametrize(
        ("found", "id", "says", "step"),
        [
            (GOOD, None, "3 properties as answered", ""),
            (None, "not-configured", "/opt/web/etc/grid/config.xml is not there", ""),
            ({**GOOD, "k.plain": "y"}, "property-differs", "k.plain is y; it should be x", "property:k.plain"),
            ({**GOOD, "k.list": "[]"}, "property-differs", 'k.list is []; it should be ["a", 1]', "property:k.list"),
            ({}, "property-differs", "k.plain is not set; it should be x; k.list is not set", "property:k.plain"),
            ({**GOOD, "k.secret": "0ld"}, "property-differs", "k.secret is another", "property:k.secret"),
        ],
    )
    def test_each_that_differs_is_told(
        self, found: dict[str, str] | None, id: str | None, says: str, step: str
    ) -> None:
        finding = self.PROBE.observe(fake({OMERO.properties: found}))
        assert (finding.outcome, cause(finding)) == ("failed" if id else "passed", id)
        assert says in finding.evidence
        assert (finding.remedy.step if finding.remedy else "") == step

    @pytest.mark.parametrize("found", [{}, {**GOOD, "k.secret": "0ld"}])
    def test_no_secret_is_shown(self, found: dict[str, str]) -> None:
        finding = self.PROBE.observe(fake({OMERO.properties: found}))
        assert "s3cret" not in repr(finding) and "0ld" not in repr(finding)


class TestLists:
    PROBE = ListHolds("configuration.middleware", "", OMERO, "k", ('{"index": 0, "class": "a"}', '"b"'))

    @pytest.mark.parametrize(
        ("value", "id", "says"),
        [
            ('["b", {"class": "a", "index": 0}, "c"]', None, "k holds 3, none twice"),
            (None, "listed-not", "missing in k: a, b"),
            ('["b"]', "listed-not", "missing in k: a"),
            ('["b", {"index": 0, "class": "a"}, "b"]', "listed-twice", "twice in k: b"),
            ('["b", {"index": 0, "class": "a"}, {"index": 9, "class": "a"}]', "listed-twice", "twice in k: a"),
            ('["c", "c"]', "listed-twice", "twice in k: c"),
        ],
    )
    def test_each_is_there_once(self, value: str | None, id: str | None, says: str) -> None:
        finding = self.PROBE.observe(fake({OMERO.properties: None if value is None else {"k": value}}))
        assert (finding.outcome, cause(finding)) == ("failed" if id else "passed", id)
        assert finding.evidence == says
        assert (finding.remedy.step if finding.remedy else "property-list:k") == "property-list:k"


class TestOmeroHome:
    PROBE = OmeroHomeUnset("configuration.home", "", "omero-web", "/home/omero-web")

    @pytest.mark.parametrize(
        ("answers", "says"),
        [
            ({}, None),
            ({"/etc/environment": b"OMERODIR=/opt/web\n# OMERO_HOME=/x\n"}, None),
            ({"/etc/environment": b"A=b\nOMERO_HOME=/x\n"}, "/etc/environment, line 2, sets OMERO_HOME"),
            ({"/home/omero-web/.bashrc": b"  export OMERO_HOME=/x"}, "/home/omero-web/.bashrc, line 1, sets"),
            ({"/etc/profile.d/omero.sh": b"export OMERO_HOME=\n"}, "/etc/profile.d/omero.sh, line 1, sets"),
            ({"/etc/profile": Unknown("closed", "root")}, None),
        ],
    )
    def test_a_file_that_sets_it_is_named(self, answers: dict[str, Any], says: str | None) -> None:
        host = fake({Listing("/etc/profile.d"): ("omero.sh",), **{Content(k): v for k, v in answers.items()}})
        finding = self.PROBE.observe(host)
        assert (finding.outcome, cause(finding)) == (("warning", "omero-home-set") if says else ("passed", None))
        assert says is None or says in finding.evidence

    def test_its_remedy_takes_the_line_out(self, tmp_path: Path) -> None:
        file = tmp_path / "omero.sh"
        file.write_text("A=b\n\texport  OMERO_HOME=/x\nOMERO_HOME=y\nMY_OMERO_HOME=z\n")
        finding = self.PROBE.observe(fake({Content("/etc/profile"): file.read_bytes()}))
        assert finding.remedy and len(finding.remedy.commands) == 1
        words = [str(file) if one == "/etc/profile" else one for one in shlex.split(finding.remedy.commands[0])]
        subprocess.run(words, check=True)
        assert file.read_text() == "A=b\n# \texport  OMERO_HOME=/x\n# OMERO_HOME=y\nMY_OMERO_HOME=z\n"


class TestPidFile:
    PATH, UNIT = "/opt/web/var/django.pid", "omero-web.service"
    PROBE = PidFileSound("start.pid", "", OMERO, UNIT)
    GUNICORN = Process(7, "omero-web", (), ("/opt/venv/bin/python", "/opt/venv/bin/gunicorn"))
    KILL = "runuser -u omero-web -- kill 7"
    REMOVE = "runuser -u omero-web -- rm -f /opt/web/var/django.pid"

    @pytest.mark.parametrize(
        ("text", "process", "service", "id", "says", "commands"),
        [
            (None, None, (), None, "nothing is in its way", ()),
            (b"7\n", GUNICORN, (GUNICORN,), None, "names process 7 of omero-web.service", ()),
            (b"7", None, (), "pid-file-stale", "names process 7, which is not there", (REMOVE,)),
            (b"", None, (), "pid-file-stale", "names process -, which", (REMOVE,)),
            (b"x7", None, (), "pid-file-stale", "names process x7, which", (REMOVE,)),
            (b"7", Process(7, "root", (), ("cron",)), (), "pid-file-stale", "7, which is cron of root", (REMOVE,)),
            (
                b"7",
                GUNICORN,
                (),
                "started-by-hand",
                "7, which is gunicorn of omero-web",
                (KILL,),
            ),
            (b"7", Process(7, "eve", (), GUNICORN.command), (), "pid-file-stale", "gunicorn of eve", (REMOVE,)),
        ],
    )
    def test_whose_process_it_names(
        self, text: bytes | None, process: Process | None, service: tuple[Process, ...], id: str | None,
        says: str, commands: tuple[str, ...],
    ) -> None:  # fmt: skip
        there = None if text is None else Entry()
        answers: dict[Any, Any] = {EntryAt(self.PATH): there, Content(self.PATH): text, ProcessAt(7): process}
        answers[Unit(self.UNIT)] = UnitState(processes=service)
        finding = self.PROBE.observe(fake(answers))
        assert (finding.outcome, cause(finding)) == ("failed" if id else "passed", id)
        assert says in finding.evidence
        assert (tuple(finding.remedy.commands) if finding.remedy else ()) == commands
        assert bool(finding.remedy and finding.remedy.safe) is (id == "pid-file-stale")


def environment(python: str = "3.10.4", **modules: str) -> Environment:
    """One that holds these."""
    return Environment(python, "/usr/bin", {name.replace("_", "-"): version for name, version in modules.items()})


class TestModules:
    WEB = Module("omero-web[redis]>=5.6.3", ("django-redis",))
    PROBE = ModulesThere("environment.modules", "", "/opt/venv", (WEB, Module("omero-figure")), "the step", "3.10")

    @pytest.mark.parametrize(
        ("found", "outcome", "id", "says"),
        [
            (environment(omero_web="5.33.2", django_redis="5", omero_figure="7.2"), "passed", None,
             "Python 3.10.4: omero-web 5.33.2, omero-figure 7.2"),
            (environment("3.9.2", omero_web="5.29", django_redis="5", omero_figure="7.2"), "warning", "python-old",
             "Python 3.9.2: omero-web 5.29"),
            (None, "failed", "environment-missing", "no environment in /opt/venv"),
            (environment(), "failed", "module-missing",
             "omero-web is missing; django-redis is missing; omero-figure is missing"),
            (environment(omero_web="5.33.2", omero_figure="7"), "failed", "module-missing",
             "django-redis is missing"),
            (environment(omero_web="5.6.1", django_redis="5", omero_figure="7"), "failed", "module-other-version",
             "omero-web is 5.6.1; it should be >=5.6.3"),
        ],
    )  # fmt: skip
    def test_what_is_there(self, found: Environment | None, outcome: str, id: str | None, says: str) -> None:
        finding = self.PROBE.observe(fake({VENV: found}))
        assert (finding.outcome, cause(finding)) == (outcome, id)
        assert says in finding.evidence
        assert (finding.remedy.step if finding.remedy else "") == ("the step" if outcome == "failed" else "")


class TestIce:
    PROBE = IceFits("environment.ice", "", "/opt/venv", Module("zeroc-ice>=3.6.5,<3.7"), "the step")

    @pytest.mark.parametrize(
        ("found", "id", "says"),
        [
            (environment(zeroc_ice="3.6.5"), None, "Ice 3.6.5"),
            (environment(), "ice-missing", "no Ice in /opt/venv"),
            (None, "ice-missing", "no Ice in /opt/venv"),
            (environment(zeroc_ice="3.7.10"), "ice-version-mismatch", "Ice 3.7.10; it should be >=3.6.5,<3.7"),
        ],
    )
    def test_its_version(self, found: Environment | None, id: str | None, says: str) -> None:
        finding = self.PROBE.observe(fake({VENV: found}))
        assert (finding.outcome, cause(finding)) == ("failed" if id else "passed", id)
        assert finding.evidence == says
        assert (finding.remedy.step if finding.remedy else "") == ("the step" if id else "")


@pytest.mark.parametrize(
    "probe", [TestProperties.PROBE, TestLists.PROBE, TestPidFile.PROBE, TestModules.PROBE, TestIce.PROBE]
)
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    with pytest.raises(NotKnown, match="may not look"):
        probe.observe(fake(dict.fromkeys(probe.reads(), Unknown("this user may not look there", needs="root"))))
