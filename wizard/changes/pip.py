"""Changes of Python environments that pip fills, module by module."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.files import TreeRemoved
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Effect, Hides, Sets
from wizard.host.reading import Host

STALE = ("files", "environments")
# A build that takes a quarter of an hour on a quick machine takes more than the usual half hour on a slow one.
LONGEST = 3 * 3600.0


class VenvMade(Change):
    """Create an empty virtual environment with that interpreter, replacing an existing one."""

    kind: ClassVar[str] = "VenvMade"
    path: str
    python: str = "python3"
    user: str = "root"
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("make the environment {path} with {python}").format(path=self.path, python=self.python)

    @property
    def _words(self) -> tuple[str, ...]:
        return (self.python, "-m", "venv", "--clear", self.path)

    def carry_out(self, hands: Hands) -> None:
        """Run `venv --clear`, which removes what an interrupted run left."""
        hands.run(self._words, user=self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("known once the environment is made"))
        yield Sets(EntryAt(self.path), Entry("directory", self.user, self.user, 0o755, changed=host.clock))
        yield Sets(EnvironmentAt(self.path), Environment("", "", {}, host.clock))

    def typed(self) -> Sequence[Typed]:
        return (Typed(" ".join(map(shell_word, self._words)), self.user),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the environment, when data is removed too."""
        return (TreeRemoved(self.path),)


class ModulesInstalled(Change):
    """Install requirements in an environment, at the newest versions within their ranges. `foreseen` are the names and
    versions known beforehand; `about` is the title, by default the requirements."""

    kind: ClassVar[str] = "ModulesInstalled"
    fetches: ClassVar[bool] = True
    path: str
    requirements: tuple[str, ...]
    foreseen: tuple[tuple[str, str], ...]
    about: str = ""
    user: str = "root"
    index: str = ""
    proxy: str = ""
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return self.about or _("install {names}").format(names=" ".join(self.requirements))

    @property
    def subject(self) -> str:
        """The environment and what comes into it."""
        return " ".join((self.path, *self.requirements))

    @property
    def _words(self) -> tuple[str, ...]:
        index = ("--index-url", self.index) if self.index else ()
        proxy = ("--proxy", self.proxy) if self.proxy else ()
        return (
            f"{self.path}/bin/python",
            "-m",
            "pip",
            "install",
            "--no-input",
            "--disable-pip-version-check",
            *index,
            *proxy,
            *self.requirements,
        )

    def carry_out(self, hands: Hands) -> None:
        """One `pip install`."""
        hands.run(self._words, user=self.user, deadline=LONGEST)

    def effect(self, host: Host) -> Iterable[Effect]:
        found = host.get_planned(EnvironmentAt(self.path))
        before = found if isinstance(found, Environment) else Environment("", "", {})
        modules = {**before.distributions, **dict(self.foreseen)}
        yield Sets(EnvironmentAt(self.path), Environment(before.python, before.home, modules, host.clock))

    def typed(self) -> Sequence[Typed]:
        return (Typed(" ".join(map(shell_word, self._words)), self.user),)
