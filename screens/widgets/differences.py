"""Texts of files as they are shown: with the colours of their language, and one against another."""

from __future__ import annotations

import difflib

from pygments.token import Token
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

from screens.model.look import Look

# By the folder, where the ending does not say it.
PLACES = {"/nginx": "nginx", "/systemd/": "ini", "/supervisor": "ini", "/cron": "bash", "/crontab": "bash"}
ENDINGS = {".py": "python", ".toml": "toml", ".sh": "bash", ".conf": "nginx", ".ini": "ini", ".service": "ini"}


class Colours(HighlightTheme):
    """Few, and those that a terminal of sixteen has."""

    STYLES = {  # noqa: RUF012
        Token.Comment: "dim",
        Token.Keyword: "bold $primary",
        Token.Literal.Number: "$warning",
        Token.Literal.String: "$success",
        Token.Name.Attribute: "$primary",
        Token.Name.Builtin: "$primary",
        Token.Name.Tag: "bold $primary",
    }


def language(path: str) -> str:
    """What a file is written in, by where it lies."""
    for part, name in PLACES.items():
        if part in path:
            return name
    return next((name for ending, name in ENDINGS.items() if path.endswith(ending)), "text")


def coloured(text: str, path: str, look: Look) -> Content:
    """A file's text in the colours of its language; plain where no colour is wanted."""
    text = text.rstrip("\n")
    return highlight(text, language=language(path), theme=Colours) if look.colours else Content(text)


def difference(before: str, after: str) -> Content:
    """What was taken away and what was added, a line each; its signs say it without colour."""
    styles = {"+": "$success", "-": "$error", "@": "dim"}
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm=""))[2:]
    return Content("\n").join([Content.styled(line, styles.get(line[:1], "")) for line in lines])
