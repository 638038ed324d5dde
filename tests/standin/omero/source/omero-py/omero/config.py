"""The file in which OMERO keeps its properties."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

ACTIVE, PROFILE, KEPT_VERSION = "__ACTIVE__", "omero.config.profile", "omero.config.version"
OWN = (PROFILE, KEPT_VERSION)


def die(status: int, text: str) -> NoReturn:
    """Ends the command with that status."""
    print(text, file=sys.stderr)
    sys.exit(status & 0xFF)


def folder() -> Path:
    """The folder of everything; without it nothing goes."""
    if not os.environ.get("OMERODIR"):
        die(101, "ERROR: OMERODIR not set")
    return Path(os.environ["OMERODIR"])


def _file() -> Path:
    return folder() / "etc/grid/config.xml"


def read() -> dict[str, str]:
    """The properties of the active profile."""
    path = _file()
    if not path.exists() or not path.read_bytes().strip():
        return {}
    root = ElementTree.parse(path).getroot()
    profiles = {
        group.get("id", ""): {one.get("name", ""): one.get("value", "") for one in group.iter("property")}
        for group in root.iter("properties")
    }
    active = profiles.get(ACTIVE, {}).get(PROFILE, "default")
    return {key: value for key, value in profiles.get(active, {}).items() if key not in OWN}


def write(properties: dict[str, str]) -> None:
    """Keeps them, in the active profile and in the copy that servers read."""
    path = _file()
    root = ElementTree.Element("icegrid")
    root.append(ElementTree.Comment("Kept by `omero config`: edits are lost."))
    for name, more in ((ACTIVE, {PROFILE: "default"}), ("default", {})):
        group = ElementTree.SubElement(root, "properties", id=name)
        for key, value in {**more, KEPT_VERSION: "5.1.0", **properties}.items():
            ElementTree.SubElement(group, "property", name=key, value=value)
    ElementTree.SubElement(root, "include", file="templates.xml")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name("config.xml.temp")
    ElementTree.ElementTree(root).write(fresh, encoding="UTF-8")
    fresh.rename(path)
