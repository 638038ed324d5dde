"""A screen in the language that is spoken, which knows the wizard by what it promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, TypeVar, cast

from textual.screen import Screen

from screens.model.wizard import Wizard
from wizard.base.language import _ as spoken

T = TypeVar("T")


class Spoken(Screen[T]):
    """A screen whose keys are described in the language that is spoken; `tells_changes`: with marks before them, which
    its help explains."""

    tells_changes: ClassVar[bool] = False

    @property
    def wizard(self) -> Wizard:
        """The application, as far as a screen may know it."""
        return cast("Wizard", self.app)

    @property
    def help_text(self) -> str:
        """What `?` says of this screen."""
        return ""

    @property
    def active_bindings(self) -> dict[str, Any]:
        """The bindings that work now."""
        return {
            name: active._replace(binding=replace(active.binding, description=spoken(active.binding.description)))
            if active.binding.description
            else active
            for name, active in super().active_bindings.items()
        }

    def retranslate(self) -> None:
        """The language changed."""
        self.refresh(recompose=True)
