"""OMERO.web as it is installed: where it lies, how its command is run and typed."""

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
        """What its command must find in the environment."""
        return {"OMERODIR": self.folder, "PATH": f"{self.venv}/bin:/usr/local/bin:/usr/bin:/bin"}

    @property
    def properties(self) -> OmeroProperties:
        """Its configuration."""
        return OmeroProperties(self.folder)

    @property
    def pid_file(self) -> str:
        """Where it writes the number of its process."""
        return f"{self.folder}/var/django.pid"

    def words(self, *words: str) -> tuple[str, ...]:
        """Its command with these words."""
        return (f"{self.venv}/bin/omero", *words)

    def run(self, hands: Hands, *words: str, stdin: str | None = None) -> str:
        """Runs it."""
        return hands.run(self.words(*words), user=self.user, env=self.env, cwd=self.folder, stdin=stdin)

    def typed(self, *words: str) -> Typed:
        """As typed: its own shell may never have heard of the folder."""
        line = " ".join(map(shell_word, self.words(*words)))
        return Typed(f"OMERODIR={shell_word(self.folder)} {line}", self.user)
