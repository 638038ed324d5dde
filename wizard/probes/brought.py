"""Probes of files that a checkout brings and that Jalon has its own of: never installed, but compared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _
from wizard.base.rendering import Body
from wizard.base.unitfile import Settings, parse_unit
from wizard.base.values import field
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import listed, semicolon
from wizard.host.files import Content
from wizard.host.reading import Host, Reading

# What says nothing of what a unit does.
SAYS_NOTHING = ("Description", "Documentation")
LONGEST, MOST = 60, 4


class BroughtUnit(Probe):
    """The unit that a checkout brings does what Jalon's own, installed in its place, does; a difference is a warning.

    `ours` is Jalon's, and `essential` are its settings in `[Service]` that the other must have too; what else it has
    is Jalon's addition. `replaced` are settings of `[Service]` with the value of which Jalon's has another on purpose.
    `unit` is where a person adds what is wanted of the other.
    """

    path: str
    ours: Body = field(hash=False)
    unit: str
    essential: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Content(self.path), Content(self._installed))

    @property
    def _installed(self) -> str:
        return f"/etc/systemd/system/{PurePosixPath(self.path).name}"

    def observe(self, host: Host) -> Finding:
        data = host.get(Content(self.path))
        if data is None:
            return passed(_("the code brings no {path}").format(path=self.path))
        theirs = parse_unit(data.decode(errors="replace"))
        ours = {**self._here(host)}
        for name, value in self.replaced:
            if theirs.get(("Service", name)) == (value,):
                ours["Service", name] = (value,)
        differences = _differences(theirs, ours, self.essential)
        if not differences:
            return passed(_("{path} does the same as the unit installed").format(path=self.path))
        text = _("{path} differs from the unit installed: {differences}")
        told = _(
            "The code was made for another unit. What it brings is its owner's to change, and so is never installed."
        )
        remedy = _("Read {path}; what of it is wanted goes into a drop-in: `systemctl edit {unit}`.")
        return warning(
            text.format(path=self.path, differences=listed(differences, MOST, semicolon())),
            cause=Cause("unit-differs", told),
            remedy=Remedy(remedy.format(path=self.path, unit=self.unit)),
        )

    def _here(self, host: Host) -> Settings:
        """The unit installed, or Jalon's own where none is: rendering it takes a twelfth of a verification."""
        data: Any = host.read(Content(self._installed))
        return parse_unit((data if isinstance(data, bytes) else self.ours.render()).decode(errors="replace"))


def _differences(theirs: Settings, ours: Settings, essential: tuple[str, ...]) -> list[str]:
    """Each setting that is not the same, in words."""
    found = []
    for key in dict.fromkeys((*theirs, *(("Service", name) for name in essential))):
        section, name = key
        if name in SAYS_NOTHING or theirs.get(key) == ours.get(key):
            continue
        text = _("[{section}] {name}={theirs}, here {ours}")
        shown = {"theirs": _shown(theirs.get(key)), "ours": _shown(ours.get(key))}
        found.append(text.format(section=_cut(section), name=_cut(name), **shown))
    return found


def _shown(values: tuple[str, ...] | None) -> str:
    return _cut(" ".join(values)) if values else _("(not set)")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
