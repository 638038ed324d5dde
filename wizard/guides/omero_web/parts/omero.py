"""An installation of OMERO.web: its folders, and how its command is run and typed."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.api import Hands, Typed, Value, shell_word
from wizard.guides.omero_web.parts.properties import OmeroProperties


class Omero(Value):
    """One OMERO.web: its folder (`OMERODIR`), its environment, and the user that it runs as."""

    folder: str
    venv: str
    user: str

    @property
    def env(self) -> Mapping[str, str]:
        """The environment variables that its command needs."""
        return {"OMERODIR": self.folder, "PATH": f"{self.venv}/bin:/usr/local/bin:/usr/bin:/bin"}

    @property
    def env_words(self) -> tuple[str, ...]:
        """The words that set those variables for a command."""
        return ("env", *(f"{name}={value}" for name, value in self.env.items()))

    @property
    def properties(self) -> OmeroProperties:
        """The reading of its configuration."""
        return OmeroProperties(self.folder)

    @property
    def pid_file(self) -> str:
        """The path of its pid file."""
        return f"{self.folder}/var/django.pid"

    def words(self, *words: str) -> tuple[str, ...]:
        """Return its command with these arguments."""
        return (f"{self.venv}/bin/omero", *words)

    def run(self, hands: Hands, *words: str, stdin: str | None = None) -> str:
        """Run its command."""
        return hands.run(self.words(*words), user=self.user, env=self.env, cwd=self.folder, stdin=stdin)

    def typed(self, *words: str) -> Typed:
        """Return the command as a person types it, with `OMERODIR`, which the user's own shell may not have."""
        line = " ".join(map(shell_word, self.words(*words)))
        return Typed(f"OMERODIR={shell_word(self.folder)} {line}", self.user)
