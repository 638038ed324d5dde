"""Sixteen colours: themes of those that can be told apart, and a last look at every letter before it is drawn.

What a pair of colours looks like is measured as the Linux console draws it, the least that Jalon is shown on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.filter import LineFilter
from textual.theme import Theme

Rgb = tuple[int, int, int]

ENOUGH = 4.5
"""The least contrast of a letter with its ground (WCAG 2.1, success criterion 1.4.3)."""

# default_red, default_grn and default_blu of drivers/tty/vt/vt.c, in the order of the sequences.
_DARK = ("000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa")
_BRIGHT = ("555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff")
PALETTE: tuple[Rgb, ...] = tuple((int(one[:2], 16), int(one[2:4], 16), int(one[4:], 16)) for one in _DARK + _BRIGHT)
BLACK, GREY, BRIGHT, WHITE = 0, 7, 8, 15
HALF, UNDERLINED, SLANTED = 8, 6, 2
"""What dim, underlined and slanted letters become there, whatever colour they were given."""


def _number(colour: Color | None, default: int) -> int:
    if colour is None or colour.is_default:
        return default
    number = colour.downgrade(ColorSystem.STANDARD).number
    return default if number is None else number


def colours(style: Style) -> tuple[Rgb, Rgb]:
    """Ink and paper, as `build_attr` of vt.c makes them: a bright ink is a bold one, a bright paper is a dark one."""
    ink, paper = _number(style.color, GREY), _number(style.bgcolor, BLACK) % BRIGHT
    bold = bool(style.bold) or ink >= BRIGHT
    ink %= BRIGHT
    if style.italic:
        ink = SLANTED
    elif style.underline:
        ink = UNDERLINED
    elif style.dim and not bold:
        ink = HALF
    if style.reverse:
        ink, paper = paper, ink % BRIGHT
    return PALETTE[ink ^ BRIGHT if bold else ink], PALETTE[paper]


def contrast(one: Rgb, other: Rgb) -> float:
    """From 1, which is none, to 21 (WCAG 2.1, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _nearest(style: Style) -> Iterator[Style]:
    """The same style, then others, each further from it than the one before: less emphasis, the bright colour of the
    same name, and at last black or white."""
    yield style
    yield style + Style(dim=False)
    plain = style + Style(dim=False, bold=False, italic=False, underline=False)
    yield plain
    ink, paper = _number(style.color, GREY) % BRIGHT, _number(style.bgcolor, BLACK) % BRIGHT
    if style.reverse:
        ink, paper = paper, ink
    plain += Style(reverse=False, bgcolor=Color.from_ansi(paper))
    for number in (ink, ink + BRIGHT, BLACK, WHITE):
        yield plain + Style(color=Color.from_ansi(number))


@lru_cache(4096)
def readable(style: Style) -> Style:
    """The nearest style of which a letter can be read."""
    return next((one for one in _nearest(style) if contrast(*colours(one)) >= ENOUGH), style)


class Readable(LineFilter):
    """No letter is dark on dark, or light on light, whichever widget drew it."""

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        """The same segments, in colours that can be read."""
        return [
            Segment(part.text, readable(part.style)) if part.style and not part.control else part for part in segments
        ]


_PLAIN = Style(color="default", bgcolor="default")
_MARKED = _PLAIN + Style(reverse=True, bold=False)


class Uncoloured(LineFilter):
    """No colours. What has another ground than the screen is reversed, or nobody would see what is marked, where the
    cursor stands, and how far a bar has scrolled."""

    def __init__(self, dark: bool) -> None:
        super().__init__()
        self.ground = BLACK if dark else GREY

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        """The same segments in the terminal's own two colours."""
        return [Segment(part.text, self._plain(part.style or Style()), part.control) for part in segments]

    def _plain(self, style: Style) -> Style:
        marked = style.reverse or _number(style.bgcolor, self.ground) != self.ground
        return style + (_MARKED if marked else _PLAIN)


def _theme(name: str, ink: str, paper: str, *, dark: bool, marks: Mapping[str, str]) -> Theme:
    """A theme that says its ground: what the terminal's own is, nobody knows."""
    variables = {
        **dict.fromkeys(("text", "text-muted", "text-disabled", "foreground-muted"), ink),
        **{f"footer-{part}foreground": ink for part in ("", "description-")},
        **{f"footer-{part}background": paper for part in ("", "key-", "description-", "item-")},
        "ansi-foreground": ink,
        "ansi-background": paper,
        "footer-key-foreground": marks["primary"],
        "block-cursor-foreground": paper,
        "block-cursor-background": ink,
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": ink,
        "block-cursor-blurred-background": paper,
        "block-cursor-blurred-text-style": "bold",
        "border": marks["primary"],
        "border-blurred": marks["primary"],
        "input-cursor-background": ink,
        "input-cursor-foreground": paper,
        "input-cursor-text-style": "none",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
        "scrollbar-background": paper,
        "scrollbar": marks["secondary"],
    }
    return Theme(
        name,
        ansi=True,
        dark=dark,
        foreground=ink,
        background=paper,
        surface=paper,
        panel=paper,
        boost=paper,
        primary=marks["primary"],
        secondary=marks["secondary"],
        warning=marks["warning"],
        error=marks["error"],
        success=marks["success"],
        accent=marks["accent"],
        variables=variables,
    )


THEMES = (
    _theme(
        "console-dark",
        "ansi_white",
        "ansi_black",
        dark=True,
        marks={
            "primary": "ansi_bright_cyan",
            "secondary": "ansi_cyan",
            "warning": "ansi_bright_yellow",
            "error": "ansi_bright_red",
            "success": "ansi_bright_green",
            "accent": "ansi_bright_yellow",
        },
    ),
    _theme(
        "console-light",
        "ansi_black",
        "ansi_white",
        dark=False,
        marks={
            "primary": "ansi_blue",
            "secondary": "ansi_blue",
            "warning": "ansi_magenta",
            "error": "ansi_red",
            "success": "ansi_black",
            "accent": "ansi_magenta",
        },
    ),
)
"""For terminals of sixteen colours, dark and light."""
