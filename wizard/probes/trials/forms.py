"""The forms and links of an HTML page, and what a browser sends of a form."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from wizard.base.values import Value


@dataclass
class Form:
    """An HTML form: its action, its method and its inputs as (name, type, value)."""

    action: str = ""
    method: str = "get"
    inputs: list[tuple[str, str, str]] = field(default_factory=list)

    def named(self, kind: str) -> list[str]:
        """The names of the inputs of that type."""
        return [name for name, type_, _ in self.inputs if type_ == kind and name]

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """Its own values, and these in their place."""
        kept = {name: value for name, kind, value in self.inputs if name and kind in ("hidden", "text", "email")}
        return {**kept, **values}


class File(Value):
    """A file that is sent with a form."""

    field: str
    name: str
    data: bytes


class Parsed(HTMLParser):
    """A page taken apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open = False
        # Python's parser gives up at some of what an application may send; what came before is kept.
        with suppress(ValueError, AssertionError):
            self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a form, one of its inputs, or a link."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._open = True
        elif tag == "input" and self._open:
            kind = given.get("type", "text").lower()
            self.forms[-1].inputs.append((given.get("name", ""), kind, given.get("value", "")))
        elif tag == "a":
            self.links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        """Notes the end of a form."""
        if tag == "form":
            self._open = False


def encoded(values: Mapping[str, str], file: File | None = None) -> tuple[str, bytes]:
    """The type and the bytes of a body with these values, and with a file (RFC 7578)."""
    if file is None:
        return "application/x-www-form-urlencoded", urlencode(values).encode()
    mark = f"jalon-{secrets.token_hex(16)}"
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"--{mark}\r\n{head.format(name)}\r\n\r\n{value}\r\n".encode() for name, value in values.items()]
    about = f'{head.format(file.field)}; filename="{file.name}"\r\nContent-Type: application/octet-stream'
    body = b"".join((*parts, f"--{mark}\r\n{about}\r\n\r\n".encode(), file.data, f"\r\n--{mark}--\r\n".encode()))
    return f"multipart/form-data; boundary={mark}", body
