"""Steps for what lies in the instance's folder and belongs to the user who asks."""

from __future__ import annotations

from wizard.api import (
    Body,
    Directory,
    GeneratedFile,
    Step,
    Validation,
)
from wizard.guides.maquette.names import Names


def own_folder(names: Names, path: str, contents: bool = False) -> Directory:
    """A folder of the user who asks. `contents`: all that is written into it later is the instance's too."""
    return Directory(path, owner=names.user, group=names.group, contents=contents)


def own_file(names: Names, path: str, body: Body, mode: int = 0o644, validation: Validation | None = None) -> Step:
    """A file of the user who asks."""
    return GeneratedFile(path, body=body, mode=mode, owner=names.user, group=names.group, validation=validation)
