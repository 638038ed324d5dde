"""A generated file from its sides: what Jalon wrote last, what a person made of it, what Jalon would write now."""

from __future__ import annotations

from wizard.base.rendering import Body, redact
from wizard.base.values import Value
from wizard.changes.change import Change
from wizard.changes.files import body_of
from wizard.host.files import Content
from wizard.host.reading import Host
from wizard.record.journal import Journal


class Sides(Value):
    """The texts, every secret masked; None where there is none, or where nobody here can say."""

    written: str | None = None
    disk: str | None = None
    now: str | None = None


def sides(path: str, body: Body | None, host: Host, journal: Journal) -> Sides:
    """The sides of the file at that path; `body` is what would be written now."""
    written, disk = journal.last_written(path), host.read(Content(path))
    return Sides(
        written,
        redact(disk, body, written) if isinstance(disk, bytes) else None,
        body.redacted() if body else None,
    )


def sides_of(change: Change, host: Host, journal: Journal) -> Sides:
    """The sides of the file that a change writes."""
    return sides(change.subject, body_of(change, host), host, journal)
