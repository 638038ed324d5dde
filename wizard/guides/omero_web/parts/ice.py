"""Ice 3.6 for Python, which pip alone brings on few machines: the step that installs it, and the probe of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from wizard.api import (
    Blocked,
    Cause,
    EntryAt,
    EnvironmentAt,
    Finding,
    Host,
    Module,
    Probe,
    Reading,
    Remedy,
    Step,
    _,
    failed,
    passed,
    python_of,
    satisfies,
)

if TYPE_CHECKING:
    from wizard.api import Change

NAME, RANGE = "zeroc-ice", ">=3.6.5,<3.7"
# Its sources include `eval.h`, which CPython no longer has from 3.11 on.
BUILT_BEFORE = "3.11"
MINUTES = 32
"""How long building from source takes on one processor."""


class IceThere(Step):
    """The environment holds an Ice that OMERO takes: the one that is there, from a wheel, or built from source where
    that can work on this Python."""

    path: str
    python: str = "python3"
    wheel: str = ""
    index: str = ""
    proxy: str = ""
    shared: bool = False

    @property
    def key(self) -> str:
        return f"ice:{self.path}"

    @property
    def title(self) -> str:
        return "Ice 3.6"

    def changes(self, host: Host) -> Iterator[Change]:
        """Install it, unless the wheel or this Python stands against it."""
        from wizard.api import ModulesInstalled

        found = host.get(EnvironmentAt(self.path))
        version = (found.distributions if found else {}).get(NAME)
        if version and satisfies(version, RANGE):
            return
        python = python_of(host, self.python)
        if self.wheel:
            self._check_wheel(host, python)
            name = PurePosixPath(self.wheel).name
            about = _("install Ice from {wheel}").format(wheel=name)
            version = name.split("-")[1] if name.count("-") >= 4 else ""
            yield ModulesInstalled(self.path, (self.wheel,), ((NAME, version),), about, "root", self.index, self.proxy)
            return
        if python and not satisfies(python, f"<{BUILT_BEFORE}"):
            why = _("Ice 3.6 cannot be built on Python {python}: its sources need a header that CPython 3.11 dropped")
            remedy = _(
                "name a prebuilt wheel for CPython {python} in the answer `ice_wheel` (an address or a path; the"
                " walkthroughs of OMERO name where they are), or a Python 3.10 in the answer `python`"
            )
            raise Blocked(why.format(python=python), remedy.format(python=python))
        minutes = max(1, round(MINUTES / max(1, host.facts.processors)))
        about = _("build Ice 3.6 from source (about {minutes} minutes here)").format(minutes=minutes)
        requirement = f"{NAME}{RANGE}"
        yield ModulesInstalled(self.path, (requirement,), ((NAME, "3.6.5"),), about, "root", self.index, self.proxy)

    def _check_wheel(self, host: Host, python: str) -> None:
        """Raise `Blocked` where the wheel is for another Python, or is not there."""
        tag = re.search(r"-cp3(\d+)-", PurePosixPath(self.wheel).name)
        if tag and python and not satisfies(python, f">=3.{tag[1]},<3.{int(tag[1]) + 1}"):
            why = _("the wheel {wheel} is for Python 3.{minor}, and the environment's is {python}")
            remedy = _("name the wheel for Python {python} in the answer `ice_wheel`, or that Python in `python`")
            name = PurePosixPath(self.wheel).name
            raise Blocked(why.format(wheel=name, minor=tag[1], python=python), remedy.format(python=python))
        if self.wheel.startswith("/") and host.get(EntryAt(self.wheel)) is None:
            why = _("there is no wheel {path}").format(path=self.wheel)
            raise Blocked(why, _("put it there, or correct the answer `ice_wheel`"))


class IceFits(Probe):
    """The Ice of an environment is the one that OMERO's own modules were generated for."""

    path: str
    module: Module
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EnvironmentAt(self.path),)

    def observe(self, host: Host) -> Finding:
        found = host.get(EnvironmentAt(self.path))
        version = (found.distributions if found else {}).get(self.module.name)
        remedy = Remedy(_("Apply this checkpoint: it brings the one that fits."), step=self.step)
        if not version:
            text = _("There is no Ice: `omero` starts and cannot talk to a server.")
            return failed(_("no Ice in {path}").format(path=self.path), cause=Cause("ice-missing", text), remedy=remedy)
        if not satisfies(version, self.module.wanted):
            evidence = _("Ice {version}; it should be {wanted}").format(version=version, wanted=self.module.wanted)
            told = _('OMERO was generated for Ice 3.6 and refuses any other: "Ice version mismatch".')
            return failed(evidence, cause=Cause("ice-version-mismatch", told), remedy=remedy)
        return passed(f"Ice {version}")
