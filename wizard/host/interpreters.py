"""Whether an environment's interpreter is there, and is the one that its modules were installed for: from links and
names of folders, without running it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host.distributions import distribution_of
from wizard.host.environments import Environment
from wizard.host.facts import Facts
from wizard.host.files import EntryAt, Listing
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, NotKnown, Unknown

NAME = pattern(r"python(3\.[0-9]{1,2})")
# Where interpreters of distributions, and those built by hand, lie.
FOLDERS = ("/usr/bin", "/usr/local/bin")
SYSTEM = ("python3", "/usr/bin/python3")


class Misfit(Value):
    """Why programs of an environment cannot run: its interpreter `place` is not there (`new` is ""), or is Python `new`
    while its modules are those of `old`."""

    place: str
    old: str = ""
    new: str = ""


def misfit(host: Host, path: str, environment: Environment) -> Misfit | None:
    """Return why programs of the environment at `path` cannot run; None where they can, or nobody can say."""
    python = f"{path}/bin/python"
    try:
        if host.get(EntryAt(python)) is None:
            return None
        place, entry = resolve_symlinks(host, python)
    except NotKnown:
        return None
    old = ", ".join(environment.libraries)
    if entry is None:
        return Misfit(place, old)
    named = NAME.fullmatch(PurePosixPath(place).name)
    fits = named is None or not environment.libraries or named[1] in environment.libraries
    return None if fits or named is None else Misfit(place, old, named[1])


def minor_of(python: str, facts: Facts) -> str:
    """Return the minor version (`3.10`) of an interpreter: the machine's own, or by its name; "" where that does not
    say."""
    if python in SYSTEM:
        return ".".join(facts.python.split(".")[:2])
    named = NAME.fullmatch(PurePosixPath(python).name)
    return named[1] if named else ""


def is_missing(python: str, facts: Facts, entry_at: Callable[[EntryAt], object]) -> bool:
    """Whether an interpreter is nowhere where it would be found; never the machine's own, nor one that comes as a
    package. `entry_at` is how the host is asked."""
    if python in SYSTEM or python in distribution_of(facts).pythons:
        return False
    places = [python] if python.startswith("/") else [f"{folder}/{python}" for folder in FOLDERS]
    return all(entry_at(EntryAt(place)) is None for place in places)


def interpreters(host: Host) -> list[str]:
    """Return the paths of the interpreters of Python 3 that this machine has, with their versions in their names."""
    found: list[str] = []
    for folder in FOLDERS:
        names = host.read(Listing(folder))
        if not isinstance(names, Unknown):
            found += [f"{folder}/{name}" for name in names or () if NAME.fullmatch(name)]
    return found
