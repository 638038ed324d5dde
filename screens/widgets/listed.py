"""Lists that say how much comes below, and which keys work in them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList

from screens.widgets.keys import N_, key
from screens.widgets.scroll import TellsMore


class Read(OptionList, TellsMore):
    """Lines to read, through which one moves."""

    BINDINGS: ClassVar[list[BindingType]] = [key("down", "cursor_down", N_("move"))]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)


class Listed(Read):
    """Lines that Enter opens."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "select", N_("open"))]
