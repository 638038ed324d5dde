"""The logo that the server served, drawn by whatever this terminal can do: graphics, half blocks, shades, or words."""

from __future__ import annotations

import fcntl
import io
import os
import struct
import termios
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from screens.model.look import Look
from screens.widgets.textual_private import without_terminal
from wizard.base.language import _
from wizard.base.values import Value
from wizard.guide import Arrival
from wizard.host.http import Get, Response, answer

if TYPE_CHECKING:
    from PIL.Image import Image

SIXEL, KITTY, BLOCKS, SHADES, WORDS = "sixel", "kitty", "blocks", "shades", "words"
# What is known to draw sixels, by TERM and by TERM_PROGRAM. Nobody is asked: an answer that comes late, over a slow
# line, would be read as keys.
SIXEL_TERMS = ("foot", "mlterm", "contour", "yaft", "wezterm")
SIXEL_PROGRAMS = ("WezTerm", "iTerm.app", "mintty", "contour")
KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
INK = " .:-=+*#%@"
HUES = ("red", "green", "yellow", "blue", "magenta", "cyan")
GREYISH = 48
DEADLINE = 5.0
COLUMNS = 60


def way(look: Look, env: Mapping[str, str] | None = None) -> str:
    """How to draw here, by the names of the terminal; `JALON_PICTURE` knows better."""
    env = os.environ if env is None else env
    if env.get("JALON_PICTURE") in (SIXEL, KITTY, BLOCKS, SHADES, WORDS):
        return env["JALON_PICTURE"]
    term, multiplexed = env.get("TERM", ""), bool(env.get("TMUX") or env.get("STY"))
    if look.colours > 16 and look.rich and not multiplexed:
        if term in KITTY_TERMS or env.get("KITTY_WINDOW_ID"):
            return KITTY
        if term.startswith(SIXEL_TERMS) or env.get("TERM_PROGRAM") in SIXEL_PROGRAMS:
            return SIXEL
    if look.rich and look.colours > 16:
        return BLOCKS
    return SHADES


def fetch_logo(arrival: Arrival) -> Response:
    """The logo as this machine serves it under the name in the address, whether or not that name leads here."""
    try:
        parts = urlsplit(arrival.address)
        name, port = parts.hostname, parts.port or 80
    except ValueError:
        return Response(error=_("no address to fetch it from"))
    if not arrival.logo or parts.scheme != "http" or not name:
        return Response(error=_("no address to fetch it from"))
    get = Get(arrival.logo, name, port, follow=2, deadline=DEADLINE)
    found: Response = answer([get])[get]
    return found


class Picture(Value):
    """What was fetched: the picture, where it is one, and what is said of it."""

    words: str
    image: Image | None = None


def picture(response: Response) -> Picture:
    """Reads what was fetched."""
    if response.status != 200:
        return Picture(_("logo: {seen}").format(seen=response.says()))
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(response.body)) as found:
            kind, size = found.format or "", found.size
            image = found.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # A drawing, such as SVG, is one too, but not of dots.
        kind = _("logo: {seen}") if response.type.startswith("image/") else _("logo: {seen}, not a picture")
        return Picture(kind.format(seen=response.says()))
    # What is transparent is seen as on a page, most of which are white.
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image)
    told = _("logo: {kind}, {width} x {height}, {size} bytes, fetched through the web server just now")
    words = told.format(kind=kind, width=size[0], height=size[1], size=len(response.body))
    return Picture(words, page.convert("RGB"))


def cells(image: Image, columns: int, lines: int) -> tuple[int, int]:
    """Columns and lines for a picture in that room; a cell is twice as high as it is wide."""
    scale = min(columns / image.width, 2 * lines / image.height, 1.0)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale / 2))


def blocks(image: Image, columns: int, lines: int) -> Content:
    """In half blocks: two dots a cell, one above the other."""
    dots = image.resize((columns, 2 * lines)).load()
    assert dots is not None
    rows = []
    for line in range(lines):
        upper = [_hex(dots[column, 2 * line]) for column in range(columns)]
        lower = [_hex(dots[column, 2 * line + 1]) for column in range(columns)]
        pairs = zip(upper, lower, strict=True)
        rows.append(Content.assemble(*(("▀", f"{above} on {below}") for above, below in pairs)))
    return Content("\n").join(rows)


def shades(image: Image, columns: int, lines: int, coloured: bool = False) -> Content:
    """In letters, the darker the more ink; `coloured`: each in the one of the six bright colours that is nearest."""
    small = image.resize((columns, lines))
    grey, dots = small.convert("L").tobytes(), small.tobytes()
    ink = [INK[(255 - dot) * len(INK) // 256] for dot in grey]
    hues = [_hue(*dots[at : at + 3]) if coloured else "" for at in range(0, len(dots), 3)]
    rows = []
    for line in range(lines):
        row = range(line * columns, (line + 1) * columns)
        rows.append(Content.assemble(*((ink[at], hues[at]) for at in row)).rstrip())
    return Content("\n").join(rows)


def _hue(*dot: int) -> str:
    """Of the console's colours; none for what is nearly grey."""
    low, high = min(dot), max(dot)
    if high - low < GREYISH:
        return ""
    number = sum(1 << at for at, part in enumerate(dot) if 2 * part > low + high)
    return f"ansi_bright_{HUES[number - 1]}"


def _hex(dot: Any) -> str:
    return "#{:02x}{:02x}{:02x}".format(*dot)


def graphics(how: str) -> Callable[[Image], Widget]:
    """What makes the widget that draws by the terminal's own graphics. Takes its time: it imports much."""
    if size := _cell():
        width, height = size
        # The library is told so where a browser shows the terminal; it reads them once, when it is imported.
        os.environ.update(TEXTUAL_CELL_WIDTH=str(width), TEXTUAL_CELL_HEIGHT=str(height))
    with without_terminal():
        from textual_image import widget
    return widget.SixelImage if how == SIXEL else widget.TGPImage


def _cell() -> tuple[int, int] | None:
    """A cell's width and height in dots, where the kernel was told; the library has a guess of its own."""
    try:
        told = fcntl.ioctl(2, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return None
    lines, columns, width, height = struct.unpack("HHHH", told)
    return (width // columns, height // lines) if lines and columns and width and height else None


class Logo(Vertical):
    """The logo below the address, and what was served in words. It is fetched by a thread when it is mounted."""

    DEFAULT_CSS = "Logo { height: auto; } Logo > * { height: auto; } Logo #drawn { width: auto; }"

    class Fetched(Message):
        """It is there, or cannot be had; nothing was drawn yet."""

        def __init__(self, found: Picture) -> None:
            super().__init__()
            self.found = found

    def __init__(self, arrival: Arrival, look: Look) -> None:
        super().__init__()
        self.arrival = arrival
        self.way, self.coloured = way(look), look.colours >= 16
        self.picture: Picture | None = None
        self._graphics: Callable[[Image], Widget] | None = None

    def compose(self) -> ComposeResult:
        """The picture, and the words."""
        yield Static(id="drawn")
        yield Static(id="words", classes="quiet")

    def on_mount(self) -> None:
        """Fetches it."""
        self.fetch()

    @work(thread=True, exclusive=True)
    def fetch(self) -> None:
        """Waits for the server, and for what draws."""
        found = picture(fetch_logo(self.arrival))
        self._graphics = graphics(self.way) if found.image and self.way in (SIXEL, KITTY) else None
        self.post_message(self.Fetched(found))

    def on_logo_fetched(self, event: Fetched) -> None:
        """Draws it."""
        self.picture = event.found
        self.draw()

    def on_resize(self) -> None:
        """As wide as there is room."""
        self.draw()

    def draw(self) -> None:
        """In the room there is now."""
        # What was fetched may come when its parts are gone already.
        if not self.picture or not self.query("#words"):
            return
        self.query_one("#words", Static).update(Content(self.picture.words))
        image, drawn = self.picture.image, self.query_one("#drawn", Static)
        if image is None or self.way == WORDS:
            return
        # A quarter of the screen: what is said around it is to be seen too.
        columns, lines = cells(image, min(COLUMNS, max(self.size.width, 1)), max(3, self.app.size.height // 4))
        if not self._graphics:
            if self.way == BLOCKS:
                drawn.update(blocks(image, columns, lines))
            else:
                drawn.update(shades(image, columns, lines, self.coloured))
            return
        graphic = next(iter(self.query("#graphic")), None)
        if graphic is None:
            graphic = self._graphics(image)
            graphic.id = "graphic"
            drawn.display = False
            self.mount(graphic, before=0)
        graphic.styles.width, graphic.styles.height = columns, lines
