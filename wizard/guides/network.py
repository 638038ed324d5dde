"""What every guide asks about the network: the proxy, the hosts that are asked without it, and the site's authority."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from wizard.answers import checks
from wizard.answers.questions import LIST, SECRET, Answers, Question
from wizard.answers.sections import Section, in_order
from wizard.base.addresses import access_of
from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.secret import Secret
from wizard.base.values import replace
from wizard.guide import Guide
from wizard.host.facts import Facts
from wizard.host.proxies import PLAIN, SECURE, Network, Proxy
from wizard.host.proxy_files import anchors_of
from wizard.host.trust import weakness

ADDRESS = pattern(r"https?://[^\s/?#]+/?")
# A name, a domain with a dot or a star before it, or an address.
SPARED = pattern(r"\*|(?:\*?\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|[0-9A-Fa-f:.]+")


def with_network(guide: Guide) -> Guide:
    """The guide with these questions after its own; where it has one of that key, its own stays."""
    return replace(guide, questions=partial(_asked, guide))


def _asked(guide: Guide) -> Sequence[Question]:
    own = guide.questions()
    keys = {one.key for one in own}
    return (*own, *(one for one in questions() if one.key not in keys and (guide.root or one.key != "authority")))


def questions() -> Sequence[Question]:
    """The questions."""
    asked = [
        Question(
            "proxy",
            title=_("Proxy"),
            help=_("http://<user>:<password>@<host>:<port>; in a password, @ is %40. Empty: as this machine is told."),
            check=_proxy,
            personal="host",
            credential="proxy_access",
        ),
        Question(
            "proxy_access",
            title=_("What opens the proxy"),
            help=_("http://<user>:<password>@<host>:<port>; taken from its address where that has a password."),
            kind=SECRET,
            check=_access,
            length=0,
        ),
        Question(
            "no_proxy",
            title=_("Hosts that are asked without the proxy"),
            help=_("Names, domains (.example.org) and addresses; not networks (10.0.0.0/8)."),
            kind=LIST,
            default=(),
            check=_spared,
            personal="host",
        ),
        Question(
            "authority",
            title=_("Certificate of the site's authority"),
            help=_("A file in PEM form; for a proxy that inspects, or servers of your own."),
            check=_authority,
        ),
    ]
    return in_order([Section(_("The network"), advanced=asked)])


def network_of(answers: Answers, found: Network, manager: str) -> Network:
    """What the machine is told, after what these answers say. `manager` is its package manager."""
    if answers.get("authority"):
        found = replace(found, bundle=anchors_of(manager)[1], answered=True)
    address = str(answers.get("proxy", ""))
    direct = tuple(answers.get("no_proxy", ()))
    if not address and not direct:
        return found
    access = answers.get("proxy_access")
    secret = access.reveal() if isinstance(access, Secret) else ""
    given = secret if secret and access_of(secret, address) else address
    where = _("the answer `proxy`")
    told = tuple(Proxy(scheme, given, where) for scheme in (PLAIN, SECURE)) if address else ()
    return replace(found, proxies=(*told, *found.proxies), direct=(*direct, *found.direct))


def _proxy(value: str, answers: Answers, facts: Facts) -> str:
    if not ADDRESS.fullmatch(value) or Proxy(PLAIN, value, "").place is None:
        return _("`{value}` is no address of a proxy, such as http://proxy.example.org:3128").format(value=value)
    return ""


def _access(value: str, answers: Answers, facts: Facts) -> str:
    if not value:
        return ""
    if access_of(value, str(answers.get("proxy", ""))) is None or Proxy(PLAIN, value, "").place is None:
        return _("the address of the answer `proxy` is wanted, with a user and a password in it; in these, the letters"
                 " / ? # [ ] @ : and spaces are spelt with a percent sign (@ is %40, # is %23)")  # fmt: skip
    return ""


def _spared(value: Sequence[str], answers: Answers, facts: Facts) -> str:
    strange = [one for one in value if not SPARED.fullmatch(one)]
    return _("`{name}` is neither a host's name nor an address").format(name=strange[0]) if strange else ""


def _authority(value: str, answers: Answers, facts: Facts) -> str:
    wrong = checks.absolute_path(value, answers, facts)
    if wrong or not facts.root:
        return wrong
    if weakness(Path(value), {0}) is not None:
        return _("others than root may write `{value}`, or a folder above it: who does that would choose what is"
                 " installed here. Lay it where root alone may, such as /root").format(value=value)  # fmt: skip
    return ""
