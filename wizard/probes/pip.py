"""Probes of virtual environments filled with pip."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.base.ranges import satisfies
from wizard.base.versions import parse
from wizard.causes.interpreter import diagnose_interpreter
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import joined, listed
from wizard.host.environments import EnvironmentAt
from wizard.host.pythons import beside
from wizard.host.reading import Host, Reading
from wizard.steps.pip import Module


class ModulesThere(Probe):
    """An environment has these packages within their version ranges; `least` is the lowest Python that their newest
    versions support."""

    path: str
    modules: tuple[Module, ...]
    step: str = ""
    least: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EnvironmentAt(self.path),)

    def observe(self, host: Host) -> Finding:
        found = host.get(EnvironmentAt(self.path))
        remedy = Remedy(_("Apply this checkpoint: it installs what is missing."), step=self.step)
        if found is None:
            text = _("no environment in {path}").format(path=self.path)
            cause = Cause("environment-missing", _("It was not made, or was removed."))
            return failed(text, cause=cause, remedy=remedy)
        if misfit := diagnose_interpreter(host, self.path, found):
            text = _("Python of {path} cannot run, or does not find its modules").format(path=self.path)
            return failed(text, cause=misfit, remedy=remedy)
        missing = [one for one in self.modules if not one.there(found.distributions)]
        if missing:
            return self._lacking(missing, found.distributions, remedy)
        seen = ", ".join(f"{one.name} {found.distributions[one.name]}" for one in self.modules)
        text = _("Python {python}: {modules}").format(python=found.python, modules=seen)
        if self.least and not satisfies(".".join(map(str, parse(found.python)[:2])), f">={self.least}"):
            told = _("pip took the newest that still runs on Python {python}; newer ones ask for {least}.")
            minor = ".".join(map(str, parse(found.python)[:2]))
            cause = Cause("python-old", told.format(python=minor, least=self.least))
            others = beside(host.facts, f">={self.least}")
            have = _("This distribution has {names} beside it: an environment made with one takes newer modules.")
            return warning(text, cause=cause, remedy=Remedy(have.format(names=listed(others))) if others else None)
        return passed(text)

    def _lacking(self, missing: list[Module], there: Any, remedy: Remedy) -> Finding:
        words, wrong = [], False
        for one in missing:
            version = there.get(one.name)
            if version and one.wanted and not satisfies(version, one.wanted):
                wrong = True
                words.append(_("{name} is {version}; it should be {wanted}").format(
                    name=one.name, version=version, wanted=one.wanted))  # fmt: skip
            else:
                lost = [name for name in (one.name, *one.brings) if name not in there]
                words += [_("{name} is missing").format(name=name) for name in lost]
        told = _("Another version was installed since.") if wrong else _("It was not installed, or was removed.")
        cause = Cause("module-other-version" if wrong else "module-missing", told)
        return failed(joined(*words), cause=cause, remedy=remedy)
