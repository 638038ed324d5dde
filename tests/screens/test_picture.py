"""The logo: how it is decided to be drawn, and what it becomes."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
import sys
from typing import Any

import pytest
from PIL import Image

from screens.model.look import Look
from screens.widgets.large import large
from screens.widgets.picture import (
    BLOCKS,
    KITTY,
    SHADES,
    SIXEL,
    WORDS,
    Logo,
    Picture,
    blocks,
    cells,
    fetch_logo,
    picture,
    shades,
    way,
)
from tests.forkserver import ROOT
from wizard.guide import Arrival
from wizard.host.http import Response

RICH = Look()


def drawn(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 20), colour: Any = "black") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("look", "env", "how"),
    [
        (RICH, {"TERM": "xterm-256color"}, BLOCKS),
        (RICH, {"TERM": "xterm-kitty"}, KITTY),
        (RICH, {"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, BLOCKS),
        (RICH, {"TERM": "foot"}, SIXEL),
        (RICH, {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, SIXEL),
        (Look(True, 0), {"TERM": "xterm-kitty"}, SHADES),
        (Look(True, 16), {"TERM": "xterm"}, SHADES),
        (Look(False, 16), {"TERM": "linux"}, SHADES),
        (RICH, {"TERM": "xterm-256color", "JALON_PICTURE": "sixel"}, SIXEL),
        (RICH, {"TERM": "xterm-kitty", "JALON_PICTURE": "words"}, WORDS),
        (RICH, {"TERM": "xterm-kitty", "JALON_PICTURE": "nonsense"}, KITTY),
    ],
)
def test_how_it_is_drawn(look: Look, env: dict[str, str], how: str) -> None:
    assert way(look, env) == how


def test_a_picture_is_told_in_words() -> None:
    data = drawn()
    found = picture(Response(200, "image/png", data))
    assert found.words == f"logo: PNG, 40 x 20, {len(data)} bytes, fetched through the web server just now"
    assert found.image is not None


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response(error="ECONNREFUSED"), "no answer (ECONNREFUSED)"),
        (Response(403, "text/html", b"<p>"), "HTTP 403, text/html, 3 bytes"),
        (Response(200, "text/html", b"<p>"), "not a picture"),
        (Response(200, "image/svg+xml", b"<svg/>"), "image/svg+xml"),
        (Response(200, "image/png", drawn()[:40]), "image/png"),
    ],
)
def test_what_is_none_is_told_too(response: Response, said: str) -> None:
    found = picture(response)
    assert said in found.words and found.image is None


def test_what_is_transparent_lies_on_white() -> None:
    found = picture(Response(200, "image/png", drawn(mode="RGBA", colour=(0, 0, 0, 0))))
    assert found.image is not None and found.image.getpixel((0, 0)) == (255, 255, 255)


def test_it_keeps_its_proportions() -> None:
    assert cells(Image.new("RGB", (400, 200)), 60, 8) == (32, 8)
    assert cells(Image.new("RGB", (400, 200)), 20, 8) == (20, 5)
    assert cells(Image.new("RGB", (4, 2)), 60, 8) == (4, 1)
    assert cells(Image.new("RGB", (1000, 1)), 60, 8) == (60, 1)


def test_shades_are_ascii_and_dark_is_ink() -> None:
    image = Image.new("L", (20, 10), 255)
    image.paste(0, (0, 0, 10, 10))
    assert shades(image.convert("RGB"), 4, 2).plain == "@@\n@@"


def test_shades_have_the_colours_of_a_console_and_greys_have_none() -> None:
    image = Image.new("RGB", (40, 10), (90, 90, 90))
    image.paste((10, 20, 120), (10, 0, 20, 10))
    image.paste((160, 20, 20), (20, 0, 30, 10))
    image.paste((230, 200, 0), (30, 0, 40, 10))
    found = shades(image, 4, 1, coloured=True)
    assert [str(span.style) for span in found.spans] == ["ansi_bright_blue", "ansi_bright_red", "ansi_bright_yellow"]
    assert not shades(image, 4, 1).spans


def test_half_blocks_have_the_colours_of_the_picture() -> None:
    image = Image.new("RGB", (2, 2), "red")
    image.paste((0, 0, 255), (0, 1, 2, 2))
    found = blocks(image, 2, 1)
    assert found.plain == "▀▀"
    assert {str(span.style) for span in found.spans} == {"#ff0000 on #0000ff"}


@pytest.mark.parametrize("arrival", [Arrival(), Arrival("https://x", logo="/l"), Arrival("http://[", logo="/l")])
def test_an_address_that_is_none_is_said(arrival: Arrival) -> None:
    assert fetch_logo(arrival).error


def test_importing_what_draws_asks_the_terminal_nothing() -> None:
    """An answer would come as keys, as nobody waits for it any more."""
    leader, follower = pty.openpty()
    code = "from screens.widgets.picture import graphics; graphics('sixel'); print('done', flush=True)"
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    said = b""
    while b"done" not in said and select.select([leader], [], [], 30)[0]:
        said += os.read(leader, 4096)
    child.wait(30)
    os.close(leader)
    assert said.strip() == b"done"


def test_what_is_fetched_once_its_screen_is_gone_is_not_drawn() -> None:
    logo = Logo(Arrival(address="http://x/"), RICH)
    logo.on_logo_fetched(Logo.Fetched(Picture("it came late")))
    assert logo.picture


class TestLarge:
    def test_letters_are_three_lines_high(self) -> None:
        assert large("l1", 20) == "█   ▄█\n█    █\n▀▀▀ ▀▀▀"

    @pytest.mark.parametrize("text", ["", "hôpital.example.org", "a" * 30])
    def test_what_has_no_room_or_no_letters_is_not_large(self, text: str) -> None:
        assert large(text, 80) == ""
