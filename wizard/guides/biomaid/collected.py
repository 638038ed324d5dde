"""What is told of one instance that somebody installed by hand, while it is gathered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wizard.api import Told


@dataclass
class Collected:
    """What is told of one instance, as it is gathered."""

    told: dict[str, Told] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)
    beyond: dict[str, str] = field(default_factory=dict)

    def tell(self, where: str, **values: Any) -> None:
        """These answers stand there."""
        self.told.update({key: Told(value, where) for key, value in values.items()})

    def hide(self, why: str, *keys: str) -> None:
        """These answers cannot be had, for that reason."""
        self.untold.update(dict.fromkeys(keys, why))

    def value(self, key: str, default: Any) -> Any:
        """An answer, as far as it is told."""
        return self.told[key].value if key in self.told else default
