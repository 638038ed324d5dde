"""A minimal browser for trials: cookies, redirects, origins and forms as browsers have them, for one address, without
TLS. It can ask as a proxy in front of this machine does, which has taken TLS off."""

from __future__ import annotations

import errno
import http.client
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from wizard.base.cookies import Jar
from wizard.base.language import _
from wizard.host.deadline_socket import with_deadline
from wizard.host.http import new_mark
from wizard.host.reaching import answers_for_another, connected
from wizard.probes.trials.forms import File, Form, Parsed, encoded

MOST = 4 * 1024 * 1024
MOST_HOPS = 10


@dataclass
class Page:
    """The page at the end of redirects: its status, path and text. `elsewhere` is where it sends on to, where a browser
    leaves this server: to https, or from https to http."""

    status: int
    path: str
    text: str
    elsewhere: str = ""

    @property
    def forms(self) -> list[Form]:
        """Its forms."""
        return self._parsed.forms

    @property
    def links(self) -> list[str]:
        """The targets of its links."""
        return self._parsed.links

    @cached_property
    def _parsed(self) -> Parsed:
        return Parsed(self.text)


class Browser:
    """A session with one server under one host name, with cookies. `deadline` is in seconds, for each request. With the
    scheme `https`, it asks as a proxy does that people reach by https. `mark` is in what nginx logs of its GETs.

    Raises `OSError` or `HTTPException`.
    """

    def __init__(
        self, name: str, port: int, address: str = "127.0.0.1", deadline: float = 30.0, scheme: str = "http"
    ) -> None:
        self._place, self._deadline, self.scheme = (address, port), deadline, scheme
        self._name = name if port == 80 or scheme == "https" else f"{name}:{port}"
        self.jar = Jar(scheme)
        self.mark = new_mark()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it keeps, by name."""
        return self.jar.values

    @property
    def name(self) -> str:
        """The name that it asks for, without the port."""
        return urlsplit(f"//{self._name}").hostname or self._name

    @property
    def origin(self) -> str:
        """The origin of its pages (RFC 6454)."""
        return f"{self.scheme}://{self._name}"

    def get(self, path: str) -> Page:
        """Fetches a page, following redirects."""
        return self._open("GET", path, b"", {})

    def post(self, page: Page, form: Form, values: Mapping[str, str], file: File | None = None) -> Page:
        """Submits a form of `page`, with its own values where none are given, and with a file; returns the page that
        follows."""
        kind, body = encoded(form.filled(values), file)
        headers = {"Content-Type": kind, "Origin": self.origin, "Referer": f"{self.origin}{page.path}"}
        try:
            target = self._target(form.action, page.path)[0] if form.action else page.path
        except ValueError as error:
            raise http.client.HTTPException(str(error)[:200]) from None
        return self._open("POST", target, body, headers)

    def _open(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Page:
        try:
            for _hop in range(MOST_HOPS):
                status, location, text = self._ask(method, path, body, headers)
                if not location or status not in (301, 302, 303, 307, 308):
                    return Page(status, path, text)
                target, leaves = self._target(location, path)
                if leaves:
                    return Page(status, path, text, elsewhere=location)
                path, method, body, headers = target, "GET", b"", {}
        except ValueError as error:  # an address, a name or a cookie that cannot be sent
            raise http.client.HTTPException(str(error)[:200]) from None
        raise http.client.HTTPException("more than ten redirects")

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(*self._place, timeout=self._deadline)
        try:
            connection.sock = with_deadline(connected(*self._place, self._deadline), self._deadline)
            if body and answers_for_another(connection.sock):
                # It would be handed a password.
                raise PermissionError(errno.EPERM, _("who listens there is an ordinary account's program"))
            cookies = self.jar.sent(path)
            known = {
                "Host": self._name,
                "User-Agent": "jalon",
                "Referer": f"{self.origin}/{self.mark}",
                **({"Cookie": cookies} if cookies else {}),
                **({"X-Forwarded-Proto": "https"} if self.scheme == "https" else {}),
            }
            # A server that refuses a body may answer, and close, before it has all of it.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body or None, {**known, **headers})
            answered = connection.getresponse()
            text = answered.read(MOST).decode(errors="replace")
        finally:
            connection.close()
        self.jar.keep(answered.msg.get_all("Set-Cookie") or (), self.name)
        return answered.status, answered.getheader("Location") or "", text

    def _target(self, location: str, path: str) -> tuple[str, bool]:
        """The path that an address leads to, and whether a browser leaves this server for it."""
        target = urlsplit(urljoin(f"{self.origin}{path}", location))
        leaves = target.scheme != self.scheme
        if not leaves and target.netloc and target.netloc != self._name and "@" not in target.netloc:
            # Another name of this server, which it sends people to.
            self._name = target.netloc
        return (target.path or "/") + (f"?{target.query}" if target.query else ""), leaves
