"""What the made-up guide writes with a secret in it, and its own steps."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.api import (
    MASK,
    Blocked,
    Change,
    Entry,
    EntryAt,
    FileRemoved,
    Host,
    NotKnown,
    Ran,
    Secret,
    Sets,
    Step,
    Unknown,
    Value,
    toml_string,
)


class Hidden(Value):
    """A body with a secret in it."""

    secret: Secret
    level: int

    def render(self) -> bytes:
        return self._with(toml_string(self.secret.reveal())).encode()

    def redacted(self) -> str:
        return self._with(toml_string(MASK))

    def with_placeholders(self) -> str:
        return self._with(f"@@{self.secret.variable}:toml_string@@")

    @property
    def confidential(self) -> bool:
        return True

    def _with(self, password: str) -> str:
        return f"level = {self.level}\npassword = {password}\n"


class Greeted(Step):
    """A program was run, and what it leaves is there."""

    path: str
    user: str
    words: tuple[str, ...]
    title: str = "a greeting"
    key: str = "greeting"
    shared: bool = False

    def changes(self, host: Host) -> Iterator[Change]:
        if host.get(EntryAt(self.path)) is None:
            effects = (Sets(EntryAt(self.path), Entry("file", self.user, self.user, 0o644)),)
            yield Ran(self.words, "greet", effects, (FileRemoved(self.path),), user=self.user)


class Stuck(Step):
    """A step that cannot be taken, or cannot even be judged."""

    mood: str
    title: str = "what stands in the way"
    key: str = "obstacle"
    shared: bool = False

    def changes(self, host: Host) -> Iterator[Change]:
        if self.mood == "blocked":
            raise Blocked("a wall stands here", "go round it")
        if self.mood == "unknown":
            raise NotKnown(Unknown("the wall hides it", "root"))
        yield from ()
