"""A small working guide to start from."""

from __future__ import annotations

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
    source = templates() / "_guide"
    written = []
    for one in sorted(source.rglob("*")):
        if one.is_file() and "__pycache__" not in one.parts:
            place = target / _named(str(one.relative_to(source)), name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(_named(one.read_text(encoding="utf-8"), name), encoding="utf-8")
            written.append(place)
    return written


def _named(text: str, name: str) -> str:
    return text.replace(ID, name).replace(MODULE, name.replace("-", "_"))
