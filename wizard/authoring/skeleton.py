"""A small working guide to start from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from wizard.base.errors import NotWritable, Refused
from wizard.base.language import _
from wizard.base.resources import templates
from wizard.guides.outside import NAMED
from wizard.guides.registry import BUILT_IN

# What stands in the skeleton for the guide's name, and for the same as a part of a Python module's name.
ID, MODULE = "@ID@", "@MODULE@"


def write(name: str, output: Path) -> list[Path]:
    """Writes the guide into a folder of its name below `output`, and returns the files.

    Raises `Refused` for a name that no guide can have, `NotWritable` where something is there already.
    """
    if not NAMED.fullmatch(name):
        why = _("a guide's name consists of small letters, digits, and single hyphens between them")
        raise Refused(why, _("choose another name than `{name}`").format(name=name))
    if name in BUILT_IN:
        raise Refused(_("`{name}` is a guide of Jalon's own").format(name=name), _("choose another name"))
    target = output / name
    if target.exists() or target.is_symlink():
        raise NotWritable(_("{path} is there already").format(path=target), _("choose another name, or remove it"))
    output.mkdir(parents=True, exist_ok=True)
    above = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return list(_folder(templates() / "_guide", target, name, above))
    finally:
        os.close(above)


def _folder(source: Path, target: Path, name: str, above: int) -> Iterator[Path]:
    """Makes the folder `target` in the open folder `above`, and all that is in it; the files, by path.

    Each is made anew and by no path: whoever may write the folders above cannot lead us elsewhere by a link.
    """
    os.mkdir(target.name, dir_fd=above)
    folder = os.open(target.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
    try:
        for one in sorted(source.iterdir()):
            place = target / _named(one.name, name)
            if one.is_file():
                made = os.open(place.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder)
                with os.fdopen(made, "w", encoding="utf-8") as file:
                    file.write(_named(one.read_text(encoding="utf-8"), name))
                yield place
            elif one.name != "__pycache__":
                yield from _folder(one, place, name, folder)
    finally:
        os.close(folder)


def _named(text: str, name: str) -> str:
    return text.replace(ID, name).replace(MODULE, name.replace("-", "_"))
