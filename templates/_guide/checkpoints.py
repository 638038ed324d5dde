"""The checkpoints, in the document's order: what should be so at each, and how it is proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wizard.api import (
    Answers,
    Checkpoint,
    Circumstances,
    Directory,
    EntryIs,
    Facts,
    GeneratedFile,
    Rendered,
    ShellAccepts,
    translator,
)

from .probes import Greets

_ = translator(__file__)
TEMPLATES = Path(__file__).parent / "templates"


def checkpoints(a: Answers, facts: Facts, c: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers, on a machine of these facts."""
    return [_folder(a, facts), _greeting(a, facts)]


def _folder(a: Answers, facts: Facts) -> Checkpoint:
    return Checkpoint(
        "folder",
        title=_("Folder"),
        objective=_("The folder is there, and belongs to whoever runs this."),
        steps=[Directory(a.folder, facts.user, facts.group)],
        # The id of a probe is its checkpoint's, a dot, and a name; it never changes once others rely on it.
        probes=[EntryIs("folder.there", _("the folder"), a.folder, "directory", facts.user)],
    )


def _greeting(a: Answers, facts: Facts) -> Checkpoint:
    place = f"{a.folder}/greeting.conf"
    # What the template may name.
    body = Rendered("greeting.conf", {"greeting": a.greeting}, TEMPLATES)
    return Checkpoint(
        "greeting",
        title=_("Greeting"),
        objective=_("A file that a shell can read holds the greeting."),
        steps=[GeneratedFile(place, body, 0o644, facts.user, facts.group, validation=ShellAccepts())],
        probes=[Greets("greeting.said", _("the greeting is in the file"), place, a.greeting, after=("folder.there",))],
    )
