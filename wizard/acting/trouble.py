"""Why nothing is fetched, in words for a person: what is the matter with a proxy, a certificate, or the network."""

from __future__ import annotations

from urllib.parse import urlsplit

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host import ways
from wizard.host.fetching import APT, Fetch
from wizard.host.proxies import Proxy
from wizard.host.ways import Way


class Trouble(Value):
    """Why nothing is fetched, and what to do."""

    text: str
    remedy: str


def of_proxy(proxy: Proxy, way: Way, address: str = "") -> Trouble:
    """What a failed test says of a proxy, in words."""
    host = urlsplit(address).hostname or ""
    texts = {
        ways.UNRESOLVED: _("the name of the proxy {proxy} ({where}) is not resolved"),
        ways.REFUSED: _("the proxy {proxy} ({where}) refuses connections: it was stopped, or has another port"),
        ways.SILENT: _("the proxy {proxy} ({where}) does not answer"),
        ways.CLOSED: _("the network does not lead to the proxy {proxy} ({where})"),
        ways.ASKS: _("the proxy {proxy} ({where}) wants a user and a password, or others than it was given (407)"),
        ways.REJECTS: _(
            "the proxy {proxy} ({where}), or the server behind it, does not take the user and the password"
            " that it was given (401)"
        ),
        ways.FORBIDS: _("the proxy {proxy} ({where}) does not let through to {host}: {said}"),
        ways.BEYOND: _("the proxy {proxy} ({where}) does not reach {host} itself: {said}"),
        ways.NO_TLS: _("the proxy {proxy} ({where}) speaks no TLS itself"),
        ways.STRANGE: _("what answers at {proxy} ({where}) is no proxy"),
        ways.ORDINARY: _("at {proxy} ({where}) answers a program of an ordinary account, which is given no password"),
    }
    asks = _("give them as the answer `proxy` (http://<user>:<password>@<host>:<port>; in a password, @ is %40, # is"
             " %23, / is %2F), or correct them in {where}")  # fmt: skip
    remedies = {
        ways.ASKS: asks,
        ways.REJECTS: asks,
        ways.FORBIDS: _("ask whoever runs the proxy to let this machine through, or name a mirror that it reaches"),
        ways.BEYOND: _("tell whoever runs the proxy, or name a mirror that it reaches"),
        ways.NO_TLS: _("write http:// before its name in {where}: it is spoken to in clear, for https addresses too"),
        ways.ORDINARY: _("have the proxy started by its own service, or name another one"),
    }  # fmt: skip
    usual = _("have the proxy started, or correct its address in {where}, then run this again")
    words = {"proxy": proxy.address, "where": where_set(proxy), "host": host, "said": way.said}
    return Trouble(texts[way.outcome].format(**words), remedies.get(way.outcome, usual).format(**words))


def misspelt(proxy: Proxy) -> Trouble:
    """What is to be said of a proxy that is no address."""
    text = _("what {where} has for a proxy is no address")
    remedy = _("correct it there: http://<user>:<password>@<host>:<port>, in which the letters / ? # [ ] @ : and spaces"
               " of a password are spelt with a percent sign (@ is %40, # is %23)")  # fmt: skip
    return Trouble(text.format(where=where_set(proxy)), remedy)


def untrusted(fetch: Fetch, way: Way, proxy: Proxy | None) -> Trouble:
    """What is to be said of a certificate that no known authority has signed."""
    text = _("the certificate of {host} is by no authority that this machine knows: something on the way (a proxy that"
             " inspects, most often) puts its own in its place")  # fmt: skip
    remedy = _("give the certificate of your site's authority (a file in PEM form, from whoever runs the network) as"
               " the answer `authority`, then run this again")  # fmt: skip
    host = urlsplit(fetch.address).hostname or _("the server")
    return Trouble(text.format(host=host) + (f" ({way.said})" if way.said else ""), remedy)


def no_way(fetch: Fetch, way: Way) -> Trouble:
    """What is to be said of an address that is not reached, where no proxy is set for it."""
    why = {ways.UNRESOLVED: _("its name is not resolved"), ways.SILENT: _("it does not answer")}
    text = _("{host} is not reached from this machine ({why}), and no proxy is set for it")
    remedy = _("check the address, the network and /etc/resolv.conf; where the way out is a proxy, give it as the"
               " answer `proxy`, then run this again")  # fmt: skip
    if way.outcome == ways.UNRESOLVED:
        remedy = _("that name is not resolved: check it, the network and /etc/resolv.conf; where the way out is a"
                   " proxy, give it as the answer `proxy`, then run this again")  # fmt: skip
    host = urlsplit(fetch.address).hostname or ""
    if fetch.tool == APT:
        text = _("no mirror of packages was reached: {line}").format(line=text)
        remedy = _("check the network, the proxy and the addresses in /etc/apt, then run this again; where the way out"
                   " is a proxy, give it as the answer `proxy`")  # fmt: skip
    return Trouble(text.format(host=host, why=why.get(way.outcome, _("the network does not lead there"))), remedy)


def where_set(proxy: Proxy) -> str:
    """Where a proxy is set, in words."""
    return proxy.where or _("the environment")
