"""Causes of a service of OMERO.web that does not run: what `omero web start` logged, confirmed on the host."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Sequence
from functools import partial
from pathlib import PurePosixPath

from wizard.api import (
    Candidate,
    Cause,
    Content,
    Entry,
    EntryAt,
    Environment,
    EnvironmentAt,
    Host,
    Listeners,
    Listing,
    NotKnown,
    ProcessAt,
    Remedy,
    Said,
    Unit,
    Unknown,
    _,
    as_user,
    diagnose_edited_unit,
    file_step,
    port_holder,
    satisfies,
)
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.values import apps, not_json

ICE = ">=3.6,<3.7"
Held = tuple[str, "Remedy | None"] | None


def candidates(omero: Omero, file: str, port: int) -> Sequence[Candidate]:
    """Return the causes that the service may have; `file` is its unit's, `port` where it should listen."""
    return (
        *of_start(omero),
        Candidate("unit-path-wrong", r"No such file or directory: '(?:\S*/)?gunicorn'", partial(_path, omero, file)),
        # Last: it says so of every start that it does not wait for.
        Candidate("port-held-by-another", r"\[OK\]", partial(_port, port)),
        Candidate("gunicorn-missing", r"\[OK\]|No such file or directory: '(?:\S*/)?gunicorn'", partial(_gone, omero)),
        Candidate("started-and-ended", r"\[OK\]", partial(_ended, omero, file, port)),
    )


def of_start(omero: Omero) -> Sequence[Candidate]:
    """Return the causes that `omero web start` itself may have, whoever calls it."""
    return (
        Candidate("omero-web-missing", r"invalid choice: '?web'?", partial(_web, omero)),
        Candidate("ice-version-mismatch", r"Ice version mismatch", partial(_ice, omero)),
        Candidate("configuration-unreadable", r"not well-formed|no element found|syntax error: line|mismatched tag"
                  r"|unclosed token", partial(_configuration, omero)),
        Candidate("property-not-json", r"^Invalid \w+ \(omero\.|JSONDecodeError|Expecting (?:value|',' delimiter"
                  r"|property name)|Unterminated string|Extra data", partial(_not_json, omero)),
        Candidate("app-missing", r"No module named|Failed to collect static", partial(_app, omero)),
        Candidate("started-by-hand", r"already started", partial(_already, omero, "started-by-hand")),
        Candidate("pid-file-stale", r"already started", partial(_already, omero, "pid-file-stale")),
    )  # fmt: skip


def in_the_way(host: Host, omero: Omero, own: Container[int] = ()) -> tuple[str, Cause, Remedy] | None:
    """What OMERO.web's pid file says that keeps it from starting: evidence, cause and remedy. None where the file is
    not there, or names one of its `own` processes."""
    path = omero.pid_file
    entry, text = host.get(EntryAt(path)), host.get(Content(path))
    if text is None or not isinstance(entry, Entry):
        return None
    said = text.decode(errors="replace").strip()
    if said.isdecimal() and int(said) in own:
        return None
    remedy = Remedy(_("Remove it."), (as_user(omero.user, "rm", "-f", path),), safe=True)
    found = host.get(ProcessAt(int(said))) if said.isdecimal() else None
    if found is None:
        told = _("It was left behind by a process that was killed.")
        evidence = _("{path} names process {pid}, which is not there").format(path=path, pid=said or "-")
        return evidence, Cause("pid-file-stale", told), remedy
    names = {"path": path, "pid": said, "program": found.name, "user": found.user}
    evidence = _("{path} names process {pid}, which is {program} of {user}").format(**names)
    if found.user == omero.user and "gunicorn" in " ".join(found.command):
        told = _("OMERO.web was started by hand, and not by its service: a start of the service is refused.")
        stop = Remedy(_("End it, then start the service."), (as_user(omero.user, "kill", said),))
        return evidence, Cause("started-by-hand", told), stop
    told = _("The number is another process's since: `omero web start` takes that for a running OMERO.web.")
    return evidence, Cause("pid-file-stale", told), remedy


def _already(omero: Omero, id: str, host: Host, found: Said) -> Held:
    try:
        there = in_the_way(host, omero)
    except NotKnown:
        return None
    if there is None or there[1].id != id:
        return None
    return f"{there[0]}. {there[1].text}", there[2]


def _modules(host: Host, venv: str) -> dict[str, str] | None:
    found = host.read(EnvironmentAt(venv))
    return dict(found.distributions) if isinstance(found, Environment) else None


def _web(omero: Omero, host: Host, found: Said) -> Held:
    modules = _modules(host, omero.venv)
    if modules is None or "omero-web" in modules:
        return None
    return _("The environment has OMERO's command, but not OMERO.web itself."), None


def _ice(omero: Omero, host: Host, found: Said) -> Held:
    version = (_modules(host, omero.venv) or {}).get("zeroc-ice", "")
    if not version or satisfies(version, ICE):
        return None
    text = _('OMERO was generated for Ice 3.6 and refuses Ice {version}, which is there: "Ice version mismatch".')
    return text.format(version=version), None


def _configuration(omero: Omero, host: Host, found: Said) -> Held:
    properties = host.read(omero.properties)
    if not isinstance(properties, Unknown) or properties.needs:
        return None
    return str(properties.why), None


def _properties(host: Host, omero: Omero) -> dict[str, str]:
    found = host.read(omero.properties)
    return found if isinstance(found, dict) else {}


def _not_json(omero: Omero, host: Host, found: Said) -> Held:
    for key, why in not_json(_properties(host, omero)):
        text = _("{key} is no JSON ({why}): OMERO.web cannot load its settings, so that nothing starts.")
        told = _("Set it again, or back to its default (`{line}`); then start the service.")
        return text.format(key=key, why=why), Remedy(told.format(line=omero.typed("config", "set", key).text))
    return None


def _app(omero: Omero, host: Host, found: Said) -> Held:
    listed = apps(_properties(host, omero))
    pythons = host.get(Listing(f"{omero.venv}/lib")) or ()
    there = {name for one in pythons for name in host.get(Listing(f"{omero.venv}/lib/{one}/site-packages")) or ()}
    missing = [name for name in listed if not {name.partition(".")[0], f"{name}.py"} & there]
    if not missing or not there:
        return None
    text = _("`omero.web.apps` has {name}, which is not installed in {venv}: OMERO.web does not start without it.")
    told = _("Install it there, or take it out: `{line}`; then start the service.")
    value = json.dumps(missing[0])
    line = omero.typed("config", "remove", "--", "omero.web.apps", value).text
    return text.format(name=missing[0], venv=omero.venv), Remedy(told.format(line=line))


def _path(omero: Omero, file: str, host: Host, found: Said) -> Held:
    text = host.read(Content(file))
    if not isinstance(text, bytes):
        return None
    lines = re.findall(r"(?m)^Environment=.*\bPATH=.*$", text.decode(errors="replace"))
    good = [one for one in lines if one.count('"') % 2 == 0 and f"{omero.venv}/bin" in one]
    if good:
        return None
    told = _("{file} gives no PATH with the environment's programs in it.")
    if lines and lines[0].count('"') % 2:
        told = _("{file}: systemd ignores the line {line}, for its stray quote, so that no PATH leads to the"
                 " environment's programs.")  # fmt: skip
    remedy = Remedy(_("Let the guide write the file again."), step=file_step(host, file))
    return told.format(file=file, line=lines[0] if lines else ""), remedy


def _port(port: int, host: Host, found: Said) -> Held:
    holder = port_holder(host, port, "gunicorn")
    if holder is None:
        return None
    text = _("`omero web start` said [OK], and gunicorn ended: port {port} is held by {who}.")
    return text.format(port=port, who=holder.who), holder.remedy


def _gone(omero: Omero, host: Host, found: Said) -> Held:
    program, names = f"{omero.venv}/bin/gunicorn", host.read(Listing(f"{omero.venv}/bin"))
    if not isinstance(names, tuple) or "gunicorn" in names:
        return None
    text = _("OMERO.web starts gunicorn, and {path} is not there.")
    told = _("Install it again: `{line}`; then start the service.")
    line = f"{omero.venv}/bin/pip install --force-reinstall gunicorn"
    return text.format(path=program), Remedy(told.format(line=line))


def _ended(omero: Omero, file: str, port: int, host: Host, found: Said) -> Held:
    unit = PurePosixPath(file).name
    if diagnose_edited_unit(host, unit, host.get(Unit(unit))):
        # What somebody did to the unit is likelier, and is told by itself.
        return None
    listeners, properties = host.read(Listeners()), host.read(omero.properties)
    if isinstance(listeners, Unknown) or any(one.port == port for one in listeners):
        return None
    text = _("`omero web start` said [OK], and gunicorn ended right after: `omero web status` says [NOT STARTED].")
    given = "" if isinstance(properties, Unknown) else (properties or {}).get("omero.web.wsgi_args", "")
    if given:
        more = _("Its further arguments, `omero.web.wsgi_args`, are `{arguments}`.")
        text += " " + more.format(arguments=given)
    told = _("Start it as {user} where it says why: `{line}`; Ctrl+C ends it. Correct what it names.")
    line = omero.typed("web", "start", "--foreground").text
    return text, Remedy(told.format(user=omero.user, line=line))
