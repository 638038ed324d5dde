"""Diagnose why a body that is sent does not reach the application, or does not get through it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.causes.candidates import Diagnosis, file_step
from wizard.causes.handed import handed_to
from wizard.causes.site import Site
from wizard.findings.finding import Cause, Remedy
from wizard.host.files import Entry, EntryAt
from wizard.host.processes import Process
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit

MIB = 2**20
UNIT = "nginx.service"
BUILT_IN = ("/var/lib/nginx/body", "/var/lib/nginx/tmp/client_body", "/var/cache/nginx/client_temp")
"""Where nginx keeps bodies unless told otherwise: as Debian, Red Hat and nginx.org build it."""
# How nginx signs its own pages of errors.
OWN_PAGE = "<center>nginx"


def diagnose_refused_body(host: Host, site: Site, status: int, page: str) -> Diagnosis | None:
    """Diagnose an answer to a request with a large body; None where nothing of the way says why."""
    if status == 413:
        return small(host, site)
    if status == 500 and OWN_PAGE in page:
        handed = handed_to(host, site)
        folder = (handed[0].waits if handed else "") or built_in(host)
        found = closed(host, folder) if folder else None
        return (found[1], found[2]) if found else _unkept(folder)
    if status == 500:
        told = _(
            "The application failed on the file: its disk or its folder for temporary files may be full, or closed."
        )
        return Cause("application-error", told), Remedy(_("Its log says why; see also `df -h` and `df -i` of /tmp."))
    return None


def small(host: Host, site: Site) -> Diagnosis:
    """The cause and remedy of a limit of nginx that attachments exceed."""
    told = _("Whoever attaches more than that is answered 413 (Request Entity Too Large) by nginx.")
    text = _("Set `client_max_body_size 100m;` in the `server` of {path}, less in no `location`; restart nginx.")
    remedy = Remedy(text.format(path=site.available), step=file_step(host, site.available))
    return Cause("body-size-small", told), remedy


def built_in(host: Host) -> str:
    """The folder where nginx keeps bodies unless told otherwise; "" if none of those known is there."""
    for path in BUILT_IN:
        entry: Entry | Unknown | None = host.read(EntryAt(path))
        if isinstance(entry, Entry):
            return path
    return ""


def closed(host: Host, folder: str) -> tuple[str, Cause, Remedy] | None:
    """What keeps nginx's workers from writing to a folder: what is seen, its cause and the remedy; None if nothing is
    seen that does."""
    state = host.read(Unit(UNIT))
    workers: Sequence[Process] = () if isinstance(state, Unknown) else [one for one in state.processes if _works(one)]
    if not workers:
        return None
    for place in (*[str(one) for one in reversed(PurePosixPath(folder).parents)], folder):
        entry: Entry | Unknown | None = host.read(EntryAt(place))
        if isinstance(entry, Unknown):
            return None
        if entry is None:
            return _("{path} is not there").format(path=place), _cause(), _restart()
        if entry.kind == "directory" and not _may(entry, workers[0], 0o300 if place == folder else 0o100):
            seen = _("{path} is {mode} {owner}:{group}: {user} may not write there").format(
                path=place, mode=entry.octal, owner=entry.owner, group=entry.group, user=workers[0].user
            )
            opens = Remedy(_("Let everybody pass through {folder}.").format(folder=place))
            # nginx gives its folders to its workers itself when it starts.
            return seen, _cause(), _restart() if place == folder else opens
    return None


def _works(process: Process) -> bool:
    return process.user != "root"


def _cause() -> Cause:
    told = _("nginx cannot keep what is sent to it: every upload of more than some kilobytes is answered 500.")
    return Cause("bodies-not-writable", told)


def _unkept(folder: str) -> Diagnosis:
    text = _("nginx's error log says why; see the room and the rights of {folder}.")
    return _cause(), Remedy(text.format(folder=folder or "client_body_temp_path"))


def _restart() -> Remedy:
    return Remedy(
        _("Restart nginx: it makes that folder, and gives it to its workers, when it starts."),
        ("nginx -t", f"systemctl restart {UNIT}"),
    )


def _may(entry: Entry, worker: Process, needed: int) -> bool:
    if entry.owner == worker.user:
        return entry.mode & needed == needed
    shift = 3 if entry.group in worker.groups else 6
    return entry.mode & (needed >> shift) == needed >> shift
