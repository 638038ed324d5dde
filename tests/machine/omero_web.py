"""Machines for OMERO.web: with the stand-in's wheels, or with the real packages where their material is at hand."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.machine.biomaid import BINDS, JALON, key_of, ready_layer, summary
from tests.machine.machine import Machine, layer
from tests.machine.places import cache
from tests.standin.omero.wheels import ICE, OTHER_ICE, VERSION, make_wheels
from wizard.base.values import Value

GUIDE = "omero-web"
ANSWERS = "/root/o.toml"
WHEELS = "/srv/wheels"
REFUSED_ICE = f"{WHEELS}/other/{OTHER_ICE}"
FOLDER, VENV, USER = "/opt/omero/web/omero-web", "/opt/omero/web/venv3", "omero-web"
LOGIN, LOGO = "/webclient/login/", "/static/webclient/image/logo_login_web.png"
PACKAGES = ("unzip", "python3-venv", "cron", "nginx", "redis-server", "curl")
PYTHON310 = "JALON_TEST_PYTHON310"
"""Names the folder of a Python 3.10 with its shared library, for the real packages."""

STANDIN_ANSWERS = f"""
version = "=={VERSION}"
ice_wheel = "{WHEELS}/{ICE}"
workers = 4
"""


class Material(Value):
    """What OMERO.web is installed from: the folders of the host that it takes, the answers, and the layer to begin
    on."""

    binds: Sequence[str]
    answers: str
    layer: Callable[[], str]

    def machine(self) -> Machine:
        """A bare machine with the answers in it."""
        machine = Machine.up(layer=self.layer(), binds=self.binds)
        machine.write(ANSWERS, self.answers, mode=0o600)
        if self is not STANDIN:
            machine.sh("echo /opt/python3.10/lib >/etc/ld.so.conf.d/python3.10.conf; ldconfig")
        return machine


def why_not_real() -> str:
    """What is missing for the real packages; empty where nothing is."""
    folder = os.environ.get(PYTHON310, "")
    if not folder or not Path(folder, "bin/python3.10").exists():
        return f"{PYTHON310} names no folder of a Python 3.10"
    return "" if _ice() else f"no wheel of Ice for CPython 3.10 in {cache() / 'ice'}"


def _ice() -> str:
    return next((path.name for path in sorted((cache() / "ice").glob("zeroc_ice-3.6.*-cp310-*.whl"))), "")


def real() -> Material:
    """The real packages, from the index; `why_not_real` must be empty."""
    binds = (*BINDS, f"{os.environ[PYTHON310]}:/opt/python3.10", f"{cache() / 'ice'}:/opt/ice")
    answers = f'python = "/opt/python3.10/bin/python3.10"\nice_wheel = "/opt/ice/{_ice()}"\nworkers = 4\n'
    return Material(binds, answers, ready_layer)


def _ready(machine: Machine) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_wheels(Path(folder, "wheels"))
        machine.push(Path(folder, "wheels"), WHEELS)
    # Beside the machine's own configuration, which may be that of the host.
    machine.write("/root/.config/pip/pip.conf", f"[global]\nfind-links = {WHEELS}\n")
    machine.write(ANSWERS, STANDIN_ANSWERS, mode=0o600)


def omero_layer() -> str:
    """A bare machine but for the launcher's environment, the wheels and an answers file."""
    key = key_of(
        "jalon", "requirements.txt", "templates/maquette/application", "tests/standin", "tests/machine/omero_web.py"
    )
    return layer(f"omero-{key}", _ready, parent=ready_layer(), binds=BINDS)


STANDIN = Material(BINDS, STANDIN_ANSWERS, omero_layer)


def _package(machine: Machine) -> None:
    words = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES)
    machine.run("apt-get", "update", "-q")
    machine.run(*words, env={"DEBIAN_FRONTEND": "noninteractive"})


def packaged_layer() -> str:
    """The same with the packages that the guide installs, and no instance."""
    parent = omero_layer()
    return layer(f"omero-packaged-{parent.rpartition('-')[2]}", _package, parent=parent, binds=BINDS)


def _finish(machine: Machine) -> None:
    more = ("prefix=/omero", "session_engine=redis", "cors_origins=https://www.example.org")
    apply(machine, "--answers", ANSWERS, *(word for one in more for word in ("--set", one)))


def finished_layer() -> str:
    """A machine on which `apply` has installed the stand-in below a prefix, with its sessions in Redis, and open to
    another origin."""
    key = key_of("wizard", "templates", "jalon", "requirements.txt", "tests/standin", "tests/machine/omero_web.py")
    return layer(f"omero-finished-{key}", _finish, parent=packaged_layer(), binds=BINDS)


def jalon(machine: Machine, command: str, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Runs a command of Jalon about OMERO.web as root."""
    return machine.run(JALON, command, GUIDE, *words, check=False, **more)


def apply(machine: Machine, *words: str) -> list[dict[str, Any]]:
    """Applies; returns the events. Fails with the run's own words."""
    done = jalon(machine, "apply", "--yes", "--format", "json", *words, timeout=1200)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, summary(events) + done.stderr[-2000:]
    return events


def verify(machine: Machine, *words: str) -> tuple[int, dict[str, Any]]:
    """Verifies; the exit status and the object."""
    done = jalon(machine, "verify", "--format", "json", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)
