"""Probes of Poetry and of the virtual environments it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _
from wizard.base.toml import loads, table
from wizard.causes.access import explain
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Probe
from wizard.findings.words import as_user, listed
from wizard.host.access import RUN, Barrier, barrier, user_of
from wizard.host.acl import MODE, PASS
from wizard.host.environments import EnvironmentAt, poetry_folder
from wizard.host.files import Content, EntryAt, Listing
from wizard.host.lockfile import mismatches
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Reading
from wizard.host.users import Account

MINOR = re.compile(r"3\.[0-9]{1,2}")


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
        return (EntryAt(self._link), EnvironmentAt(self._venv), Account(self.user))

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
        text = _("Poetry {version} on Python {python}, in {venv}")
        return passed(text.format(version=version, python=environment.python, venv=venv))

    def _barred(self, host: Host, found: Barrier) -> Finding:
        """The finding for one that the instance cannot run."""
        if found.reason != MODE:
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
    """The checkout's environment exists, the instance may use its Python, and it has the project's direct requirements
    in exactly the locked versions."""

    checkout: str
    home: str
    user: str
    project: str
    python: str = ""
    extras: tuple[str, ...] = ()
    step: str = ""
    after: tuple[str, ...] = ()

    @property
    def _folders(self) -> str:
        return f"{self.home}/.cache/pypoetry/virtualenvs"

    def reads(self) -> Iterable[Reading[Any]]:
        files = (f"{self.checkout}/pyproject.toml", f"{self.checkout}/poetry.lock", f"{self._folders}/envs.toml")
        return (*map(Content, files), EnvironmentAt(f"{self.checkout}/.venv"), Account(self.user))

    def observe(self, host: Host) -> Finding:
        project = host.get(Content(f"{self.checkout}/pyproject.toml"))
        lock = host.get(Content(f"{self.checkout}/poetry.lock"))
        if project is None or lock is None:
            text = _("{checkout} has no pyproject.toml and poetry.lock").format(checkout=self.checkout)
            return failed(text, cause=Cause("lock-missing", _("The code is not there, or not whole.")))
        path = self._expected_path(host)
        environment = host.get(EnvironmentAt(path))
        if environment is None:
            path = f"{self.checkout}/.venv"
            environment = host.get(EnvironmentAt(path))
        if environment is None:
            return self._absent(host)
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
            told = _("The environment was not brought up to the code that is checked out.")
            return failed(
                listed(differing, separator="; "), cause=Cause("environment-differs", told), remedy=_reapply(self.step)
            )
        count = len(environment.distributions)
        text = _("Python {python}, {count} modules, direct requirements as locked")
        return passed(text.format(python=environment.python, count=count))

    def _python(self, host: Host) -> str:
        return self.python or host.facts.python

    def _expected_path(self, host: Host) -> str:
        """The path of the environment, by `envs.toml` where another Python was chosen with `poetry env use`."""
        path = poetry_folder(self.home, self.project, self.checkout, self._python(host))
        noted = host.get(Content(f"{self._folders}/envs.toml"))
        stem = PurePosixPath(path).name.rpartition("-py")[0]
        try:
            minor = table(loads(noted.decode()), stem).get("minor") if noted and not self.python else ""
        except ValueError:
            minor = ""
        return f"{self._folders}/{stem}-py{minor}" if MINOR.fullmatch(str(minor)) else path

    def _absent(self, host: Host) -> Finding:
        """The finding for a missing environment: tells one of another Python or another checkout from none at all."""
        wanted = PurePosixPath(self._expected_path(host)).name
        names = host.get(Listing(self._folders)) or ()
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
            found=listed(same or others), python=python, wanted=wanted, checkout=self.checkout, folders=self._folders
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
                listed(differing, separator="; "), cause=Cause("environment-differs", told), remedy=_reapply(self.step)
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
