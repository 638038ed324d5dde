"""What awaits at the end of the practice instance."""

from __future__ import annotations

from wizard.api import Answers, Arrival, Facts, _
from wizard.guides.maquette.names import LOGO


def arrival(a: Answers, facts: Facts) -> Arrival:
    """The address, the first account, and the document's own chapter, for which this is practice."""
    return Arrival(
        address=f"http://localhost:{a.http_port}/",
        account=a.first_account,
        account_secret="first_account_password",  # noqa: S106 - the key of an answer
        logo=LOGO,
        running=("nginx.running", "service.active", "service.page"),
        next=_("Chapter 1.2 of the document: the same on a machine of its own, with the guide biomaid."),
    )
