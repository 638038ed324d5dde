"""What is told of one instance that somebody installed by hand, while it is gathered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wizard.api import Detected


@dataclass
class Collected:
    """What is told of one instance, as it is gathered."""

    detected: dict[str, Detected] = field(default_factory=dict)
    undetected: dict[str, str] = field(default_factory=dict)
    unsupported: dict[str, str] = field(default_factory=dict)

    def tell(self, where: str, **values: Any) -> None:
        """These answers stand there."""
        self.detected.update({key: Detected(value, where) for key, value in values.items()})

    def hide(self, why: str, *keys: str) -> None:
        """These answers cannot be had, for that reason."""
        self.undetected.update(dict.fromkeys(keys, why))

    def value(self, key: str, default: Any) -> Any:
        """An answer, as far as it is told."""
        return self.detected[key].value if key in self.detected else default
