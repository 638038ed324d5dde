"""Where the state of an instance lies, and who may read which part of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class State:
    """The state folder of one instance: `answers.toml` (0644) for all, the rest for its owner alone."""

    folder: Path

    @property
    def answers(self) -> Path:
        """The answers without secrets."""
        return self.folder / "answers.toml"

    @property
    def secrets(self) -> Path:
        """The secret answers, 0600."""
        return self.folder / "secrets.toml"

    @property
    def journal(self) -> Path:
        """What was done, one object a line."""
        return self.folder / "journal.jsonl"

    @property
    def replaced(self) -> Path:
        """What was replaced, 0700."""
        return self.folder / "replaced"

    @property
    def trials(self) -> Path:
        """The last finding of each trial, with its date."""
        return self.folder / "trials.json"

    @property
    def lock(self) -> Path:
        """Held while a run changes this instance."""
        return self.folder / "lock"

    def make(self) -> None:
        """Makes the folder, readable by all, and `replaced/`, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.replaced.mkdir(exist_ok=True)
        self.replaced.chmod(0o700)


def root_of(state_dir: str | None) -> Path:
    """Where states lie: as asked, `/var/lib/jalon` for root, below `XDG_STATE_HOME` otherwise."""
    if state_dir:
        return Path(state_dir).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/jalon")
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "jalon"


def roots_to_read(state_dir: str | None) -> list[Path]:
    """Where a state may be found for reading: one's own place, then root's, whose answers anybody may read."""
    own = root_of(state_dir)
    return [own] if state_dir or own == Path("/var/lib/jalon") else [own, Path("/var/lib/jalon")]


def instances(state_dir: str | None, guide: str) -> dict[str, State]:
    """The instances of a guide that have a state, by name."""
    found: dict[str, State] = {}
    for root in reversed(roots_to_read(state_dir)):
        if (root / guide).is_dir():
            for folder in sorted((root / guide).iterdir()):
                if (folder / "answers.toml").exists():
                    found[folder.name] = State(folder)
    return found


def write_private(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Writes a file of the state in one go, with that mode from its first byte on."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
