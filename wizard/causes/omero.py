"""Why OMERO.web's service does not run, by what `omero web start` says of it and what is so on the host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from wizard.causes.candidates import Candidate, file_step
from wizard.causes.holder import holding
from wizard.changes.omero import Omero
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content
from wizard.host.reading import Host, Unknown
from wizard.language import _
from wizard.probes.probe import Remedy
from wizard.versions import within

ICE = ">=3.6,<3.7"
Held = tuple[str, "Remedy | None"] | None


def candidates(omero: Omero, file: str, port: int) -> Sequence[Candidate]:
    """For the service, by its unit's file and the port that it should have."""
    return (
        Candidate("omero-web-missing", r"invalid choice: '?web'?", partial(_web, omero)),
        Candidate("ice-version-mismatch", r"Ice version mismatch", partial(_ice, omero)),
        Candidate("configuration-unreadable", r"not well-formed|no element found|syntax error: line|mismatched tag"
                  r"|unclosed token", partial(_configuration, omero)),
        Candidate("unit-path-wrong", r"No such file or directory: '(?:\S*/)?gunicorn'", partial(_path, omero, file)),
        # Last: it says so of every start that it does not wait for.
        Candidate("port-held-by-another", r"\[OK\]", partial(_port, port)),
    )  # fmt: skip


def _modules(host: Host, venv: str) -> dict[str, str] | None:
    found = host.read(EnvironmentAt(venv))
    return dict(found.distributions) if isinstance(found, Environment) else None


def _web(omero: Omero, host: Host, found: re.Match[str]) -> Held:
    modules = _modules(host, omero.venv)
    if modules is None or "omero-web" in modules:
        return None
    return _("The environment has OMERO's command, but not OMERO.web itself."), None


def _ice(omero: Omero, host: Host, found: re.Match[str]) -> Held:
    version = (_modules(host, omero.venv) or {}).get("zeroc-ice", "")
    if not version or within(version, ICE):
        return None
    text = _('OMERO was generated for Ice 3.6 and refuses Ice {version}, which is there: "Ice version mismatch".')
    return text.format(version=version), None


def _configuration(omero: Omero, host: Host, found: re.Match[str]) -> Held:
    properties = host.read(omero.properties)
    if not isinstance(properties, Unknown) or properties.needs:
        return None
    return str(properties.why), None


def _path(omero: Omero, file: str, host: Host, found: re.Match[str]) -> Held:
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


def _port(port: int, host: Host, found: re.Match[str]) -> Held:
    holder = holding(host, port, "gunicorn")
    if holder is None:
        return None
    text = _("`omero web start` said [OK], and gunicorn ended: port {port} is held by {who}.")
    return text.format(port=port, who=holder.who), holder.remedy
