"""Steps about Poetry and the environment it makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.environments import EnvironmentAt
from wizard.host.files import Content
from wizard.host.interpreters import SYSTEM, minor_of, misfit
from wizard.host.lockfile import mismatches
from wizard.host.poetry import environment_used
from wizard.host.reading import Host
from wizard.host.records import Applied
from wizard.steps.python import check_python
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change
    from wizard.changes.receipts import Receipt


class Poetry(Step):
    """Poetry is installed in an environment of its own, at its installer's path, in a fixed version."""

    home: str
    user: str
    version: str
    index: str = ""
    shared: bool = False

    @property
    def key(self) -> str:
        return f"poetry:{self.home}"

    @property
    def title(self) -> str:
        return _("Poetry {version}").format(version=self.version)

    def changes(self, host: Host) -> Iterator[Change]:
        """The environment; another version that is there is left alone, for Poetry updates itself."""
        from wizard.changes.environments import EnvironmentMade

        path = f"{self.home}/.local/share/pypoetry/venv"
        environment = host.get(EnvironmentAt(path))
        if environment is None or "poetry" not in environment.distributions or misfit(host, path, environment):
            yield EnvironmentMade(path, (f"poetry=={self.version}",), self.user, index=self.index)


class PoetryEnvironment(Step):
    """The packages of the lock file are installed, for the given groups and extras, in an environment of that
    interpreter."""

    checkout: str
    home: str
    user: str
    project: str
    without: tuple[str, ...]
    extras: tuple[str, ...] = ()
    index: str = ""
    python: str = "python3"
    shared: bool = False

    @property
    def key(self) -> str:
        return f"requirements:{self.checkout}"

    @property
    def title(self) -> str:
        return _("what {checkout} needs").format(checkout=self.checkout)

    @property
    def receipt_path(self) -> str:
        """The path of the receipt."""
        return f"{self.home}/.local/state/jalon/environment.json"

    def environment(self, host: Host) -> str:
        """Return the folder of the environment."""
        return environment_used(host, self.home, self.project, self.checkout, self._named(host)).path

    def _named(self, host: Host) -> str:
        """The minor version of an interpreter that is not the machine's own; "" for that."""
        return "" if self.python in SYSTEM else minor_of(self.python, host.facts)

    def changes(self, host: Host) -> Iterator[Change]:
        """The installation, where packages differ from the lock, or it was made for other inputs."""
        from wizard.changes.receipts import Receipt, digest

        pyproject = host.get_planned(Content(f"{self.checkout}/pyproject.toml"))
        lock = host.get_planned(Content(f"{self.checkout}/poetry.lock"))
        path = self.environment(host)
        if not isinstance(pyproject, bytes) or not isinstance(lock, bytes):
            if pyproject is None or lock is None:
                why = _("{path} has no pyproject.toml and poetry.lock").format(path=self.checkout)
                raise Blocked(why, _("check the answers `source` and `revision`"))
            if host.get(EnvironmentAt(path)) is None:
                yield self._install(host, None)
            return
        check_python(host, pyproject, self.python)
        inputs = {
            "lock": digest(lock),
            "pyproject": digest(pyproject),
            "without": " ".join(self.without),
            "extras": " ".join(self.extras),
        }
        environment = host.get(EnvironmentAt(path))
        receipt = Receipt(self.receipt_path, inputs)
        known = host.get_planned(Content(self.receipt_path))
        planned = environment is not None and "*" in environment.distributions
        if environment is not None and not planned:
            differing = mismatches(pyproject, lock, environment.distributions, self.extras)
            # Without a receipt it was made by hand, or by a run that was killed over it.
            by_hand = known is None and not self._applied(host)
            used = environment_used(host, self.home, self.project, self.checkout).path == path
            if (
                not differing
                and used
                and misfit(host, path, environment) is None
                and (by_hand or known == receipt.text())
            ):
                return
        if not planned:
            yield self._install(host, receipt)

    def _applied(self, host: Host) -> bool:
        """Whether Jalon began to install into it."""
        from wizard.changes.environments import PoetryInstalled

        return host.get(Applied(PoetryInstalled.kind, self.checkout))

    def _install(self, host: Host, receipt: Receipt | None) -> Change:
        from wizard.changes.environments import PoetryInstalled
        from wizard.changes.receipts import Receipt

        path = self.environment(host)
        receipt = receipt or Receipt(self.receipt_path, None)
        return PoetryInstalled(
            self.checkout,
            self.home,
            self.user,
            path,
            self.without,
            self.extras,
            self.index,
            receipt,
            self.python if self._named(host) else "",
        )
