"""Steps about Python environments that pip fills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.environments import EnvironmentAt
from wizard.host.files import Content
from wizard.host.lockfile import mismatches
from wizard.host.reading import Host
from wizard.host.records import Applied
from wizard.steps.python import check_python
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


class LockedEnvironment(Step):
    """An environment that holds what a Poetry lock file names, by pip and with its hashes, and what the file `besides`
    names. `left_out` are packages that this instance has no use for; `reader` is the program that prints the lock as
    requirements; `home` is where the receipt goes."""

    path: str
    checkout: str
    user: str
    home: str
    reader: str
    besides: str
    left_out: tuple[str, ...] = ()
    index: str = ""
    shared: bool = False

    @property
    def key(self) -> str:
        return f"requirements:{self.checkout}"

    @property
    def title(self) -> str:
        return _("what {checkout} needs").format(checkout=self.checkout)

    def changes(self, host: Host) -> Iterator[Change]:
        """The environment, where packages differ from the lock, or it was made for other inputs."""
        from wizard.changes.environments import LockInstalled
        from wizard.changes.receipts import Receipt, digest

        place = f"{self.home}/.local/state/jalon/environment.json"
        pyproject = host.get_planned(Content(f"{self.checkout}/pyproject.toml"))
        lock = host.get_planned(Content(f"{self.checkout}/poetry.lock"))
        besides = host.get_planned(Content(self.besides))
        environment = host.get(EnvironmentAt(self.path))
        if pyproject is None or lock is None:
            why = _("{path} has no pyproject.toml and poetry.lock").format(path=self.checkout)
            raise Blocked(why, _("check the answers `source` and `revision`"))
        words = (self.path, self.checkout, self.user, self.reader, self.besides, self.left_out, self.index)
        if not (isinstance(pyproject, bytes) and isinstance(lock, bytes) and isinstance(besides, bytes)):
            if environment is None:
                yield LockInstalled(*words, Receipt(place, None))
            return
        check_python(host, pyproject)
        inputs = {"lock": digest(lock), "pyproject": digest(pyproject), "besides": digest(besides)}
        receipt = Receipt(place, {**inputs, "left out": " ".join(self.left_out)})
        if environment is not None and "*" in environment.distributions:
            return  # planned
        if environment is not None:
            known = host.get_planned(Content(place))
            by_hand = known is None and not host.get(Applied(LockInstalled.kind, self.path))
            differing = mismatches(pyproject, lock, environment.distributions, left_out=self.left_out)
            if not differing and (by_hand or known == receipt.text()):
                return
        yield LockInstalled(*words, receipt)
