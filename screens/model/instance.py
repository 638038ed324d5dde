"""Which instance of which guide a walk is about, and the words that name it to a child."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from wizard.answers.given import remember_secrets
from wizard.answers.questions import Answers, toml_value, validate_answers
from wizard.base.secret import Secret
from wizard.base.values import Value, replace
from wizard.guide import Arrival, Checkpoint, Circumstances, Guide
from wizard.host.facts import Facts
from wizard.host.trust import weakness


class Instance(Value):
    """One instance, there already or still to come; `file` holds the answers of one that is to come, 0600."""

    guide: Guide
    answers: Answers
    facts: Facts
    name: str
    kept: bool
    file: str = ""
    state_dir: str = ""

    @property
    def called(self) -> str:
        """What a person calls it: its guide and its name, where that names it."""
        return self.guide.title() + ("" if self.guide.state else f"  {self.name}")

    @property
    def words(self) -> tuple[str, ...]:
        """The guide, and the options that mean this instance to `jalon`."""
        found = [self.guide.id]
        if self.guide.instance_key:
            found += ["--instance", self.name]
        if self.file:
            found += ["--answers", self.file]
        if self.state_dir:
            found += ["--state-dir", self.state_dir]
        return tuple(found)

    @property
    def checkpoints(self) -> Sequence[Checkpoint]:
        """Its checkpoints, in the language that is spoken now."""
        return self.guide.checkpoints(self.answers, self.facts, Circumstances())

    @property
    def arrival(self) -> Arrival:
        """What awaits whoever walks it to its end."""
        return self.guide.arrival(self.answers, self.facts) if self.guide.arrival else Arrival()

    @property
    def password(self) -> str:
        """The first account's password; empty where this user may not know it."""
        secret = self.answers.get(self.arrival.account_secret)
        return secret.reveal() if isinstance(secret, Secret) else ""


def there(guide: Guide, state_dir: str = "") -> list[str]:
    """The names of the instances of a guide that have a state here."""
    # Imported when it is needed, here and below: the first screen is painted before.
    from wizard.instances import all_instances

    return list(all_instances(guide, state_dir))


def may_begin(guide: Guide, here: Collection[str]) -> bool:
    """Whether another instance can be begun beside those that are here: of a guide whose instances have no names there
    is but one."""
    return bool(guide.instance_key) or not here


def opened(guide: str | Guide, name: str, state_dir: str = "") -> Instance:
    """An instance that is there. Raises `Refused` where its state cannot be understood."""
    from wizard.session import Request, find_guide, open_session

    known = guide if isinstance(guide, Guide) else find_guide(guide)
    request = Request(known, instance=name if known.instance_key else None, state_dir=state_dir)
    session = open_session(request, generate=False)
    return Instance(session.guide, session.answers, session.facts, session.instance, True, "", state_dir)


def begun(
    guide: Guide,
    given: Mapping[str, Any],
    secrets: Mapping[str, str],
    facts: Facts,
    folder: Path,
    state_dir: str = "",
) -> Instance:
    """A new instance of these answers, kept in a file of its own in `folder`. Raises `BadAnswers`.

    One of that name that is there keeps the secrets it has: they are in its files and its database already.
    """
    remember_secrets(guide.questions(), given, secrets)
    answers = validate_answers(guide.questions(), given, facts, secrets)
    if (name := guide.instance(answers)) in there(guide, state_dir):
        kept = opened(guide, name, state_dir).answers.secrets
        answers = validate_answers(
            guide.questions(), given, facts, {**secrets, **{one.name: one.reveal() for one in kept}}
        )
    remember_secrets(guide.questions(), answers)
    file = _written(guide, answers, folder)
    return Instance(guide, answers, facts, guide.instance(answers), False, file, state_dir)


def changed(instance: Instance, answers: Answers, folder: Path) -> Instance:
    """An instance with other answers, kept in a file of its own in `folder` until they are applied. A secret that is
    empty stays as it is."""
    remember_secrets(instance.guide.questions(), answers)
    return replace(instance, answers=answers, file=_written(instance.guide, answers, folder))


def _written(guide: Guide, answers: Answers, folder: Path) -> str:
    """A file with these answers for children, which keep the secrets that are not in it."""
    file = folder / f"{guide.id}.toml"
    given = {key: one.reveal() if isinstance(one, Secret) else one for key, one in answers.items()}
    unknown = {key for key, one in answers.items() if isinstance(one, Secret) and not one.reveal()}
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("".join(f"{key} = {toml_value(value)}\n" for key, value in given.items() if key not in unknown))
    return str(file)


def private_folder() -> Path:
    """A folder that only we may enter, for what children are told; `forget` removes it."""
    # By a name that is easily typed, where nobody else has taken it.
    easy = Path(_base() or tempfile.gettempdir(), f"jalon-{os.getpid()}-w")
    with suppress(OSError):
        easy.mkdir(0o700)
        return easy
    return Path(tempfile.mkdtemp(prefix=f"jalon-{os.getpid()}-", dir=_base()))


def forget_left_behind() -> None:
    """Removes the private folders of wizards that were killed."""
    for left in Path(_base() or tempfile.gettempdir()).glob("jalon-[0-9]*-*"):
        with suppress(OSError, ValueError):
            if left.lstat().st_uid == os.geteuid() and not _runs(int(left.name.split("-")[1])):
                forget(left)


def _base() -> str | None:
    # sudo may hand on the folder of whoever became root: what lies there is theirs to change.
    places = (os.environ.get("XDG_RUNTIME_DIR"), "/run" if os.geteuid() == 0 else None)
    return next((one for one in places if one and weakness(Path(one)) is None and os.access(one, os.W_OK)), None)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def forget(folder: Path) -> None:
    """Removes the private folder and the secrets in it."""
    shutil.rmtree(folder, ignore_errors=True)
