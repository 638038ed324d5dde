"""The way out of this machine for programs that fetch: which proxy and authorities they are given, a live test of it
before they start, and whether it is the reason why one has failed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from wizard.acting.trouble import Trouble, misspelt, no_way, of_proxy, untrusted, where_set
from wizard.base.language import _
from wizard.host import ways
from wizard.host.fetching import Fetch, fetch_of, own_index
from wizard.host.proxies import LOCAL, PLAIN, SECURE, Network, Proxy
from wizard.host.proxy_files import BUNDLES
from wizard.host.ways import Way, tried

Tried = Callable[[str, "Proxy | None", str], Way]
# What tools say of a certificate that none of their authorities has signed, and of a proxy that wants a password.
UNTRUSTED = (
    *("CERTIFICATE_VERIFY_FAILED", "certificate verify failed", "certificate verification failed"),
    *("SSL certificate problem", "Certificate verification failed", "unable to get local issuer certificate"),
)
ASKS = ("407 ", "Proxy Authentication Required", "Proxy-Authentication")
# So many mirrors are asked before apt is.
MOST_ASKED = 2
# The variables of one tool, which go before what its own file says.
OF_TOOL = {"PIP_CERT": "pip", "GIT_SSL_CAINFO": "git", "CURL_CA_BUNDLE": "curl"}


class Outward:
    """The ways out, by what the machine is told of its network. What is chosen is told to `say`."""

    def __init__(self, network: Network, say: Callable[[str], None], ask: Tried = tried) -> None:
        self._network = network
        self._say = say
        self._ask = ask
        self._adopted: dict[tuple[str, str], Proxy] = {}
        self._known: set[tuple[str, str]] = set()

    def fetch(self, words: Sequence[str], env: Mapping[str, str]) -> Fetch | None:
        """What a command fetches, if anything."""
        return fetch_of(words, {**os.environ, **env}, self._network.index)

    def environment(self, fetch: Fetch) -> dict[str, str]:
        """The variables for a command that fetches this, passwords included. A tool's own file goes before them."""
        found: dict[str, str] = {}
        for scheme in (PLAIN, SECURE):
            proxy = self._adopted.get((fetch.tool, scheme)) or self._network.set_for("", scheme)
            if proxy is not None and proxy.place is not None:
                found[f"{scheme}_proxy"] = proxy.full
        if found:
            found["no_proxy"] = ",".join(dict.fromkeys((*LOCAL, *self._network.direct)))
        return {**found, **self._authorities()}

    def before(self, fetch: Fetch) -> Trouble | None:
        """What keeps this from being fetched by the way that is set; None where nothing is seen to. Where none is set
        and the straight way leads nowhere, a proxy that another tool is told of is adopted if it leads there."""
        proxy = self._proxy(fetch)
        if proxy is None:
            return self._seek(fetch)
        if proxy.place is None:
            return misspelt(proxy)
        if proxy.kind.startswith("socks"):
            return None
        # Once it was seen to lead there, only whether it is still there.
        address = "" if (proxy.address, fetch.address) in self._known else fetch.address
        way = self._ask(address, proxy, self._bundle(fetch.tool))
        if way.outcome in ways.OF_PROXY:
            return of_proxy(proxy, way)
        self._known.add((proxy.address, fetch.address))
        return None

    def first(self) -> Trouble | None:
        """What keeps everything from being fetched, before anything begins: a fault of the one proxy that is set. Where
        tools are told of others, each is tested when its turn comes."""
        fetch = Fetch("", self._network.index or own_index())
        if any(one.tool for one in self._network.proxies) or self._proxy(fetch) is None:
            return None
        return self.before(fetch)

    def after(self, fetch: Fetch, output: str) -> Trouble | None:
        """Whether the way out is why this was not fetched, by what is seen now, and by what was said where that agrees
        with nothing else."""
        proxy = self._proxy(fetch) or self._adopted.get((fetch.tool, _scheme(fetch)))
        way = Way()
        if fetch.address and (proxy is None or proxy.place):
            way = self._ask(fetch.address, proxy, self._bundle(fetch.tool))
        if proxy is not None and way.outcome in (*ways.OF_PROXY, ways.FORBIDS, ways.BEYOND, ways.REJECTS):
            return of_proxy(proxy, way, fetch.address)
        if proxy is not None and any(mark in output for mark in ASKS):
            return of_proxy(proxy, Way(ways.ASKS))
        if way.outcome == ways.UNTRUSTED or any(mark in output for mark in UNTRUSTED):
            return untrusted(fetch, way, proxy)
        if proxy is None and fetch.address and way.outcome in (ways.UNRESOLVED, ways.SILENT, ways.CLOSED):
            return no_way(fetch, way)
        return None

    def _proxy(self, fetch: Fetch) -> Proxy | None:
        if fetch.address and self._network.spared(urlsplit(fetch.address).hostname or ""):
            return None
        return self._network.set_for(fetch.tool, _scheme(fetch))

    def _seek(self, fetch: Fetch) -> Trouble | None:
        key = (fetch.tool, _scheme(fetch))
        host = urlsplit(fetch.address).hostname or ""
        if not host or key in self._adopted or self._network.spared(host):
            return None
        if not self._network.proxies:
            return self._none_of(fetch)
        others = {one.address: one for one in self._network.proxies if one.place}
        straight = (ways.UNRESOLVED, ways.SILENT, ways.CLOSED, ways.REFUSED)
        if not others or self._ask(fetch.address, None, "").outcome not in straight:
            return None
        for one in others.values():
            if self._ask(fetch.address, one, "").outcome in (ways.REACHED, ways.UNTRUSTED):
                self._adopted[key] = one
                text = _("{host} is not reached straight, but through the proxy {proxy} ({where}): so it is fetched"
                         " through that")  # fmt: skip
                self._say(text.format(host=host, proxy=one.address, where=where_set(one)))
                return None
        return None

    def _none_of(self, fetch: Fetch) -> Trouble | None:
        """Where no proxy is set at all: whether nothing that may be asked is reached; apt takes minutes to say so."""
        hosts = {urlsplit(one).netloc: one for one in fetch.every}
        if self._network.scripts or not 0 < len(hosts) <= MOST_ASKED:
            return None
        seen = [self._ask(one, None, "") for one in hosts.values()]
        if all(way.outcome in (ways.UNRESOLVED, ways.SILENT, ways.CLOSED) for way in seen):
            return no_way(fetch, seen[0])
        return None

    def _bundle(self, tool: str) -> str:
        if self._network.answered:
            return self._network.bundle
        own = (one.path for one in self._network.authorities if one.tool == tool and tool)
        return next(own, "") or self._shared_bundle()

    def _shared_bundle(self) -> str:
        if self._network.answered:
            return self._network.bundle
        told = (one.path for one in self._network.authorities if not one.tool)
        return next(told, "") or self._network.bundle

    def _authorities(self) -> dict[str, str]:
        """One bundle for all tools, where the site has its own: pip, Poetry and requests bring theirs otherwise."""
        bundle = self._shared_bundle()
        if not bundle:
            return {}
        if self._network.answered:
            return dict.fromkeys(BUNDLES, bundle)
        own = {one.tool for one in self._network.authorities if one.tool}
        return {
            name: os.environ.get(name) or bundle
            for name in BUNDLES
            if os.environ.get(name) or OF_TOOL.get(name) not in own
        }


def _scheme(fetch: Fetch) -> str:
    return PLAIN if fetch.address.startswith("http://") else SECURE
