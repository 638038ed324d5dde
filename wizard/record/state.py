"""Where the state of an instance lies, and who may read which part of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wizard.base.errors import BadData, Refused
from wizard.base.language import _
from wizard.base.values import Value


class State(Value):
    """The state folder of one instance: `answers.toml`, `adopted` and the trials (0644) for all, the rest for its owner
    alone. `inside` is the folder of an instance that keeps its own state."""

    folder: Path
    inside: Path | None = None

    @property
    def answers(self) -> Path:
        """The answers without secrets."""
        return self.folder / "answers.toml"

    @property
    def adopted(self) -> Path:
        """Stands there where somebody else installed the instance, and Jalon took it over; for all to see."""
        return self.folder / "adopted"

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
    def written(self) -> Path:
        """The generated files as they were written last, secrets masked, 0700."""
        return self.folder / "written"

    @property
    def trials(self) -> Path:
        """The last finding of each trial, with its date."""
        return self.folder / "trials.json"

    @property
    def skips(self) -> Path:
        """The reasons that people gave for what they skipped."""
        return self.folder / "skipped.json"

    @property
    def lock(self) -> Path:
        """Held while a run changes this instance."""
        return self.folder / "lock"

    def make(self) -> None:
        """Makes the folder, readable by all, and `replaced/` and `written/`, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        for private in (self.replaced, self.written):
            private.mkdir(exist_ok=True)
            private.chmod(0o700)

    def remove(self) -> None:
        """Removes the folder, and the one it is inside of where nothing else is left there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.inside is not None:
            with suppress(OSError):
                self.inside.rmdir()


def root_of(state_dir: str | None) -> Path:
    """Where states lie: as asked, `/var/lib/jalon` for root, below `XDG_STATE_HOME` otherwise."""
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
    with with_file_name(path), os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


@contextmanager
def with_file_name(path: Path) -> Iterator[None]:
    """A full disk is told of the descriptor alone; a person wants to know which file."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or str(path)) from error


def damaged(path: Path, problem: str, remedy: str) -> BadData:
    """What is said of a file of the state that cannot be understood."""
    text = _("{path} is damaged: {problem}").format(path=path, problem=problem)
    return BadData(text, remedy)
