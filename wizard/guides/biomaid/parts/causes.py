"""Causes of a failed start that only BiomAid has."""

from __future__ import annotations

from functools import partial

from wizard.api import Candidate, Host, Remedy, Said, _, resolve_symlinks


def local_missing(link: str) -> Candidate:
    """The link to the local folder is missing, or leads to one without settings: BiomAid says so, and ends."""
    return Candidate("local-dangling", r"No local configuration found|no local configuration", partial(_dangling, link))


def _dangling(link: str, host: Host, found: Said) -> tuple[str, Remedy | None] | None:
    if resolve_symlinks(host, f"{link}/settings.py")[1] is not None:
        return None
    text = _("{link} is missing or leads to a folder without `settings.py`; the code does not start without it.")
    told = _("Bring the folder back, or make the link lead to it.")
    return text.format(link=link), Remedy(told)
