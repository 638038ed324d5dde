"""Makes the stand-in's git repository: the sample application that comes with Jalon, with BiomAid's own requirements
(those below `source`) in place of its."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

APPLICATION = Path(__file__).parents[2] / "templates/maquette/application"
SOURCE = Path(__file__).parent / "source"
BRANCH = "stable"
TAG = "v0.15"
_RUBBISH = shutil.ignore_patterns("__pycache__", "*.pyc", "queries.log", "instance_settings.py")


def make_repository(target: Path) -> str:
    """Makes `target` a git repository to clone and install from; returns the commit of `stable`.

    `stable` carries the tag `v0.15`; `main`, the branch a plain clone checks out, is one commit further and
    says so in its version. The same source gives the same commits.
    """
    shutil.copytree(APPLICATION, target, ignore=_RUBBISH)
    shutil.copytree(SOURCE, target, dirs_exist_ok=True)
    _git(target, "init", "--quiet", f"--initial-branch={BRANCH}")
    _commit(target, "Version 0.15")
    _git(target, "tag", "-a", TAG, "-m", "Version 0.15")
    _git(target, "checkout", "--quiet", "-b", "main")
    version = target / "settings/version.py"
    version.write_text(version.read_text().replace('"0.15"', '"0.16.dev0"').replace('"stable"', '"main"'))
    _commit(target, "Development goes on")
    return _git(target, "rev-parse", BRANCH)


def advance(repository: Path, message: str = "A fix") -> str:
    """Adds a commit to `stable`, as upstream does between two installations; returns it."""
    _git(repository, "checkout", "--quiet", BRANCH)
    with (repository / "README.md").open("a", encoding="utf-8") as readme:
        readme.write(f"\n{message}\n")
    _commit(repository, message)
    commit = _git(repository, "rev-parse", BRANCH)
    _git(repository, "checkout", "--quiet", "main")
    return commit


def _commit(repository: Path, message: str) -> None:
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--no-gpg-sign", "-m", message)


def _git(repository: Path, *words: str) -> str:
    person = {"NAME": "Jalon tests", "EMAIL": "tests@example.org", "DATE": "2024-06-21T12:00:00+0000"}
    # Neither the tester's own configuration (signing, hooks, line ends) nor an enclosing repository may show.
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    env |= {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    done = subprocess.run(
        ["git", *words],
        cwd=repository,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()
