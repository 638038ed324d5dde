"""Probes of Poetry and of the virtual environments it makes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _
from wizard.causes.interpreter import diagnose_interpreter
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_user, command, listed, semicolon
from wizard.host.access import RUN, Barrier, barrier, user_of
from wizard.host.acl import MODE, PASS
from wizard.host.environments import EnvironmentAt
from wizard.host.files import Content, EntryAt, Listing
from wizard.host.lockfile import mismatches
from wizard.host.paths import resolve_symlinks
from wizard.host.poetry import Used, environment_used
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account


class PoetryThere(Probe):
    """Poetry can be run as `~/.local/bin/poetry` by the instance, from an environment in which it is installed."""

    home: str
    user: str
    step: str = ""
    after: tuple[str, ...] = ()

    @property
    def _link(self) -> str:
        return f"{self.home}/.local/bin/poetry"

    @property
    def _venv(self) -> str:
        return f"{self.home}/.local/share/pypoetry/venv"

    def reads(self) -> Iterable[Reading[Any]]:
        # Where its installer puts it, with all that must be passed on the way.
        programs = [f"{self._venv}/bin/{name}" for name in ("poetry", "python", "python3")]
        way = map(str, (self._link, *programs, *PurePosixPath(programs[0]).parents))
        return (*map(EntryAt, way), EnvironmentAt(self._venv), Account(self.user))

    def observe(self, host: Host) -> Finding:
        place, entry = resolve_symlinks(host, self._link)
        usual = host.get(EnvironmentAt(self._venv))
        has_poetry = usual is not None and "poetry" in usual.distributions
        if host.get(EntryAt(self._link)) is None and has_poetry:
            link = as_user(self.user, "ln", "-s", f"{self._venv}/bin/poetry", self._link)
            told = _("Poetry is installed, but nothing leads to it from where the instance looks.")
            made = (as_user(self.user, "mkdir", "-p", f"{self.home}/.local/bin"), link)
            remedy = Remedy(_("Make the link."), made, safe=True)
            text = _("{link} is not there").format(link=self._link)
            return failed(text, cause=Cause("poetry-not-linked", told), remedy=remedy)
        if entry is None:
            text = _("{link} leads to nothing") if place != self._link else _("{link} is not there")
            cause = Cause("poetry-missing", _("Poetry was not installed, or was removed."))
            return failed(text.format(link=self._link), cause=cause, remedy=_reapply(self.step))
        if entry.kind != "file" or not entry.mode & 0o111:
            text = _("{place} cannot be run: {mode}").format(place=place, mode=entry.octal)
            told = _("What stands there is no program.")
            return failed(text, cause=Cause("poetry-not-executable", told), remedy=_reapply(self.step))
        if found := barrier(host, user_of(host, self.user), place, RUN):
            return self._barred(host, found)
        venv = str(PurePosixPath(place).parent.parent)
        environment = usual if venv == self._venv else host.get(EnvironmentAt(venv))
        version = environment.distributions.get("poetry") if environment is not None else None
        if environment is None or version is None:
            text = _("{place} is there, but {venv} has no Poetry installed").format(place=place, venv=venv)
            told = _("Poetry's environment is not whole: its installation was interrupted, or it was changed.")
            return failed(text, cause=Cause("poetry-environment-broken", told), remedy=_reapply(self.step))
        if misfit := diagnose_interpreter(host, venv, environment):
            text = _("{place} cannot run")
            return failed(text.format(place=place), cause=misfit, remedy=_reapply(self.step))
        text = _("Poetry {version} on Python {python}, in {venv}")
        return passed(text.format(version=version, python=environment.python, venv=venv))

    def _barred(self, host: Host, found: Barrier) -> Finding:
        """The finding for one that the instance cannot run."""
        if found.reason != MODE:
            from wizard.causes.access import explain

            cause, remedy = explain(host, user_of(host, self.user), found)
            text = _("{user} cannot run {link}").format(user=self.user, link=self._link)
            return failed(text, cause=cause, remedy=remedy)
        text = _("{user} may not pass {folder}, where Poetry lies")
        told = _("Poetry was installed in a place that is closed to the instance.")
        return failed(
            text.format(user=self.user, folder=found.path),
            cause=Cause("poetry-out-of-reach", told),
            remedy=_reapply(self.step),
        )


class EnvironmentMatchesLock(Probe):
    """The environment that Poetry uses for the checkout exists, the instance may use its Python, and it has the
    project's direct requirements in exactly the locked versions. A process of `unit` that still runs from another one
    is a warning."""

    checkout: str
    home: str
    user: str
    project: str
    python: str = ""
    extras: tuple[str, ...] = ()
    step: str = ""
    unit: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        folders, settings = f"{self.home}/.cache/pypoetry/virtualenvs", f"{self.home}/.config/pypoetry/config.toml"
        names = ("pyproject.toml", "poetry.lock", "poetry.toml")
        files = (*(f"{self.checkout}/{name}" for name in names), f"{folders}/envs.toml", settings)
        unit = (Unit(self.unit),) if self.unit else ()
        own = f"{self.checkout}/.venv"
        return (*map(Content, files), EntryAt(own), EnvironmentAt(own), Account(self.user), *unit)

    def observe(self, host: Host) -> Finding:
        project = host.get(Content(f"{self.checkout}/pyproject.toml"))
        lock = host.get(Content(f"{self.checkout}/poetry.lock"))
        if project is None or lock is None:
            text = _("{checkout} has no pyproject.toml and poetry.lock").format(checkout=self.checkout)
            return failed(text, cause=Cause("lock-missing", _("The code is not there, or not whole.")))
        used = environment_used(host, self.home, self.project, self.checkout, self.python)
        environment = host.get(EnvironmentAt(used.path))
        if environment is None:
            return self._absent(host, used)
        if misfit := diagnose_interpreter(host, used.path, environment):
            text = _("Python of {path} cannot run, or does not find its modules").format(path=used.path)
            return failed(text, cause=misfit, remedy=_reapply(self.step))
        actor = user_of(host, self.user)
        if found := barrier(host, actor, environment.home, PASS) if environment.home else None:
            text = _("its Python lies in {home}, and {user} may not pass {folder}")
            told = _("The environment was made from a Python that is closed to the instance.")
            cause = Cause("python-out-of-reach", told)
            names = {"home": environment.home, "user": self.user, "folder": found.path}
            return failed(text.format(**names), cause=cause, remedy=_reapply(self.step))
        try:
            differing = mismatches(project, lock, environment.distributions, self.extras)
        except ValueError as error:
            return _unreadable(self.checkout, error)
        if differing:
            return self._differs(used, listed(differing, separator=semicolon()))
        count = len(environment.distributions)
        text = _("Python {python}, {count} modules, direct requirements as locked")
        seen = text.format(python=environment.python, count=count)
        return self._not_yet_used(host, used, seen) or passed(seen)

    def _differs(self, used: Used, differing: str) -> Finding:
        told = _("The environment was not brought up to the code that is checked out.")
        cause, remedy = Cause("environment-differs", told), _reapply(self.step)
        if not used.folder:
            text = _("Since there is {path}, Poetry uses that environment and no other, and it is not whole.")
            cause = Cause("environment-in-project", text.format(path=used.path))
            words = _("Apply this checkpoint: it installs what is missing. Or take {path} away, if nobody needs it.")
            remedy = Remedy(words.format(path=used.path), step=self.step)
        return failed(differing, cause=cause, remedy=remedy)

    def _not_yet_used(self, host: Host, used: Used, seen: str) -> Finding | None:
        """A warning where the service still runs from another environment than it will be started from."""
        if not self.unit:
            return None
        state: UnitState | Unknown = host.read(Unit(self.unit))
        commands = [one.command[:2] for one in state.processes] if isinstance(state, UnitState) else []
        # Poetry itself, which starts it, runs by an interpreter of one place and a script of another.
        places = [{str(PurePosixPath(word).parent.parent) for word in words} for words in commands if len(words) == 2]
        running = {place for found in places if len(found) == 1 for place in found}
        others = sorted(running - {"/usr", "/usr/local", "/", ".", used.path})
        if not others or used.path in running:
            return None
        text = _("{seen}, in {path}; the service still runs from {other}")
        told = _("From its next start on, the service uses another environment than the one it was started from.")
        remedy = Remedy(
            _("Restart the service, and see whether it works."), (command("systemctl", "restart", self.unit),)
        )
        names = {"seen": seen, "path": used.path, "other": others[0]}
        return warning(text.format(**names), cause=Cause("environment-at-next-start", told), remedy=remedy)

    def _absent(self, host: Host, used: Used) -> Finding:
        """The finding for a missing environment: tells one of another Python or another checkout from none at all."""
        wanted = PurePosixPath(used.path).name
        found = host.get(Listing(used.folder)) if used.folder else ()
        names = found or ()
        others = [name for name in names if name.startswith(f"{self.project}-")]
        stem, _sign, python = wanted.rpartition("-py")
        same = [name for name in others if name.startswith(f"{stem}-py")]
        if same:
            text = _("there is {found}; for Python {python} it should be {wanted}")
            told = _("The environment was made by another Python than the machine's.")
            cause = Cause("environment-other-python", told)
        elif others:
            text = _("there is {found}; for {checkout} it should be {wanted}")
            told = _("The environment was made for another folder: the code was moved, or belongs to a link.")
            cause = Cause("environment-other-folder", told)
        else:
            text = _("no environment in {folders}; it should be {wanted}")
            cause = Cause("environment-missing", _("`poetry install` was not run as the instance."))
        evidence = text.format(
            found=listed(same or others),
            python=python,
            wanted=wanted,
            checkout=self.checkout,
            folders=used.folder or used.path,
        )
        return failed(evidence, cause=cause, remedy=_reapply(self.step))


class EnvironmentHoldsLock(Probe):
    """The environment at `path` has the project's direct requirements in exactly the locked versions, except those
    `left_out`, and the `programs` in its `bin`."""

    path: str
    checkout: str
    left_out: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    step: str = ""
    after: tuple[str, ...] = ()

    @property
    def _files(self) -> tuple[str, str]:
        return f"{self.checkout}/pyproject.toml", f"{self.checkout}/poetry.lock"

    def reads(self) -> Iterable[Reading[Any]]:
        places = (f"{self.path}/bin/{name}" for name in self.programs)
        return (*map(Content, self._files), EnvironmentAt(self.path), *map(EntryAt, places))

    def observe(self, host: Host) -> Finding:
        project, lock = (host.get(Content(name)) for name in self._files)
        if project is None or lock is None:
            text = _("{checkout} has no pyproject.toml and poetry.lock").format(checkout=self.checkout)
            return failed(text, cause=Cause("lock-missing", _("The code is not there, or not whole.")))
        environment = host.get(EnvironmentAt(self.path))
        if environment is None:
            text = _("no environment in {path}").format(path=self.path)
            cause = Cause("environment-missing", _("It was not made, or was removed."))
            return failed(text, cause=cause, remedy=_reapply(self.step))
        try:
            differing = list(mismatches(project, lock, environment.distributions, left_out=self.left_out))
        except ValueError as error:
            return _unreadable(self.checkout, error)
        for name in self.programs:
            if host.get(EntryAt(f"{self.path}/bin/{name}")) is None:
                differing.append(_("{name} is missing").format(name=name))
        if differing:
            told = _("The environment was not brought up to the code that is there.")
            return failed(
                listed(differing, separator=semicolon()),
                cause=Cause("environment-differs", told),
                remedy=_reapply(self.step),
            )
        count = len(environment.distributions)
        text = _("Python {python}, {count} modules, direct requirements as locked")
        return passed(text.format(python=environment.python, count=count))


def _unreadable(checkout: str, error: ValueError) -> Finding:
    text = _("pyproject.toml or poetry.lock of {checkout} cannot be read: {error}")
    told = _("A file of the code is damaged.")
    return failed(text.format(checkout=checkout, error=error), cause=Cause("lock-unreadable", told))


def _reapply(step: str) -> Remedy:
    return Remedy(_("Apply this checkpoint: it installs what is missing."), step=step)
