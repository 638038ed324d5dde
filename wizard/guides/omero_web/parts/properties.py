"""Readings of OMERO's configuration, from the file that `omero config` keeps (`etc/grid/config.xml`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wizard.api import Reading, Unknown, _, opening

PLACE = "etc/grid/config.xml"
MOST = 2**20
"""The largest file that is read, in bytes."""
LATE_IMPORTS = ("xml.etree.ElementTree",)
ACTIVE, PROFILE = "__ACTIVE__", "omero.config.profile"


class OmeroProperties(Reading["dict[str, str] | None"]):
    """The properties of the active profile below a folder (`OMERODIR`); None where nothing was ever set."""

    family: ClassVar[str] = "omero"
    folder: str

    @property
    def file(self) -> str:
        """The file that holds them."""
        return f"{self.folder}/{PLACE}"

    @property
    def opens(self) -> tuple[str, ...]:
        return (self.file,)


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of OMERO's configuration."""
    return {one: _properties(one.file) for one in readings if isinstance(one, OmeroProperties)}


def _properties(path: str) -> Any:
    # Loaded by the one guide that asks.
    from xml.etree import ElementTree

    try:
        text = opening.text(path, MOST, errors="strict")
        # Whoever may write there may be another than who reads here: no entity of theirs is expanded.
        if _declares(text):
            raise ValueError(_("it declares what OMERO never does"))
        root = ElementTree.fromstring(text) if text.strip() else None  # noqa: S314 - no declarations, see above
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(path, error)
    except (ElementTree.ParseError, ValueError) as error:
        return Unknown(_("{path} cannot be understood: {error}").format(path=path, error=error))
    if root is None:
        return None
    profiles = {one.get("id", ""): _of(one) for one in root.iter("properties")}
    active = profiles.get(ACTIVE, {}).get(PROFILE, "default")
    found = profiles.get(active, {})
    return {key: value for key, value in found.items() if not key.startswith("omero.config.")}


def _declares(text: str) -> bool:
    """Whether a text holds a declaration, or a comment that is none."""
    first, *comments = text.split("<!--")
    ends = [one.partition("-->") for one in comments]
    return "<!" in first or any(not end or "<!" in inside + rest for inside, end, rest in ends)


def _of(element: Any) -> dict[str, str]:
    return {one.get("name", ""): one.get("value", "") for one in element.iter("property")}
