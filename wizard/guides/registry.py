"""Finds guides: the built-in ones, those in a folder that is tried, those in /etc/jalon/guides, and those that
installed packages offer as entry points.

Of several of one name, the first in this order counts. A built-in guide is found without looking for any other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from wizard.base.language import _
from wizard.guide import Guide
from wizard.guides.outside import Broken, BrokenGuide, Source, goes_through, load, told

FOLDER = Path("/etc/jalon/guides")
GROUP = "jalon.guides"
DISTRIBUTIONS = (".dist-info", ".egg-info", "EGG-INFO")
BUILT_IN = {
    "biomaid": "wizard.guides.biomaid",
    "omero-web": "wizard.guides.omero_web",
    "maquette": "wizard.guides.maquette",
}

_tried: Path | None = None
_loaded: dict[Source, Guide | Broken] = {}
_offered: set[Source] = set()
_built: dict[str, Guide] = {}


def weak_way(folder: Path) -> bool:
    """Whether others may change the way to a folder, or to what it is a link to, as far as this user may look."""
    from wizard.host.trust import CLOSED, STRANGE, weakness  # which only a folder that is tried needs

    found = weakness(folder, (os.geteuid(),), sticky=os.geteuid() != 0)
    return found is not None and found.kind not in (CLOSED, STRANGE)


def try_folder(folder: Path | None) -> None:
    """Looks for guides in this folder too, before all but the built-in ones; it may also be a single guide's."""
    global _tried
    _tried = folder.absolute() if folder else None
    _loaded.clear()
    _offered.clear()


def options() -> tuple[str, ...]:
    """The words that make another `jalon` look in the folder that is tried."""
    return ("--guides", str(_tried)) if _tried else ()


def find(name: str) -> Guide | None:
    """The guide of that name; None where there is none. Raises `BrokenGuide` where it is broken."""
    if name in BUILT_IN:
        return _built_in(name)
    source = next((one for one in _sources() if one.name == name), None)
    if source is None:
        # It may be in the folder that is tried, which is not even listed then.
        if _tried is None or not weak_way(_tried):
            return None
        source = Source(_tried.name, str(_tried), _tried)
    found = _of(source)
    if isinstance(found, Broken):
        raise BrokenGuide(found)
    return found


def guides() -> Mapping[str, Guide]:
    """The guides that can be used, by name, in the order in which they are shown."""
    found: dict[str, Guide | Broken] = {name: _built_in(name) for name in BUILT_IN}
    for source in _sources():
        if source.name not in found:
            found[source.name] = _listed(source)
    return {name: one for name, one in found.items() if isinstance(one, Guide)}


def broken() -> Sequence[Broken]:
    """Those that cannot be used, each with its reason."""
    places = dict.fromkeys(BUILT_IN, _("built in"))
    found = []
    for source in _sources():
        if source.name in places:
            text = _("there is a guide of this name already ({place})").format(place=places[source.name])
            found.append(source.broken(text, _("rename or remove one of them")).broken)
            continue
        places[source.name] = source.place
        one = _listed(source)
        if isinstance(one, Broken):
            found.append(one)
    return found


def fault(error: BaseException) -> BrokenGuide | None:
    """What a guide from outside did wrong, where an error went through its code."""
    for source in _loaded:
        if goes_through(error, source):
            return told(error, source)
    return None


def _built_in(name: str) -> Guide:
    if name not in _built:
        from wizard.guides.network import with_network

        _built[name] = with_network(import_module(BUILT_IN[name]).GUIDE)
    return _built[name]


def _of(source: Source) -> Guide | Broken:
    if source not in _loaded:
        try:
            from wizard.guides.network import with_network

            _loaded[source] = with_network(load(source))
        except BrokenGuide as problem:
            _loaded[source] = problem.broken
    return _loaded[source]


def _listed(source: Source) -> Guide | Broken:
    """A guide as a list offers it: only where it has checkpoints for its defaults."""
    found = _of(source)
    if isinstance(found, Guide) and source not in _offered:
        from wizard.guides.defaults import try_defaults

        try:
            try_defaults(found, source)
        except BrokenGuide as problem:
            _loaded[source] = problem.broken
        _offered.add(source)
    return _loaded[source]


def _sources() -> Iterator[Source]:
    if _tried:
        yield from _in_folder(_tried)
    yield from _in_folder(FOLDER)
    yield from _installed()


def _in_folder(folder: Path) -> Iterator[Source]:
    if folder == _tried and weak_way(folder):
        # What is in it is not even listed; that it cannot be used is said of the folder.
        yield Source(folder.name, str(folder), folder)
        return
    try:
        if (folder / "__init__.py").is_file():
            yield Source(folder.name, str(folder), folder)
            return
        places = sorted(folder.iterdir())
    except OSError:
        return
    yield from (Source(one.name, str(one), one) for one in places if one.name[0] not in "._" and _may_be_folder(one))


def _may_be_folder(path: Path) -> bool:
    """Whether a path is a folder; also one that may not be looked at, which is then named as a guide that is broken."""
    try:
        return path.is_dir()
    except OSError:
        return True


def _installed() -> Iterator[Source]:
    if not any(map(_may_offer, dict.fromkeys(sys.path))):
        return
    from importlib.metadata import entry_points  # which takes its time: it reads as letters are read

    for entry in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        yield Source(entry.name, package, entry=entry)


def _may_offer(place: str) -> bool:
    """Whether something that is installed there names our group: by its file of entry points alone."""
    try:
        with os.scandir(place or ".") as found:
            return any(_names_group(Path(one.path)) for one in found if one.name.endswith(DISTRIBUTIONS))
    except NotADirectoryError:
        return True  # an archive, which only importlib opens
    except OSError:
        return False


def _names_group(path: Path) -> bool:
    try:
        return f"[{GROUP}]".encode() in (path / "entry_points.txt").read_bytes()
    except OSError:
        return False
