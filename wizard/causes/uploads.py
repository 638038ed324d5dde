"""Diagnose why a body that is sent does not reach the application, or does not get through it."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.candidates import Diagnosis, file_step
from wizard.causes.handed import handed_to
from wizard.causes.nginx_folders import RESTART, Closed, built_in, closed
from wizard.causes.site import Site
from wizard.findings.finding import Cause, Remedy
from wizard.host.reading import Host

MIB = 2**20
# How nginx signs its own pages of errors.
OWN_PAGE = "<center>nginx"


def diagnose_refused_body(host: Host, site: Site, status: int, page: str) -> Diagnosis | None:
    """Diagnose an answer to a request with a large body; None where nothing of the way says why."""
    if status == 413:
        return small(host, site)
    if status == 500 and OWN_PAGE in page:
        handed = handed_to(host, site)
        folder = (handed[0].waits if handed else "") or built_in(host)
        found = bodies_closed(host, folder) if folder else None
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


def bodies_closed(host: Host, folder: str) -> Closed | None:
    """What keeps nginx from keeping bodies in a folder; None if nothing is seen that does."""
    remedy = Remedy(_("Restart nginx: it makes that folder, and gives it to its workers, when it starts."), RESTART)
    return closed(host, folder, _cause(), remedy)


def _cause() -> Cause:
    told = _("nginx cannot keep what is sent to it: every upload of more than some kilobytes is answered 500.")
    return Cause("bodies-not-writable", told)


def _unkept(folder: str) -> Diagnosis:
    text = _("nginx's error log says why; see the room and the rights of {folder}.")
    return _cause(), Remedy(text.format(folder=folder or "client_body_temp_path"))
