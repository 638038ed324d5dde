"""Steps about Python environments that pip fills, module by module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.ranges import satisfies
from wizard.base.values import Value
from wizard.base.versions import parse
from wizard.host.commands import CommandOutput
from wizard.host.environments import Environment, EnvironmentAt, normalised
from wizard.host.interpreters import SYSTEM, minor_of, misfit
from wizard.host.reading import Host, Unknown
from wizard.steps.step import Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


def python_of(host: Host, python: str) -> str:
    """The minor version (`3.10`) of an interpreter: the machine's own, by its name, or as it says itself; empty where
    that is not known."""
    if python in SYSTEM:
        return host.facts.python
    if named := minor_of(python, host.facts):
        return named
    said = host.read(CommandOutput((python, "--version")))
    if isinstance(said, Unknown) or said.status:
        return ""
    return ".".join(map(str, parse(said.out.removeprefix("Python "))[:2]))


class PipEnvironment(Step):
    """A virtual environment of an interpreter."""

    path: str
    python: str = "python3"
    user: str = "root"
    shared: bool = False

    @property
    def key(self) -> str:
        return f"environment:{self.path}"

    @property
    def title(self) -> str:
        return _("the environment {path}").format(path=self.path)

    def changes(self, host: Host) -> Iterator[Change]:
        """Create the environment if there is none, or one of another Python version."""
        from wizard.changes.pip import VenvMade

        found, wanted = host.get(EnvironmentAt(self.path)), python_of(host, self.python)
        other = found is not None and found.python and wanted and parse(found.python)[:2] != parse(wanted)[:2]
        if found is None or other or misfit(host, self.path, found):
            yield VenvMade(self.path, self.python, self.user)


class Module(Value):
    """A requirement as pip takes it (`omero-web[redis]>=5.6.3`), the names that must be there for it, and the range
    that their first must be in."""

    requirement: str
    brings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The normalised project name."""
        return normalised(re.split(r"[\[<>=!~ ;]", self.requirement, maxsplit=1)[0])

    @property
    def wanted(self) -> str:
        """The version range; "" if any version will do."""
        return re.sub(r"^[A-Za-z0-9._-]+(\[[^\]]*\])?", "", self.requirement).strip()

    def there(self, distributions: Mapping[str, str]) -> bool:
        """Whether the project, within its range, and all of `brings` are among these distributions."""
        version = distributions.get(self.name)
        if version is None or any(normalised(one) not in distributions for one in self.brings):
            return False
        return not version or not self.wanted or satisfies(version, self.wanted)


class PipModules(Step):
    """These modules are installed in an environment. `name` distinguishes several such steps for one environment."""

    path: str
    modules: tuple[Module, ...]
    user: str = "root"
    index: str = ""
    proxy: str = ""
    shared: bool = False
    name: str = ""

    @property
    def key(self) -> str:
        return f"modules:{self.path}:{self.name}" if self.name else f"modules:{self.path}"

    @property
    def title(self) -> str:
        return _("the modules {names}").format(names=", ".join(one.requirement for one in self.modules))

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.pip import ModulesInstalled

        found = host.get(EnvironmentAt(self.path))
        distributions = found.distributions if isinstance(found, Environment) else {}
        missing = [one for one in self.modules if not one.there(distributions)]
        if missing:
            # Which version the index offers is known only then.
            foreseen = tuple((name, "") for one in missing for name in (one.name, *map(normalised, one.brings)))
            requirements = tuple(one.requirement for one in missing)
            yield ModulesInstalled(
                self.path, requirements, foreseen, user=self.user, index=self.index, proxy=self.proxy
            )
