"""Steps about OMERO.web's own configuration and files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wizard.api import Applied, EnvironmentAt, Host, Secret, Step, Unknown, _, field, gathered
from wizard.guides.omero_web.parts.omero import Omero

if TYPE_CHECKING:
    from wizard.api import Change

MOST_LISTED = 1000
PropertyValue = str | Secret | None


def same(one: str | None, other: str | None) -> bool:
    """Whether two values of a property are equal: as JSON where both are, and true and false in any case."""
    if one is None or other is None:
        return one is other
    return one == other or _meaning(one) == _meaning(other)


def _meaning(text: str) -> Any:
    try:
        return json.loads(text.lower() if text.lower() in ("true", "false") else text)
    except (ValueError, RecursionError):
        return text


def listed(properties: Mapping[str, str], key: str) -> list[Any]:
    """What a list among the properties holds, as far as its first thousand; nothing where it is not set, or is no
    list."""
    found = _meaning(properties.get(key, "[]"))
    return found[:MOST_LISTED] if isinstance(found, list) else []


def property_key(name: str) -> str:
    """Return the key of the step that sets a property."""
    return f"property:{name}"


def list_key(name: str) -> str:
    """Return the key of the step that sets a list among the properties."""
    return f"property-list:{name}"


class OmeroProperty(Step):
    """A property of OMERO.web has a value. Without one it is not set: what Jalon set goes, what somebody else did
    stays."""

    omero: Omero
    name: str
    value: PropertyValue
    shared: bool = False

    @property
    def key(self) -> str:
        return property_key(self.name)

    @property
    def title(self) -> str:
        return self.name

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.guides.omero_web.parts.changes import PropertySet

        found = host.get_planned(self.omero.properties)
        if isinstance(found, Unknown):
            found = host.get(self.omero.properties)
        now = (found or {}).get(self.name)
        wanted = self.value.reveal() if isinstance(self.value, Secret) else self.value
        if same(now, wanted) or (wanted is None and not host.get(Applied(PropertySet.kind, self.name))):
            return
        yield PropertySet(self.name, self.omero, self.value)


class OmeroListed(Step):
    """A list among the properties of OMERO.web holds these values, each once. What Jalon put there for an answer that
    is no more goes, what somebody else did stays."""

    omero: Omero
    name: str
    values: tuple[str, ...]
    shared: bool = False

    @property
    def key(self) -> str:
        return list_key(self.name)

    @property
    def title(self) -> str:
        return self.name

    def changes(self, host: Host) -> Iterator[Change]:
        """Append missing values; remove duplicates and those that Jalon set and that are no longer wanted."""
        from wizard.guides.omero_web.parts.changes import PropertyListed

        properties = host.get(self.omero.properties)
        found = listed(properties or {}, self.name)
        for value in self.values:
            count = found.count(json.loads(value))
            if not count:
                yield PropertyListed(self.name, value, self.omero)
            for _again in range(1, count):
                yield PropertyListed(self.name, value, self.omero, removed=True, twice=True)
        wanted = [json.loads(value) for value in self.values]
        for value in (json.dumps(one) for one in found if one not in wanted):
            if host.get(Applied(PropertyListed.kind, f"{self.name} {value}")):
                yield PropertyListed(self.name, value, self.omero, removed=True)


class OmeroStatics(Step):
    """The static files were gathered from what the environment holds. `proof` is a file that must be among them."""

    omero: Omero
    folder: str
    home: str
    proof: str
    inputs: Mapping[str, str] = field(hash=False)
    shared: bool = False

    @property
    def key(self) -> str:
        return f"static-files:{self.folder}"

    @property
    def title(self) -> str:
        return _("the static files in {path}").format(path=self.folder)

    def changes(self, host: Host) -> Iterator[Change]:
        """Collect them where the proof is missing, or the receipt is of other inputs."""
        from wizard.api import Receipt
        from wizard.guides.omero_web.parts.changes import OmeroStaticsCollected

        environment = host.get_planned(EnvironmentAt(self.omero.venv))
        modules = environment.distributions if environment and not isinstance(environment, Unknown) else None
        known = modules is not None and "*" not in modules
        versions = {name: version for name, version in (modules or {}).items() if name.startswith("omero")}
        receipt = Receipt(f"{self.home}/.local/state/jalon/static.json", {**self.inputs, **versions} if known else None)
        if not gathered(host, self.folder, self.proof, receipt, OmeroStaticsCollected.kind):
            yield OmeroStaticsCollected(self.folder, self.omero, receipt)
