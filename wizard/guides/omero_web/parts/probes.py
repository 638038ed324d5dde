"""Probes of OMERO.web's configuration and of the files that it writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from wizard.api import (
    Cause,
    Content,
    Finding,
    Host,
    Listing,
    Probe,
    Reading,
    Remedy,
    Secret,
    Unit,
    Unknown,
    _,
    as_owner,
    as_user,
    failed,
    passed,
    warning,
)
from wizard.guides.omero_web.parts.causes import in_the_way
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.steps import PropertyValue, list_key, listed, property_key, same

MIDDLEWARE = "omero.web.middleware"


class PropertiesHold(Probe):
    """Properties of OMERO.web have the values of the answers. No secret is shown."""

    omero: Omero
    wanted: Mapping[str, PropertyValue] = field(hash=False)
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (self.omero.properties,)

    def observe(self, host: Host) -> Finding:
        read = host.read(self.omero.properties)
        if isinstance(read, Unknown) and not read.needs:
            return self._unreadable(read)
        found = host.get(self.omero.properties)
        if found is None:
            missing = _("{path} is not there").format(path=self.omero.properties.file)
            return failed(missing, cause=Cause("not-configured", _("OMERO.web was never configured here.")))
        wrong = []
        for key, value in self.wanted.items():
            text = value.reveal() if isinstance(value, Secret) else value or ""
            if value is None or same(found.get(key), text):
                continue
            if isinstance(value, Secret):
                wrong.append((key, _("{key} is another").format(key=key)))
            elif key in found:
                told = _("{key} is {found}; it should be {wanted}")
                wrong.append((key, told.format(key=key, found=found[key], wanted=text)))
            else:
                wrong.append((key, _("{key} is not set; it should be {wanted}").format(key=key, wanted=text)))
        if wrong:
            told = _("It was set to something else since, or never set.")
            remedy = Remedy(_("Apply this checkpoint: it sets what differs."), step=property_key(wrong[0][0]))
            return failed("; ".join(text for _key, text in wrong), cause=Cause("property-differs", told), remedy=remedy)
        count = sum(value is not None for value in self.wanted.values())
        return passed(_("{count} properties as answered").format(count=count))

    def _unreadable(self, read: Unknown) -> Finding:
        """The file is there, and nobody can read it: not OMERO either."""
        path = self.omero.properties.file
        told = _("Somebody edited it, or the disk was full: `omero` ends with an error, and no start succeeds.")
        asked = _("Bring back a copy of it; or set it aside and apply this checkpoint, which sets what was answered.")
        remedy = Remedy(asked, (as_user(self.omero.user, "mv", path, f"{path}.broken"),))
        return failed(str(read.why), cause=Cause("configuration-unreadable", told), remedy=remedy)


class ListHolds(Probe):
    """A list among the properties holds these values, and none of all it holds twice."""

    omero: Omero
    key: str
    values: tuple[str, ...]
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (self.omero.properties,)

    def observe(self, host: Host) -> Finding:
        import json

        properties = host.get(self.omero.properties)
        found = listed(properties or {}, self.key)
        remedy = Remedy(_("Apply this checkpoint: it puts the list right."), step=list_key(self.key))
        twice = sorted({_name(one) for one in found if [_name(other) for other in found].count(_name(one)) > 1})
        if twice:
            told = _("`omero config append` adds what is there already once more, and Django loads it twice.")
            evidence = _("twice in {key}: {names}").format(key=self.key, names=", ".join(twice))
            return failed(evidence, cause=Cause("listed-twice", told), remedy=remedy)
        missing = [_name(json.loads(one)) for one in self.values if json.loads(one) not in found]
        if missing:
            told = _("It was not appended, or was removed.")
            evidence = _("missing in {key}: {names}").format(key=self.key, names=", ".join(missing))
            return failed(evidence, cause=Cause("listed-not", told), remedy=remedy)
        return passed(_("{key} holds {count}, none twice").format(key=self.key, count=len(found)))


def _name(value: Any) -> str:
    return str(value.get("class", value)) if isinstance(value, dict) else str(value)


class OmeroHomeUnset(Probe):
    """No file that a login reads sets `OMERO_HOME`, which OMERO 5.6 took the place of with `OMERODIR`."""

    user: str
    home: str
    after: tuple[str, ...] = ()

    @property
    def _files(self) -> tuple[str, ...]:
        own = (f"{self.home}/{name}" for name in (".bashrc", ".bash_profile", ".profile"))
        return ("/etc/environment", "/etc/profile", *own)

    def reads(self) -> Iterable[Reading[Any]]:
        return (Listing("/etc/profile.d"), *map(Content, self._files))

    def observe(self, host: Host) -> Finding:
        names = host.read(Listing("/etc/profile.d"))
        more = [f"/etc/profile.d/{name}" for name in names or ()] if not isinstance(names, Unknown) else []
        for path in (*self._files, *more):
            text = host.read(Content(path))
            if not isinstance(text, bytes):
                continue
            for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
                if re.match(r"\s*(export\s+)?OMERO_HOME=", line):
                    evidence = _("{path}, line {line}, sets OMERO_HOME").format(path=path, line=number)
                    told = _("`omero` started from a shell there takes that folder for its own, and not OMERODIR.")
                    owner = self.user if path.startswith(f"{self.home}/") else "root"
                    script = r"/^\s*\(export\s\+\)\?OMERO_HOME=/s/^/# /"
                    remedy = Remedy(_("Take the line out."), (as_owner(host, owner, "sed", "-i", script, path),))
                    return warning(evidence, cause=Cause("omero-home-set", told), remedy=remedy)
        return passed(_("OMERO_HOME is set nowhere"))


class PidFileSound(Probe):
    """The file with the number of OMERO.web's process names one of its service's, or is not there. One that names a
    process of somebody else keeps it from starting."""

    omero: Omero
    unit: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Content(self.omero.pid_file), Unit(self.unit))

    def observe(self, host: Host) -> Finding:
        path = self.omero.pid_file
        own = {one.pid for one in host.get(Unit(self.unit)).processes}
        wrong = in_the_way(host, self.omero, own)
        if wrong:
            return failed(wrong[0], cause=wrong[1], remedy=wrong[2])
        text = host.get(Content(path))
        if text is None:
            return passed(_("no {path}: it does not run, and nothing is in its way").format(path=path))
        names = {"path": path, "pid": text.decode(errors="replace").strip(), "unit": self.unit}
        return passed(_("{path} names process {pid} of {unit}").format(**names))
