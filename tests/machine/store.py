"""Bases and layers: the read-only folders that machines stand on, made once and kept between runs."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.machine import registry, surroundings
from tests.machine.places import MachineError, cache, checked_name, locked

SUITES = ("bookworm", "trixie")
# What a fresh server image has, and no more: no git, no curl, no cron, no venv.
_PACKAGES = (
    "systemd",
    "systemd-sysv",
    "dbus",
    "python3",
    "sudo",
    "ca-certificates",
    "locales",
    "procps",
    "iproute2",
    "less",
    "nano",
)


def base(suite: str) -> Path:
    """The folder of a fresh Debian, made with debootstrap when it is not there yet (about a minute)."""
    if suite not in SUITES:
        raise MachineError(f"no such suite: {suite}; there are {', '.join(SUITES)}")
    recipe = f"{suite} {_PACKAGES} {surroundings.sources(suite)}"
    name = f"base-{suite}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"

    def make(partial: Path) -> None:
        surroundings.debootstrap(suite, _PACKAGES, partial, cache() / f"{name}.log")
        (partial / "etc/apt/sources.list").write_text(surroundings.sources(suite))
        surroundings.settle(partial)
        shutil.rmtree(partial / "var/cache/apt/archives", ignore_errors=True)
        (partial / "var/cache/apt/archives/partial").mkdir(parents=True)

    return _made_once(cache() / name, make)


def lowers(suite: str, layer: str | None) -> tuple[str, ...]:
    """The folders a machine stands on, uppermost first; MachineError when the layer is not there."""
    if layer is None:
        return (str(base(suite)),)
    description = folder(layer) / "layer.json"
    if not description.exists():
        raise MachineError(f"no layer named {layer}")
    return (str(folder(layer) / "upper"), *json.loads(description.read_text())["lowers"])


def folder(layer: str) -> Path:
    """Where the layer lies, or will."""
    return cache() / "layers" / checked_name(layer)


def keep(layer: str, upper: Path, below: tuple[str, ...]) -> None:
    """Makes a powered-off machine's own folder the layer, whole or not at all; an existing one stays."""
    target = folder(layer)
    partial = target.with_name(f".{target.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    upper.rename(partial / "upper")
    (partial / "layer.json").write_text(json.dumps({"lowers": below}))
    try:
        partial.rename(target)
    except OSError:
        shutil.rmtree(partial)


def made_layer(name: str, make: Callable[[], None]) -> None:
    """Calls `make` unless the layer is there, one maker at a time, then drops older ones of the same stem."""
    with locked(cache() / "locks" / f"layer-{checked_name(name)}"):
        if not (folder(name) / "layer.json").exists():
            make()
    drop_older(name)


def drop_older(name: str) -> None:
    """Removes layers that differ from `name` in the last part only, and what stands on them, if unused."""
    stem = name.rpartition("-")[0]
    if not stem:
        return
    with registry.register():
        used = {low for entry in registry.entries() for low in entry.lowers}
        known = {path: _below(path) for path in (cache() / "layers").glob("[!.]*") if path.is_dir()}
        doomed = {path for path in known if path.name.rpartition("-")[0] == stem and path.name != name}
        doomed |= {path for path, below in known.items() if any(str(old / "upper") in below for old in doomed)}
        for path in doomed:
            if str(path / "upper") not in used:
                shutil.rmtree(path, ignore_errors=True)


def _below(layer: Path) -> tuple[str, ...]:
    try:
        return tuple(json.loads((layer / "layer.json").read_text())["lowers"])
    except (OSError, ValueError):
        return ()


def _made_once(target: Path, make: Callable[[Path], None]) -> Path:
    with locked(cache() / "locks" / target.name):
        if not target.exists():
            partial = target.with_name(f".{target.name}.part")
            shutil.rmtree(partial, ignore_errors=True)
            make(partial)
            partial.rename(target)
    return target
