"""Proxies, exceptions from them and authorities that this machine is already told to use, and where it is told so.

What one tool alone is told has its name as `tool`; "" counts for all.
"""

from __future__ import annotations

from urllib.parse import unquote

from wizard.base.patterns import pattern
from wizard.base.secret import Secret
from wizard.base.values import Value

PLAIN, SECURE = "http", "https"
LOCAL = ("localhost", "127.0.0.1", "::1")
# `https://` before a proxy's name means TLS to the proxy itself, which hardly any of them speaks; few tools take it so.
HOST_PORT = pattern(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]+)(?::([0-9]{1,5}))?/?")
PORTS = {"http": 80, "https": 443, "socks": 1080}


class Proxy(Value):
    """A proxy for addresses of `scheme`, as it is set at `where`. `given` is what stands there, password included, and
    is never shown."""

    scheme: str
    given: str
    where: str
    tool: str = ""

    @property
    def kind(self) -> str:
        """How it is spoken to: `http` unless its address says otherwise."""
        return self.given.partition("://")[0].lower() if "://" in self.given else PLAIN

    @property
    def address(self) -> str:
        """Its address without user and password: what may be shown."""
        _before, separator, rest = self.given.rpartition("@")
        return f"{self.kind}://{rest if separator else rest.partition('://')[2] or rest}".rstrip("/")

    @property
    def login(self) -> str:
        """`user:password` as it is spelt in the address; "" for none."""
        before, separator, _rest = self.given.rpartition("@")
        return (before.partition("://")[2] or before) if separator else ""

    @property
    def full(self) -> str:
        """Its address, with its scheme, for an environment: not all tools take one without."""
        return self.given if "://" in self.given else f"{PLAIN}://{self.given}"

    @property
    def place(self) -> tuple[str, int] | None:
        """Its host and port; None where this is no address, as where a password is not spelt as in one."""
        found = HOST_PORT.fullmatch(self.address.partition("://")[2])
        if found is None or any(letter in self.login for letter in "/?#[] "):
            return None
        port = int(found[2] or PORTS.get(self.kind.rstrip("45ah"), 80))
        return (found[1].strip("[]"), port) if 0 < port < 65536 else None

    def __repr__(self) -> str:
        return f"Proxy({self.scheme!r}, {self.address!r}, {self.where!r}, {self.tool!r})"


class Authority(Value):
    """A bundle of authorities that is set at `where`."""

    path: str
    where: str
    tool: str = ""


class Network(Value):
    """All that is set. `direct` are the hosts that are asked without a proxy; `writable` the files that others than
    root may write, which are not obeyed; `readable` those with a password that all may read; `bundle` is the
    distribution's own, where a site's authority was added to it; `index` the one that pip is told of. `answered`:
    the site's authority is an answer, and so `bundle` goes before all that is set. `scripts`: apt asks a
    program for its proxy."""

    proxies: tuple[Proxy, ...] = ()
    direct: tuple[str, ...] = ()
    authorities: tuple[Authority, ...] = ()
    writable: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    bundle: str = ""
    index: str = ""
    answered: bool = False
    scripts: bool = False

    @property
    def passwords(self) -> list[Secret]:
        """The passwords of its proxies, to be masked in all that is shown: as they are spelt, and as they are."""
        words = [one.login.partition(":")[2] for one in self.proxies]
        return [Secret("proxy", form) for word in words for form in {word, unquote(word)} if form]

    def set_for(self, tool: str, scheme: str) -> Proxy | None:
        """The proxy that a tool uses for addresses of that scheme: its own, or that of all."""
        for whose in (tool, ""):
            for one in self.proxies:
                if one.tool == whose and one.scheme == scheme:
                    return one
        return None

    def spared(self, host: str) -> bool:
        """Whether a host is asked without a proxy: it is one of `direct`, or below one. A name with a dot or a star
        before it counts for all below it; networks (10.0.0.0/8) do not count, as most tools do not know them."""
        host = host.lower()
        for one in (*LOCAL, *self.direct):
            name = one.lower().lstrip("*").lstrip(".")
            if one == "*" or (name and (host == name or host.endswith(f".{name}"))):
                return True
        return False
