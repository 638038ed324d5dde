"""The command `omero`: `config`, and `web` where OMERO.web is there."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from omero.config import die, read, write


def main() -> None:
    """Carries out the words of the command line."""
    if os.geteuid() == 0:
        die(1, "FATAL: running omero as root spoils the owners of its files")
    if "OMERO_HOME" in os.environ:
        print("WARN: OMERO_HOME is no longer looked at")
    commands = ["config", *(["web"] if importlib.util.find_spec("omeroweb") else [])]
    name, words = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if name not in commands:
        die(2, f"omero: error: argument <subcommand>: invalid choice: '{name}' (choose from {', '.join(commands)})")
    if name == "config":
        config(words)
    else:
        from omeroweb.web import web

        web(words)


def config(words: Sequence[str]) -> None:
    """`get`, `set`, `append`, `remove`."""
    verb, (options, rest) = words[0], _parted(words[1:])
    properties = read()
    if verb == "get":
        wanted = rest or sorted(properties)
        for key in wanted:
            if key in properties:
                print(properties[key] if len(rest) == 1 else f"{key}={properties[key]}")
        return
    key = rest[0]
    if verb == "set":
        value = sys.stdin.read().rstrip() if "-f" in options else rest[1] if len(rest) > 1 else None
        if value is None:
            properties.pop(key, None)
        else:
            properties[key] = value
    elif verb in ("append", "remove"):
        _listed(properties, verb, key, json.loads(rest[1]), once="--set" in options)
    else:
        die(2, f"omero config: error: invalid choice: '{verb}'")
    write(properties)


def _parted(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The options, and what is left; behind `--` nothing is an option."""
    if "--" in words:
        at = words.index("--")
        return words[:at], words[at + 1 :]
    options = ("--set", "-f", "-")
    return [word for word in words if word in options], [word for word in words if word not in options]


def _listed(properties: dict[str, str], verb: str, key: str, value: Any, once: bool) -> None:
    found = json.loads(properties[key]) if key in properties else _default(key)
    if not isinstance(found, list):
        die(511, f"Property {key} is not a list")
    if verb == "remove":
        if value not in found:
            die(513, f"{json.dumps(value)} is not defined in {key}")
        found.remove(value)
    elif not once or value not in found:
        found.append(value)
    properties[key] = json.dumps(found)


def _default(key: str) -> Any:
    if not key.startswith("omero.web."):
        return []
    from omeroweb.settings import LISTS

    return list(LISTS.get(key, []))
