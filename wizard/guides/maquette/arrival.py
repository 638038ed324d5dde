"""What awaits at the end of the practice instance."""

from __future__ import annotations

from wizard.api import Answers, Arrival, Facts, _
from wizard.guides.maquette.names import LOGO


def arrival(a: Answers, facts: Facts) -> Arrival:
    """The address, the first account, and the document's own chapter, for which this is practice."""
    names = [str(name) for name in a.hostnames if name not in ("localhost", "127.0.0.1")]
    told = _("{addresses}, where those names lead here and no packet filter stops the port")
    addresses = ", ".join(f"http://{name}:{a.http_port}/" for name in names)
    return Arrival(
        address=f"http://localhost:{a.http_port}/",
        account=a.first_account,
        account_secret="first_account_password",  # noqa: S106 - the key of an answer
        logo=LOGO,
        running=("nginx.running", "service.active", "service.page"),
        elsewhere=told.format(addresses=addresses) if names else "",
        next=_("Chapter 1.2 of the document: the same on a machine of its own, with the guide biomaid."),
    )
