"""What a unit's settings (systemd.exec(5)) let its processes see, write and run, by path."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from wizard.host.mounts import is_below

HOMES = ("/home", "/root", "/run/user")
TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - names, at which nothing is made
SYSTEM = {"yes": ("/usr", "/boot", "/efi"), "full": ("/usr", "/boot", "/efi", "/etc"), "strict": ("/",)}
NEEDED = ("ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "BindPaths", "BindReadOnlyPaths", "ExecPaths")
# Where no setting is known that hides, closes or allows a path.
NONE = ""
Settings = Mapping[str, str]


def hides(settings: Settings, path: str) -> str:
    """Return the setting that keeps a path out of a unit's sight, as it would be written; "" where there is none."""
    home, private = settings.get("ProtectHome", ""), settings.get("PrivateTmp", "")
    closed = [(folder, f"InaccessiblePaths={folder}") for folder in _paths(settings, "InaccessiblePaths")]
    closed += [(folder, "ProtectHome=yes") for folder in HOMES if home == "yes"]
    empty = [(folder, "ProtectHome=tmpfs") for folder in HOMES if home == "tmpfs"]
    empty += [(folder, f"TemporaryFileSystem={folder}") for folder in _paths(settings, "TemporaryFileSystem")]
    own = [(folder, f"PrivateTmp={private}") for folder in TEMPORARY if private]
    found = [setting for folder, setting in closed if is_below(path, folder)]
    if not _bound(settings, path):
        found += [setting for folder, setting in empty if path != folder and is_below(path, folder)]
    found += [setting for folder, setting in own if path != folder and is_below(path, folder)]
    return found[0] if found else NONE


def closes(settings: Settings, path: str) -> str:
    """Return the setting by which a unit cannot write to a path; "" where there is none. The longest path counts."""
    found = [(folder, f"ReadOnlyPaths={folder}") for folder in _paths(settings, "ReadOnlyPaths")]
    found += [(target, "BindReadOnlyPaths=") for target in _targets(settings, "BindReadOnlyPaths")]
    system, home = settings.get("ProtectSystem", ""), settings.get("ProtectHome", "")
    found += [(folder, f"ProtectSystem={system}") for folder in SYSTEM.get(system, ())]
    found += [(folder, f"ProtectHome={home}") for folder in HOMES if home == "read-only"]
    open_ones = [(folder, NONE) for folder in (*_paths(settings, "ReadWritePaths"), *_targets(settings, "BindPaths"))]
    if system == "strict":
        open_ones += [(folder, NONE) for folder in ("/dev", "/proc", "/sys")]
    if settings.get("PrivateTmp") == "yes":
        open_ones += [(folder, NONE) for folder in TEMPORARY]
    return _nearest([*found, *open_ones], path)


def keeps_from_running(settings: Settings, path: str) -> str:
    """Return the setting by which a unit cannot run what lies at a path; "" where there is none."""
    found = [(folder, f"NoExecPaths={folder}") for folder in _paths(settings, "NoExecPaths")]
    return _nearest([*found, *((folder, NONE) for folder in _paths(settings, "ExecPaths"))], path)


def required(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the settings of paths without which the unit does not start, each with its path."""
    for name in NEEDED:
        for word in settings.get(name, "").split():
            path = word.lstrip("+!").partition(":")[0]
            if path.startswith("/"):
                yield name, posixpath.normpath(path)


def elsewhere(settings: Settings) -> bool:
    """Whether the unit has another root folder than the machine's, in which nothing here can be judged."""
    return bool(settings.get("RootDirectory") or settings.get("RootImage"))


def _nearest(found: list[tuple[str, str]], path: str) -> str:
    return max((one for one in found if is_below(path, one[0])), key=lambda one: len(one[0]), default=("", NONE))[1]


def _bound(settings: Settings, path: str) -> bool:
    """Whether a folder is put back where a path lies, or below it."""
    targets = [*_targets(settings, "BindPaths"), *_targets(settings, "BindReadOnlyPaths")]
    return any(is_below(path, target) or is_below(target, path) for target in targets)


def _paths(settings: Settings, name: str) -> Iterator[str]:
    for word in settings.get(name, "").split():
        path = word.lstrip("-+!").partition(":")[0]
        if path.startswith("/"):
            yield posixpath.normpath(path)


def _targets(settings: Settings, name: str) -> Iterator[str]:
    """Where folders are bound: the second word of `SOURCE:TARGET:OPTIONS`, or the only one."""
    for word in settings.get(name, "").split():
        source, _colon, rest = word.lstrip("-+!").partition(":")
        target = rest.partition(":")[0] or source
        if target.startswith("/"):
            yield posixpath.normpath(target)
