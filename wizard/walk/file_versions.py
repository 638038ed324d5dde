"""The versions of a generated file: the one that Jalon wrote last, the one on disk, the one it would write now."""

from __future__ import annotations

from wizard.base.rendering import Body, redact
from wizard.base.values import Value
from wizard.changes.change import Change
from wizard.changes.files import body_of
from wizard.host.files import Content
from wizard.host.reading import Host
from wizard.record.journal import Journal


class FileVersions(Value):
    """The three texts, with secrets masked; None for one that does not exist or may not be read."""

    written: str | None = None
    disk: str | None = None
    now: str | None = None


def file_versions(path: str, body: Body | None, host: Host, journal: Journal) -> FileVersions:
    """The versions of the file at that path; `body` is what would be written now, None for a file to remove."""
    written, disk = journal.last_written(path), host.read(Content(path))
    return FileVersions(
        written,
        redact(disk, body, written) if isinstance(disk, bytes) else None,
        body.redacted() if body else None,
    )


def versions_for(change: Change, host: Host, journal: Journal) -> FileVersions:
    """The versions of the file that a change writes."""
    return file_versions(change.subject, body_of(change), host, journal)
