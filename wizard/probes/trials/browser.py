"""A minimal HTTP browser for logins: cookies, redirects and forms, for one address, without TLS."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from wizard.host.deadline_socket import with_deadline

MOST = 4 * 1024 * 1024


@dataclass
class Form:
    """An HTML form: its action, its method and its inputs as (name, type, value)."""

    action: str = ""
    method: str = "get"
    inputs: list[tuple[str, str, str]] = field(default_factory=list)

    def named(self, kind: str) -> list[str]:
        """The names of the inputs of that type."""
        return [name for name, type_, _ in self.inputs if type_ == kind and name]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
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
        if tag == "form":
            self._open = False


@dataclass
class Page:
    """The page at the end of redirects: its status, path and text."""

    status: int
    path: str
    text: str

    @property
    def forms(self) -> list[Form]:
        """Its forms."""
        return self._parsed().forms

    @property
    def links(self) -> list[str]:
        """The targets of its links."""
        return self._parsed().links

    def _parsed(self) -> _Forms:
        parser = _Forms()
        parser.feed(self.text)
        return parser


class Browser:
    """A session with one server under one host name, with cookies. `deadline` is in seconds, for each request.

    Raises `OSError` or `HTTPException`.
    """

    def __init__(self, name: str, port: int, address: str = "127.0.0.1", deadline: float = 30.0) -> None:
        self._place, self._deadline = (address, port), deadline
        self._name = name if port == 80 else f"{name}:{port}"
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        """Fetches a page, following redirects."""
        return self._open("GET", path, b"", {})

    def post(self, page: Page, form: Form, values: Mapping[str, str]) -> Page:
        """Submits a form of `page`, with its own values where none are given; returns the page that follows."""
        kept = {name: value for name, kind, value in form.inputs if name and kind in ("hidden", "text", "email")}
        origin = f"http://{self._name}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": origin,
            "Referer": f"{origin}{page.path}",
        }
        target = _path_of(form.action, page.path) if form.action else page.path
        return self._open("POST", target, urlencode({**kept, **values}).encode(), headers)

    def _open(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Page:
        for _ in range(10):
            connection = http.client.HTTPConnection(*self._place, timeout=self._deadline)
            try:
                connection.connect()
                connection.sock = with_deadline(connection.sock, self._deadline)
                cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                known = {
                    "Host": self._name,
                    "User-Agent": "jalon",
                    **({"Cookie": cookies} if cookies else {}),
                }
                connection.request(method, path, body or None, {**known, **headers})
                answered = connection.getresponse()
                text = answered.read(MOST).decode(errors="replace")
            finally:
                connection.close()
            self._keep(answered.msg.get_all("Set-Cookie") or ())
            location = answered.getheader("Location")
            if not location or answered.status not in (301, 302, 303, 307, 308):
                return Page(answered.status, path, text)
            path, method, body, headers = _path_of(location, path), "GET", b"", {}
        raise http.client.HTTPException("more than ten redirects")

    def _keep(self, lines: Iterable[str]) -> None:
        for line in lines:
            try:
                found = SimpleCookie(line)
            except CookieError:
                continue
            for name, morsel in found.items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)


def _path_of(location: str, path: str) -> str:
    target = urlsplit(urljoin(f"http://host{path}", location))
    return (target.path or "/") + (f"?{target.query}" if target.query else "")
