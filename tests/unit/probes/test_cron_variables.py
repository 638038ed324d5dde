"""A job is given the variables that its program needs, by its line, its table or PAM; else it does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.findings.finding import Finding
from wizard.host.crontab import Crontab
from wizard.host.files import Content
from wizard.host.reading import Unknown
from wizard.host.users import Account, User
from wizard.probes.cron import Scheduled

OMERO = "/opt/venv/bin/omero web clearsessions"
WANTED = f"17 3 * * * OMERODIR=/opt/web {OMERO} >>/opt/web/log 2>&1"
AT = "0 4 * * *"


def judged(*lines: str, **answers: Any) -> Finding:
    """What is found of a crontab of these lines, where PAM reads `environment`."""
    host = fake(
        {
            Crontab("web"): lines,
            Account("web"): User(990, "/home/web", "/bin/bash", "", ("web",)),
            Content("/etc/environment"): answers.get("environment"),
        }
    )
    return Scheduled("a.b", "", user="web", lines=(WANTED,)).observe(host)


@pytest.mark.parametrize(
    "lines",
    [
        (WANTED,),
        (f"{AT} OMERODIR=/opt/web/ A=b {OMERO} 2>>log",),
        (f"{AT} OMERODIR='/opt/web' nice {OMERO} 2>>log",),
        (f"{AT} nice env OMERODIR=/opt/web {OMERO} 2>>log",),
        (f"{AT} env -i OMERODIR=/opt/web {OMERO} 2>>log",),
        (f"{AT} export OMERODIR=/opt/web; {OMERO} 2>>log",),
        (f"{AT} OMERODIR=/opt/web; export OMERODIR && {OMERO} 2>>log",),
        (f"{AT} bash -c 'OMERODIR=/opt/web {OMERO}' 2>>log",),
        (f"{AT} OMERODIR=/opt/web bash -c '{OMERO}' 2>>log",),
        ("OMERODIR=/opt/web", f"{AT} {OMERO} 2>>log"),
        ('OMERODIR = "/opt/web"', f"{AT} cd /tmp && {OMERO} 2>>log"),
        # Where they may be set, nothing is said.
        (f"{AT} . /opt/web/env; {OMERO} 2>>log",),
        (f"{AT} bash -lc '{OMERO}' 2>>log",),
        (f"{AT} su - web -c '{OMERO}' 2>>log",),
        (f"{AT} set -a; OMERODIR=/opt/web; {OMERO} 2>>log",),
        (f"{AT} OMERODIR=$HOME/web {OMERO} 2>>log",),
    ],
)
def test_a_job_that_is_given_what_it_needs_is_passed(lines: tuple[str, ...]) -> None:
    finding = judged(*lines)
    assert finding.outcome == "passed", finding


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((f"{AT} {OMERO} 2>>log",), "OMERODIR is not set; crontab -u web: 0 4"),
        ((f"{AT} OMERODIR=/opt/old {OMERO} 2>>log",), "OMERODIR is /opt/old; it should be /opt/web"),
        # A shell gives nothing to a program that is not exported, and nothing to what does not follow it.
        ((f"{AT} OMERODIR=/opt/web; {OMERO} 2>>log",), "OMERODIR is not set"),
        ((f"{AT} OMERODIR=/opt/web true; {OMERO} 2>>log",), "OMERODIR is not set"),
        (("OMERODIR=/opt/web", f"{AT} env -i {OMERO} 2>>log"), "OMERODIR is not set"),
        # What stands behind a line is not its.
        ((f"{AT} {OMERO} 2>>log", "OMERODIR=/opt/web"), "OMERODIR is not set"),
        (("OMERODIR=/opt/web", "OMERODIR=/opt/old", f"{AT} {OMERO} 2>>log"), "OMERODIR is /opt/old"),
    ],
)
def test_a_job_that_lacks_what_it_needs_is_named(lines: tuple[str, ...], says: str) -> None:
    finding = judged(*lines)
    assert (finding.outcome, finding.cause and finding.cause.id) == ("failed", "cron-variable-missing")
    assert says in finding.evidence
    assert finding.remedy and any("OMERODIR=/opt/web" in one for one in finding.remedy.commands)


def test_what_pam_reads_is_given_to_every_job() -> None:
    line = f"{AT} {OMERO} 2>>log"
    assert judged(line, environment=b'# all\nexport OMERODIR="/opt/web"\n').outcome == "passed"
    assert judged(line, environment=b"#OMERODIR=/opt/web\n").outcome == "failed"
    assert judged(line, environment=Unknown("closed")).outcome == "passed"
    # A table's own counts more.
    assert judged("OMERODIR=/opt/old", line, environment=b"OMERODIR=/opt/web\n").outcome == "failed"
