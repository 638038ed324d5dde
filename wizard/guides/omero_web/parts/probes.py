"""Probes of OMERO.web's configuration and of the files that it writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wizard.api import (
    READ,
    Cause,
    Content,
    Entry,
    EntryAt,
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
    barrier,
    command,
    explain,
    failed,
    field,
    give_back,
    passed,
    user_of,
    warning,
)
from wizard.guides.omero_web.parts.causes import in_the_way
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.steps import PropertyValue, list_key, listed, property_key, same
from wizard.guides.omero_web.parts.values import not_json

MIDDLEWARE = "omero.web.middleware"
REACHED = {
    "omero.web.application_server.host": "127.0.0.1",
    "omero.web.application_server.port": "4080",
    "omero.web.prefix": "",
    "omero.web.static_url": "/static/",
}
"""Where OMERO.web is reached, unless told otherwise: nginx looks for it there, whoever set it elsewhere."""


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
            return self._closed(host) or self._unreadable(read)
        found = host.get(self.omero.properties)
        if found is None:
            missing = _("{path} is not there").format(path=self.omero.properties.file)
            return failed(missing, cause=Cause("not-configured", _("OMERO.web was never configured here.")))
        if broken := next(not_json(found), None):
            return self._not_json(*broken)
        wrong = []
        for key, value in self.wanted.items():
            text = value.reveal() if isinstance(value, Secret) else value or REACHED.get(key, "")
            if (value is None and not (key in found and key in REACHED)) or same(found.get(key), text):
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
            # Back to a default is no step's: it was never set by one.
            astray = tuple(self._unset(key) for key, _text in wrong if self.wanted[key] is None)
            step = "" if len(astray) == len(wrong) else property_key(wrong[0][0])
            remedy = Remedy(_("Apply this checkpoint: it sets what differs."), () if step else astray, step)
            return failed("; ".join(text for _key, text in wrong), cause=Cause("property-differs", told), remedy=remedy)
        count = sum(value is not None for value in self.wanted.values())
        return passed(_("{count} properties as answered").format(count=count))

    def _not_json(self, key: str, why: str) -> Finding:
        told = _(
            "OMERO.web takes its text as JSON, which it is not: no start succeeds, and a running one stays as it is."
        )
        ours = self.wanted.get(key) is not None
        remedy = Remedy(
            _("Set it again, or back to its default; then restart the service."),
            () if ours else (self._unset(key),),
            step=property_key(key) if ours else "",
        )
        evidence = _("{key}: {why}").format(key=key, why=why)
        return failed(evidence, cause=Cause("property-not-json", told), remedy=remedy)

    def _unset(self, key: str) -> str:
        """The command that brings a property back to its default."""
        return as_user(self.omero.user, *self.omero.env_words, *self.omero.words("config", "set", key))

    def _closed(self, host: Host) -> Finding | None:
        """OMERO.web's user may not read the file: whoever ran `omero` as root, or closed a folder, left it so."""
        path, user = self.omero.properties.file, self.omero.user
        actor = user_of(host, user)
        closed = barrier(host, actor, path, READ)
        if closed is None:
            return None
        entry = host.read(EntryAt(closed.path))
        if not isinstance(entry, Entry) or entry.owner != "root" or not closed.path.startswith(f"{self.omero.folder}/"):
            cause, remedy = explain(host, actor, closed)
            return failed(_("{user} may not read {path}").format(user=user, path=path), cause=cause, remedy=remedy)
        evidence = f"{closed.path}: {entry.octal} {entry.owner}:{entry.group}"
        text = _("{path} belongs to another user: {user} may not read its configuration, and no start succeeds.")
        cause = Cause("file-of-another-user", text.format(path=closed.path, user=user))
        given = give_back(path, closed.path, user)
        remedy = Remedy(_("Give it back to {user}.").format(user=user), given, safe=True)
        return failed(evidence, cause=cause, remedy=remedy)

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
        state = host.get(Unit(self.unit))
        own = {one.pid for one in state.processes}
        wrong = in_the_way(host, self.omero, own)
        if wrong:
            return failed(wrong[0], cause=wrong[1], remedy=wrong[2])
        text = host.get(Content(path))
        if text is None and state.active == "active" and own:
            return self._lost()
        if text is None:
            return passed(_("no {path}: it does not run, and nothing is in its way").format(path=path))
        names = {"path": path, "pid": text.decode(errors="replace").strip(), "unit": self.unit}
        return passed(_("{path} names process {pid} of {unit}").format(**names))

    def _lost(self) -> Finding:
        """It runs, and what `omero web` knows it by is gone."""
        told = _(
            "`omero web status` says [NOT STARTED] and `omero web stop` ends nothing; a start finds its port taken."
        )
        text = _("{unit} runs, and {path} is not there").format(unit=self.unit, path=self.omero.pid_file)
        remedy = Remedy(_("Restart the service, which writes it."), (command("systemctl", "restart", self.unit),))
        return warning(text, cause=Cause("pid-file-missing", told), remedy=remedy)
