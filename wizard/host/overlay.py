"""A host as it would read after changes that were not carried out, for plans."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, TypeVar

from wizard.base.values import Value
from wizard.host.facts import Facts
from wizard.host.files import Content, EntryAt, Listing
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.settings import SettingsAt

T = TypeVar("T")


class Sets(Value):
    """An effect: the answer to this reading from now on."""

    reading: Reading[Any]
    answer: Any


class Hides(Value):
    """An effect: everything below this path becomes unknown, except what is set afterwards; `why` is the reason."""

    path: str
    why: str


Effect = Sets | Hides


class Overlay(Host):
    """A base host with the effects of planned changes applied, the newest first. Its clock advances with effects."""

    def __init__(self, base: Host) -> None:
        self._base = base
        self._answers: dict[Reading[Any], Any] = {}
        self._hidden: dict[str, str] = {}
        self._ticks = 0
        self._noticed = ""

    @property
    def facts(self) -> Facts:
        """The facts of the base."""
        return self._base.facts

    @property
    def clock(self) -> float:
        """The base's time plus one second per change, so that their order can be read from times."""
        return self._base.clock + self._ticks

    def lay(self, effects: Iterable[Effect]) -> None:
        """Apply the effects of one change."""
        self._ticks += 1
        for effect in effects:
            if isinstance(effect, Sets):
                if isinstance(effect.reading, EntryAt) and effect.answer is None:
                    self._clear(effect.reading.path)
                self._answers[effect.reading] = effect.answer
            else:
                self._hide(effect)

    def notice(self) -> str:
        """Return why a reading since the last call was `Unknown`, and reset it; "" if none was."""
        noticed, self._noticed = self._noticed, ""
        return noticed

    def read(self, reading: Reading[T]) -> T | Unknown:
        """Return the answer of the newest effect, `Unknown` below a hidden path, or else the base's answer."""
        answer = self._read(reading)
        if isinstance(answer, Unknown):
            self._noticed = answer.why
        return answer

    def _read(self, reading: Reading[T]) -> T | Unknown:
        if reading in self._answers:
            answer: T | Unknown = self._answers[reading]
            return answer
        if isinstance(reading, SettingsAt) and self._changes(reading.path):
            said: T | Unknown = self._said(reading.path)
            return said
        if isinstance(reading, EntryAt | Content | Listing):
            place = PurePosixPath(reading.path)
            # Hiding a path hides what is below it, not the entry itself.
            for one in place.parents if isinstance(reading, EntryAt) else (place, *place.parents):
                if self._answers.get(EntryAt(str(one)), self) is None:
                    nothing: T = reading.nothing
                    return nothing
                if str(one) in self._hidden:
                    return Unknown(self._hidden[str(one)])
        return self._base.read(reading)

    def _said(self, path: str) -> Any:
        # Loaded here: a plan seldom asks.
        from wizard.host.source import planned

        data: Any = self._read(Content(path))
        return planned(data)

    def _changes(self, path: str) -> bool:
        """Whether an effect says what the file at a path holds."""
        places = [str(one) for one in (PurePosixPath(path), *PurePosixPath(path).parents)]
        gone = (self._answers.get(EntryAt(one), self) is None or one in self._hidden for one in places)
        return Content(path) in self._answers or any(gone)

    def expect(self, readings: Iterable[Reading[Any]]) -> None:
        """Pass the readings to the base."""
        self._base.expect(readings)

    def _hide(self, effect: Hides) -> None:
        self._clear(effect.path)
        self._hidden[effect.path] = effect.why

    def _clear(self, path: str) -> None:
        """Discard everything known below a path."""
        below = path.rstrip("/") + "/"
        self._answers = {r: a for r, a in self._answers.items() if not getattr(r, "path", "").startswith(below)}
        self._hidden = {p: why for p, why in self._hidden.items() if p != path and not p.startswith(below)}
