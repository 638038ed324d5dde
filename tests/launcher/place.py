"""The launcher, as it is: real starts in homes of their own, real environments, without a network.

The package that gets installed is a wheel made here, so pip works as it does for a person but asks no index.
What the launcher reads at fixed places (`/etc/os-release`, `/var/lib/jalon`, apt's lists) is replaced by
folders of the test in the copy that runs; nothing else is. When root runs these tests, the starts of an
ordinary user are those of `nobody`, and root's own are tried too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from wizard.base.values import Value, replace

PROJECT = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0
NOBODY = 65534
TOOLS = ("cat", "date", "env", "ls", "mkdir", "mv", "readlink", "rm", "sed", "sh", "tail")
ENGLISH = "Preparing Jalon's own Python environment"
FITS = "import sys, ensurepip, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 15))"

PROGRAM = """
import json, os, sys, time
def main() -> int:
    import waystone
    print(json.dumps({
        "arguments": sys.argv[1:], "name": os.path.basename(sys.argv[0]), "path": sys.path[0],
        "prefix": sys.prefix, "pid": os.getpid(), "isolated": sys.flags.isolated, "umask": os.umask(0),
        "environment": sorted(os.environ), "input": sys.stdin.read() if "read" in sys.argv else "",
    }), flush=True)
    if "sleep" in sys.argv:
        time.sleep(60)
    return int(sys.argv[2]) if sys.argv[1:2] == ["exit"] else 0
"""

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'


def system_python() -> str:
    """The Python that an ordinary user of this machine gets, or a skip."""
    path = "/usr/local/bin:/usr/bin:/bin" if ROOT else os.environ.get("PATH", "")
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"):
        found = shutil.which(name, path=path)
        if found and subprocess.run([found, "-I", "-c", FITS], capture_output=True, check=False).returncode == 0:
            return found
    pytest.skip("no Python from 3.10 to 3.14 with venv that every user of this machine can run")


def wheel(folder: Path, version: str = "1.0") -> str:
    """Makes the wheel of `waystone`, a package of one line; gives the line that locks it."""
    path = folder / f"waystone-{version}-py3-none-any.whl"
    about = f"waystone-{version}.dist-info"
    files = {
        "waystone.py": f"version = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: waystone\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(text)}\n"
            archive.writestr(name, text)
        archive.writestr(f"{about}/RECORD", record)
    return f"waystone=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Place(Value):
    """A copy of Jalon, and the person who starts it."""

    folder: Path
    data: Path
    variables: dict[str, str]
    user: int | None = None

    @property
    def launcher(self) -> Path:
        return self.folder / "jalon"

    @property
    def environment(self) -> Path:
        return self.data / "environment"

    @property
    def ready(self) -> Path:
        return self.environment / ".ready"

    def with_variables(self, **variables: str | None) -> Place:
        merged: dict[str, str | None] = {**self.variables, **variables}
        return replace(self, variables={name: value for name, value in merged.items() if value is not None})

    def popen(self, *arguments: str, by: Sequence[str] = (), **options: Any) -> subprocess.Popen[str]:
        options = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **options,
        }
        if self.user is not None:
            options = {"user": self.user, "group": self.user, "extra_groups": [], **options}
        command = [*(by or [str(self.launcher)]), *arguments]
        return subprocess.Popen(command, env=self.variables, text=True, **{"cwd": "/", **options})

    def start(
        self, *arguments: str, by: Sequence[str] = (), status: int = 0, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """One start, and its end, which must have that status."""
        process = self.popen(*arguments, by=by, **options)
        out, err = process.communicate(timeout=120)
        assert process.returncode == status, f"{process.returncode}, not {status}\n{out}\n{err}"
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def facts(self, *arguments: str, by: Sequence[str] = (), **options: Any) -> dict[str, Any]:
        """What the program saw in a start that had nothing to prepare."""
        run = self.start(*arguments, by=by, **options)
        assert run.stderr == ""
        facts: dict[str, Any] = json.loads(run.stdout)
        return facts

    def refused(self, *arguments: str, **options: Any) -> str:
        """What a start that cannot be says; nothing of it on standard output."""
        run = self.start(*arguments, status=69, **options)
        assert run.stdout == ""
        return run.stderr


def build(root: Path, user: int | None) -> Place:
    """A copy of Jalon in `root`, in a folder with a space, and a home that is that user's."""
    folder, home, wheels, tools = root / "the copy", root / "home", root / "wheels", root / "tools"
    for each in (folder / "wizard", folder / "screens", home, wheels, tools, root / "lists"):
        each.mkdir(parents=True)
    (root / "lists" / "mirror_Packages").touch()
    (root / "os-release").write_text(DEBIAN)
    (folder / "wizard" / "__init__.py").touch()
    (folder / "wizard" / "cli.py").write_text(PROGRAM)
    (folder / "screens" / "__init__.py").touch()
    (folder / "screens" / "start.py").write_text(
        "import sys\n\nfrom wizard.cli import main\n\n\ndef run():\n    sys.exit(main())\n"
    )
    (folder / "requirements.txt").write_text(wheel(wheels))
    text = (PROJECT / "jalon").read_text()
    for fixed, own in (
        ("/etc/os-release", "os-release"),
        ("/var/lib/jalon", "var"),
        ("/var/lib/apt/lists", "lists"),
    ):
        assert fixed in text
        text = text.replace(fixed, str(root / own))
    (folder / "jalon").write_text(text)
    (folder / "jalon").chmod(0o755)
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool}"))
    root.chmod(0o755)
    if user is not None:
        os.chown(home, user, user)
    as_root = ROOT and user is None
    variables = {
        "HOME": str(home),
        "PATH": f"{Path(system_python()).parent}:{os.defpath}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_RETRIES": "0",
    }
    return Place(folder, root / "var" if as_root else home / ".local" / "share" / "jalon", variables, user)


def fake(place: Place, name: str, script: str) -> None:
    """A program of that name in the folder of tools."""
    path = place.folder.parent / "tools" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def pythonless(place: Place) -> Place:
    """The same place on a machine that has tools and no Python."""
    return place.with_variables(PATH=str(place.folder.parent / "tools"))
