"""Probes of the machine before anything is installed: distribution, resources, Python and locale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import Figure, _, _n
from wizard.base.lines import lines_of
from wizard.base.ranges import may_satisfy, required_python
from wizard.base.values import Value
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import install_command, listed
from wizard.host.distributions import NAMES, distribution_of
from wizard.host.facts import GIB, Facts
from wizard.host.files import Content, EntryAt
from wizard.host.interpreters import SYSTEM, is_missing, minor_of
from wizard.host.locales import Locales
from wizard.host.pythons import offered
from wizard.host.reading import Host, Reading
from wizard.probes.programs import ProgramVersion
from wizard.probes.upkeep import SudoRight, UpdatesPending

__all__ = [
    "Need",
    "ProgramVersion",
    "PythonWithin",
    "Resources",
    "SudoRight",
    "Supported",
    "UpdatesPending",
    "Utf8Locale",
]

SUPPORTED = {"debian": ("12", "13"), "ubuntu": ("22.04", "24.04")}
SUPPORTED_WORDS = "Debian 12 / 13, Ubuntu 22.04 / 24.04"
PYTHONS = {"Debian 12": "3.11", "Debian 13": "3.13", "Ubuntu 22.04": "3.10", "Ubuntu 24.04": "3.12"}
SLACK = 0.9


class Supported(Probe):
    """The distribution is one on which the guide was tested, and its Python is in the range that the code supports.

    `python` is that range where the `checkout` declares none, and counts where the `interpreter` is the machine's own;
    `managers` are the package managers that the guide has packages for.
    """

    python: str = ""
    checkout: str = ""
    interpreter: str = "python3"
    managers: tuple[str, ...] = ("apt",)
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Content(f"{self.checkout}/pyproject.toml"),)

    def observe(self, host: Host) -> Finding:
        facts = host.facts
        name = facts.name or f"{facts.distribution} {facts.version}"
        release = facts.version.split(".")[0] if facts.distribution == "debian" else facts.version
        if release in SUPPORTED.get(facts.distribution, ()):
            return self._python(host, name)
        text = _("{name}; checked on {supported}").format(name=name, supported=SUPPORTED_WORDS)
        if facts.package_manager in self.managers:
            told = _("The guide was not checked on this release; packages may be others there.")
            return warning(text, cause=Cause("distribution-untested", told))
        told = _("The packages are installed with {managers}, which this distribution does not have.")
        told = told.format(managers=" / ".join(self.managers))
        remedy = Remedy(_("Install on one of these: {supported}.").format(supported=SUPPORTED_WORDS))
        return failed(text, cause=Cause("distribution-unsupported", told), remedy=remedy)

    def _python(self, host: Host, name: str) -> Finding:
        code = host.read(Content(f"{self.checkout}/pyproject.toml"))
        # A user who may not read the checkout gets the guide's own range.
        wanted = required_python(code if isinstance(code, bytes) else None) or self.python
        own = self.interpreter in SYSTEM
        if not own or not wanted or not host.facts.python or may_satisfy(host.facts.python, wanted):
            return passed(name)
        text = _("{name}; its Python is {python}, and the code takes {wanted}")
        told = _("The code does not take the Python of {name}: its modules cannot be installed.")
        remedy = Remedy(_("Install on one of these: {supported}.").format(supported=_fitting(wanted)))
        return warning(
            text.format(name=name, python=host.facts.python, wanted=wanted),
            cause=Cause("python-out-of-range", told.format(name=name)),
            remedy=remedy if _fitting(wanted) else None,
        )


class Need(Value):
    """The resources that a machine should have: processors, and bytes of memory and disk."""

    processors: int
    memory: int
    disk: int

    def short(self, facts: Facts) -> tuple[str, ...]:
        """What of it the machine does not have, in words. A tenth of memory and disk is let pass: the kernel and
        the file system keep some for themselves."""
        found = []
        if facts.processors < self.processors:
            found.append(_n("{count} processor", "{count} processors", self.processors).format(count=self.processors))
        if facts.memory < SLACK * self.memory:
            found.append(_("{size} of memory").format(size=_size(self.memory)))
        if facts.disk < SLACK * self.disk:
            found.append(_("{size} of disk").format(size=_size(self.disk)))
        return tuple(found)


class Resources(Probe):
    """The machine has enough resources: below `least` it warns, below `advised` the evidence only mentions it."""

    least: Need
    advised: Need
    after: tuple[str, ...] = ()

    def observe(self, host: Host) -> Finding:
        facts = host.facts
        seen = _("{processors}, {memory} of memory, {disk} of disk ({free} free)").format(
            processors=_n("{count} processor", "{count} processors", facts.processors).format(count=facts.processors),
            memory=_size(facts.memory),
            disk=_size(facts.disk),
            free=_size(facts.disk_free),
        )
        if short := self.least.short(facts):
            told = _("The machine is smaller than the least that is asked for; it may be slow, or run full.")
            return warning(
                _("{seen}; the least is {wanted}").format(seen=seen, wanted=listed(short)),
                cause=Cause("machine-too-small", told),
                remedy=Remedy(_("Enlarge the machine, or go on for a trial.")),
            )
        if short := self.advised.short(facts):
            return passed(_("{seen}; advised for production: {wanted}").format(seen=seen, wanted=listed(short)))
        return passed(seen)


class PythonWithin(Probe):
    """An interpreter is within the range that the checkout declares or, without one, `requirement`. `answer` is the
    question that names another, "" for none."""

    requirement: str
    checkout: str
    python: str = "python3"
    answer: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        there = (EntryAt(self.python),) if self.python.startswith("/") else ()
        return (Content(f"{self.checkout}/pyproject.toml"), *there)

    def observe(self, host: Host) -> Finding:
        wanted = required_python(host.get(Content(f"{self.checkout}/pyproject.toml"))) or self.requirement
        python = minor_of(self.python, host.facts)
        if is_missing(self.python, host.facts, host.get):
            text = _("there is no {path}; the code takes {wanted}").format(path=self.python, wanted=wanted)
            told = _("The interpreter that was named is not there.")
            remedy = Remedy(_("Install it there, or name another in the answer `{answer}`.").format(answer=self.answer))
            return failed(text, cause=Cause("python-missing", told), remedy=remedy)
        if not python:
            remedy = Remedy(_("Install it."), (install_command(host, "python3"),))
            text = _("there is no python3; the code takes {wanted}").format(wanted=wanted)
            return failed(text, cause=Cause("python-missing", _("Python is not installed.")), remedy=remedy)
        if may_satisfy(python, wanted):
            return passed(_("Python {python}, within {wanted}").format(python=python, wanted=wanted))
        told = _("The code does not take the Python of {name}: its modules cannot be installed.")
        remedy = Remedy(
            _(
                "Install on a distribution whose python3 is within {wanted} (Debian 12 has 3.11, Ubuntu 22.04 3.10,"
                " Ubuntu 24.04 3.12), or choose a revision of the code that takes {python}."
            ).format(wanted=wanted, python=python)
        )
        if self.answer:
            name = _("Or name another interpreter in the answer `{answer}`.").format(answer=self.answer)
            remedy = Remedy(" ".join(filter(None, (remedy.text, offered(host.facts, wanted), name))))
        text = _("Python {python}; it should be within {wanted}").format(python=python, wanted=wanted)
        cause = Cause("python-out-of-range", told.format(name=host.facts.name))
        return failed(text, cause=cause, remedy=remedy)


class Utf8Locale(Probe):
    """The system locale, which services and database clusters inherit, is a UTF-8 one that is generated."""

    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (*(Content(path) for path in NAMES["locale-file"][:2]), Locales())

    def observe(self, host: Host) -> Finding:
        place = distribution_of(host.facts).named("locale-file")
        text = host.get(Content(place))
        own = _own_locale(text)
        exist = host.get(Locales())
        plain = own.lower().replace("-", "")
        if not plain.endswith(".utf8"):
            told = _("Clusters of PostgreSQL made here would not sort or search accented letters.")
            told_so = _("Choose C.UTF-8 or a language's own, such as fr_FR.UTF-8, before PostgreSQL is installed.")
            words = (_sets_locale(host.facts, place, there=text is not None),) if "c.utf8" in exist else ()
            remedy = Remedy(told_so, words)
            seen = _("the system's locale is {own}; it should be a UTF-8 one").format(own=own)
            return warning(seen, cause=Cause("locale-not-utf8", told), remedy=remedy)
        if plain not in exist:
            told = _("The locale is set, but was not generated: programs fall back on C.")
            remedy = Remedy(_("Generate it."), _makes_locale(host.facts, own))
            seen = _("the system's locale {own} does not exist here").format(own=own)
            return warning(seen, cause=Cause("locale-not-generated", told), remedy=remedy)
        return passed(own)


def _sets_locale(facts: Facts, place: str, *, there: bool) -> str:
    """The command that has services speak UTF-8."""
    if facts.package_manager not in ("dnf", "pacman"):
        # update-locale comes with the package that also writes the file; a fresh image has neither.
        return "update-locale LANG=C.UTF-8" if there else f"echo LANG=C.UTF-8 > {place}"
    return "localectl set-locale LANG=C.UTF-8"


def _makes_locale(facts: Facts, own: str) -> tuple[str, ...]:
    """The commands that make a locale that the system does not have."""
    if facts.package_manager == "dnf":
        return (f"dnf -y install glibc-langpack-{own.partition('_')[0]}",)
    return (f"echo '{own} UTF-8' >> /etc/locale.gen", "locale-gen")


def _fitting(wanted: str) -> str:
    """The supported distributions whose Python is within that range, each with its version."""
    return ", ".join(f"{name} ({python})" for name, python in PYTHONS.items() if may_satisfy(python, wanted))


def _size(count: int) -> str:
    return _("{number} GB").format(number=f"{Figure(round(count / GIB, 1)):g}")


def _own_locale(text: bytes | None) -> str:
    """The locale in a file that sets it, in the order of precedence of locale(7): LC_ALL, LC_CTYPE, LANG."""
    values = {}
    for line in lines_of((text or b"").decode(errors="replace")):
        name, sign, value = line.strip().partition("=")
        if sign:
            values[name] = value.strip().strip("\"'")
    return next((values[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if values.get(name)), "C")
