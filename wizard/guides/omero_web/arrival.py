"""What awaits at the end of OMERO.web's guide."""

from __future__ import annotations

from wizard.api import Answers, Arrival, Facts, _


def arrival(a: Answers, facts: Facts) -> Arrival:
    """The address, and what comes next. Its accounts are those of the OMERO.server."""
    port = a.http_port if a.nginx_here else a.app_port
    shown = "" if port == 80 else f":{port}"
    return Arrival(
        address=f"http://{a.server_name}{shown}{a.prefix}/",
        logo=f"{a.prefix}/static/webclient/image/logo_login_web.png" if a.nginx_here else "",
        running=("system.nginx", "service.active", "service.page"),
        next=_(
            "Log in with an account of the OMERO.server {server}; its apps are set up as their own pages say."
        ).format(server=a.omero_server),
    )
