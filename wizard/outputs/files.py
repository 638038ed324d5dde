"""The generated files as JSON: versions and state of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wizard.base.rendering import hash_of, redact
from wizard.base.values import as_dict
from wizard.changes.files import FileWritten
from wizard.guide import Checkpoint
from wizard.host.files import Content
from wizard.host.reading import Host
from wizard.host.records import WrittenAt
from wizard.record.journal import Journal
from wizard.walk.file_versions import file_versions

COMING, CURRENT, OUTDATED, EDITED, KEPT, UNKNOWN = "coming", "current", "outdated", "edited", "kept", "unknown"


def document(guide: str, instance: str, files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The files of an instance as one object."""
    return {"guide": guide, "instance": instance, "files": list(files)}


def data(point: Checkpoint, change: FileWritten, host: Host, journal: Journal, known: bool) -> dict[str, Any]:
    """One file, with secrets masked. `known`: the journal and the secrets needed may be read."""
    before = journal.replaced(change.path)
    return {
        "path": change.path,
        "checkpoint": point.id,
        "title": point.title,
        "state": _state(change, host, known),
        "owner": change.owner,
        "group": change.group,
        "mode": f"{change.mode:04o}",
        "before": None if before is None else redact(before, change.body),
        **as_dict(file_versions(change.path, change.body, host, journal)),
    }


def _state(change: FileWritten, host: Host, known: bool) -> str:
    """The state of the file, from the hashes on disk, of the new text and of what was written last."""
    found = host.read(Content(change.path))
    if found is None:
        return COMING
    wrote = host.get(WrittenAt(change.path))
    if not isinstance(found, bytes) or not known:
        # Without the secrets, the new text is known only for files that contain none.
        plain = isinstance(found, bytes) and not change.body.confidential
        return CURRENT if plain and found == change.body.render() else UNKNOWN
    disk, now = hash_of(found), change.hash
    if disk == now:
        return CURRENT
    if (wrote.kept_disk, wrote.kept_rendered) == (disk, now):
        return KEPT
    return OUTDATED if disk == wrote.last else EDITED
