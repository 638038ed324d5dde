"""Diagnose that something is missing which was there before: where it is, and that a new one would be empty."""

from __future__ import annotations

from wizard.base.language import _
from wizard.base.sql import identifier
from wizard.findings.finding import Cause, Finding, Remedy, failed
from wizard.findings.words import as_user, command
from wizard.host.earlier import Traces
from wizard.host.files import Listing
from wizard.host.mounts import not_mounted
from wizard.host.reading import Host


def lost_database(name: str, traces: Traces, port: int, evidence: str) -> Finding | None:
    """A finding about a database that is not there, or is empty, with traces of what it held; None without any."""
    if not traces.any:
        return None
    seen = _("{evidence}; known of it: {found}").format(evidence=evidence, found=traces.told)
    if not traces.places:
        text = _("The database {name} is lost: it was there, and nothing on this machine holds it any more.")
        told = _("Bring back the newest backup. An empty one is only made when a person agrees to it.")
        return failed(seen, cause=Cause("database-lost", text.format(name=name)), remedy=Remedy(told))
    text = _("What {name} held is elsewhere: an empty one in its place would hide it.").format(name=name)
    return failed(seen, cause=Cause("database-elsewhere", text), remedy=_bring_back(name, traces, port))


def _bring_back(name: str, traces: Traces, port: int) -> Remedy:
    if traces.renamed and len(traces.places) == 1:
        statement = f"ALTER DATABASE {identifier(traces.renamed)} RENAME TO {identifier(name)}"
        words = as_user("postgres", "psql", "-p", str(port), "-d", "postgres", "-c", statement)
        return Remedy(_("Give it its name back, if that is the one."), (words,))
    told = _(
        "See which of them it is, then give it its name and its port back (`pg_lsclusters`, `pg_ctlcluster`, "
        "`pg_conftool`), or correct the answers `db_port` and `db_name`. An empty one is only "
        "made when a person agrees to it."
    )
    return Remedy(told)


def lost_folder(path: str, traces: Traces) -> Finding | None:
    """A finding about a folder that is not there, with traces of what it held; None without any."""
    if not traces.any:
        return None
    seen = _("{path} is not there; known of it: {found}").format(path=path, found=traces.told)
    if not traces.places:
        text = _("It was there, and is gone with what people had put into it.")
        told = _("Bring back the newest backup. An empty one is only made when a person agrees to it.")
        return failed(seen, cause=Cause("folder-lost", text), remedy=Remedy(told))
    text = _("It was moved: an empty one in its place would hide what people had put into it.")
    told = _("Give it its name back, if that is the one. An empty one is only made when a person agrees to it.")
    return failed(seen, cause=Cause("folder-elsewhere", text), remedy=Remedy(told))


def unmounted(host: Host, path: str, *, whole: bool = False) -> Finding | None:
    """A finding where a path should lie on a disk of fstab that is not mounted; with `whole`, only where nothing
    lies in its place. None where it is mounted, or needs not be."""
    disk = not_mounted(host, path)
    if disk is None:
        return None
    within = host.read(Listing(disk.point))
    empty = not isinstance(within, tuple) or not within
    if whole and not empty:
        return None
    seen = _("{path} should lie on {disk}, which /etc/fstab mounts at {point}; nothing is mounted there")
    text = _("The disk is not mounted: what is there in its place is not what people had put there.")
    # systemd mounts nothing through a link, which the owner of the folder could have put there.
    commands = (command("systemctl", "daemon-reload"), command("systemctl", "start", mount_unit(disk.point)))
    # Mounting over what is there would hide it.
    remedy = Remedy(_("Mount it."), commands, safe=empty)
    evidence = seen.format(path=path, disk=disk.source, point=disk.point)
    return failed(evidence, cause=Cause("not-mounted", text), remedy=remedy)


def mount_unit(point: str) -> str:
    """The unit of a mount point, as `systemd-escape --path --suffix=mount` names it."""
    trimmed = "/".join(part for part in point.split("/") if part)
    named = "".join(_escaped(one, first=not number) for number, one in enumerate(trimmed)) or "-"
    return f"{named}.mount"


def _escaped(letter: str, *, first: bool) -> str:
    if letter == "/":
        return "-"
    if (letter.isascii() and letter.isalnum()) or letter in "_:" or (letter == "." and not first):
        return letter
    return "".join(f"\\x{byte:02x}" for byte in letter.encode())
