"""Paths of an instance's state, and the permissions on them."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from wizard.base.errors import BadData, Refused
from wizard.base.language import _
from wizard.base.values import Value
from wizard.record.own import make_folder, need_own


class State(Value):
    """The state folder of one instance: `answers.toml`, `adopted` and the trials are readable by all (0644), the rest
    by the owner alone. `inside` is the folder of an instance that keeps its own state."""

    folder: Path
    inside: Path | None = None

    @property
    def answers(self) -> Path:
        """The answers without secrets."""
        return self.folder / "answers.toml"

    @property
    def adopted(self) -> Path:
        """Exists if the instance was adopted; readable by all."""
        return self.folder / "adopted"

    @property
    def secrets(self) -> Path:
        """The secret answers, 0600."""
        return self.folder / "secrets.toml"

    @property
    def journal(self) -> Path:
        """The journal, one JSON object per line."""
        return self.folder / "journal.jsonl"

    @property
    def replaced(self) -> Path:
        """The folder of files that were replaced, 0700."""
        return self.folder / "replaced"

    @property
    def written(self) -> Path:
        """The folder of generated files as last written, redacted, 0700."""
        return self.folder / "written"

    @property
    def trials(self) -> Path:
        """The last finding of each trial with its date, as JSON."""
        return self.folder / "trials.json"

    @property
    def skips(self) -> Path:
        """The skipped checkpoints and probes with their reasons, as JSON."""
        return self.folder / "skipped.json"

    @property
    def lock(self) -> Path:
        """The lock file, held while a run changes this instance."""
        return self.folder / "lock"

    def make(self) -> None:
        """Create the folder (0755) with `replaced/` and `written/` (0700). Raises `NotOurs` where others may write."""
        make_folder(self.folder, 0o755)
        for private in (self.replaced, self.written):
            make_folder(private, 0o700)

    def remove(self) -> None:
        """Remove the folder, and `inside` if it is empty then."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.inside is not None:
            with suppress(OSError):
                self.inside.rmdir()


def root_of(state_dir: str | None) -> Path:
    """Return the folder of all states: `state_dir`, or `/var/lib/jalon` for root, or below `XDG_STATE_HOME`."""
    if state_dir:
        return Path(state_dir).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/jalon")
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    # The specification has a relative path ignored.
    return (base if base.is_absolute() else _home() / ".local" / "state") / "jalon"


def _home() -> Path:
    import pwd

    try:
        home = os.environ.get("HOME") or pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        home = ""
    if not home:
        raise Refused(_("this user has no home folder to keep states in"), _("say where: --state-dir DIR"))
    return Path(home).absolute()


def roots_to_read(state_dir: str | None) -> list[Path]:
    """Return the folders to read states from: the user's own, then root's, whose answers are readable by all."""
    own = root_of(state_dir)
    return [own] if state_dir or own == Path("/var/lib/jalon") else [own, Path("/var/lib/jalon")]


def instances(state_dir: str | None, guide: str) -> dict[str, State]:
    """Return the states of a guide's instances by name. Raises `NotOurs` for a folder that others may write."""
    found: dict[str, State] = {}
    for root in reversed(roots_to_read(state_dir)):
        if (root / guide).is_dir():
            need_own(root / guide)
            for folder in sorted((root / guide).iterdir()):
                need_own(folder)
                if (folder / "answers.toml").exists():
                    found[folder.name] = State(folder)
    return found


def damaged(path: Path, problem: str, remedy: str) -> BadData:
    """Return the error for a state file that cannot be parsed."""
    text = _("{path} is damaged: {problem}").format(path=path, problem=problem)
    return BadData(text, remedy)
