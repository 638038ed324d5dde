"""Which commands fetch something from elsewhere, and from where: they alone are given a proxy's password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host.mirrors import sources

APT, DNF, PACMAN, GIT, PIP, CURL = "apt", "dnf", "pacman", "git", "pip", "curl"
ADDRESS = ("http://", "https://")
# A script of a shell that calls one of them.
IN_SCRIPT = pattern(r"\b(?:apt-get|apt|dnf|curl|wget|pip3?|poetry|git\s+(?:clone|fetch|pull))\b")
VERBS = {
    "apt-get": (APT, ("update", "install", "upgrade", "dist-upgrade")),
    "dnf": (DNF, ("install", "update", "upgrade")),
    "pacman": (PACMAN, ("-S", "-Sy", "-Syu", "--sync")),
    "git": (GIT, ("clone", "fetch", "pull", "ls-remote")),
    "pip": (PIP, ("install", "download", "wheel")),
    "pip3": (PIP, ("install", "download", "wheel")),
    "poetry": (PIP, ("install", "add", "lock", "update", "sync")),
}


class Fetch(Value):
    """What a command fetches: with which `tool` ("" for several), and the address that is asked first, "" where that
    is not known. `every` are all that it may ask, where one of them must answer, or nothing comes of it."""

    tool: str
    address: str = ""
    every: tuple[str, ...] = ()


def fetch_of(words: Sequence[str], env: Mapping[str, str], index: str = "") -> Fetch | None:
    """What a command in that environment fetches; None for one that fetches nothing, or from this machine alone.
    `index` is pip's own."""
    names = [word.rpartition("/")[2] for word in words]
    for program, (tool, verbs) in VERBS.items():
        if program in names and any(verb in words for verb in verbs):
            return _of_tool(tool, words, env, index)
    if {"curl", "wget"} & {*names[:1]}:
        return Fetch(CURL, _first(words))
    if names[:1] in (["sh"], ["bash"]) and any(IN_SCRIPT.search(word) for word in words[1:3]):
        return Fetch("")
    return None


def _of_tool(tool: str, words: Sequence[str], env: Mapping[str, str], index: str) -> Fetch | None:
    if tool == GIT:
        return None if "--upload-pack" in words or _by_ssh(words) else Fetch(GIT, _first(words))
    if tool == APT:
        return _of_apt(sources(), lists="update" in words)
    if tool == PIP:
        if "--no-index" in words:
            return None
        given = _after("--index-url", words) or env.get("POETRY_PYPI_MIRROR_URL") or env.get("PIP_INDEX_URL")
        return Fetch(PIP, given or index or own_index())
    return Fetch(tool)


def _of_apt(found: Sequence[str], *, lists: bool) -> Fetch | None:
    """One of apt's own schemes (file, cdrom) needs no way out, and others (mirror+http) are not known here."""
    if found and all(one.startswith(("file:", "copy:", "cdrom:")) for one in found):
        return None
    known = tuple(one for one in found if one.startswith(ADDRESS))
    # What is in apt's cache is installed without any.
    return Fetch(APT, known[0] if known else "", known if lists and len(known) == len(found) else ())


def _by_ssh(words: Sequence[str]) -> bool:
    return not _first(words) and any(verb in words for verb in ("clone", "ls-remote"))


def _first(words: Sequence[str]) -> str:
    return next((word for word in words if word.startswith(ADDRESS)), "")


def _after(option: str, words: Sequence[str]) -> str:
    places = [number for number, word in enumerate(words[:-1]) if word == option]
    return words[places[0] + 1] if places else ""


def own_index() -> str:
    """The index of pip where nothing names another, as pip itself knows it."""
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        return ""
    return str(PyPI.simple_url)
