"""Diagnose why nginx cuts off what an application answers."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.nginx_folders import RESTART, Closed, closed
from wizard.findings.finding import Cause, Remedy
from wizard.host.reading import Host


def answers_closed(host: Host, folder: str) -> Closed | None:
    """What keeps nginx from keeping answers in a folder; None if nothing is seen that does."""
    told = _(
        "nginx cannot keep what the application answers: for whoever takes it slowly, pages and downloads of more than"
        " some 60 kilobytes are cut off."
    )
    remedy = Remedy(_("Restart nginx: it makes that folder, and gives it to its workers, when it starts."), RESTART)
    return closed(host, folder, Cause("answers-not-writable", told), remedy)
