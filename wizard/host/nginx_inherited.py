"""What directives of nginx take over from the blocks around theirs (`ngx_conf_merge_*`).

A directive counts where it stands and further in, until it is set again; several of one name (`proxy_set_header`)
replace all those further out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import join

from wizard.base.patterns import pattern
from wizard.host.nginx_files import Block

Around = Mapping[str, "tuple[tuple[str, ...], ...]"]
"""The arguments of each directive of a name, by name."""

KINDS = ("proxy", "fastcgi", "uwsgi", "scgi")
"""Of what hands a request on and keeps answers that are larger than its buffers."""
TAKEN_OVER = frozenset(
    {
        *("client_max_body_size", "client_body_temp_path", "proxy_set_header"),
        *(f"{kind}_{name}" for kind in KINDS for name in ("buffering", "temp_path", "max_temp_file_size")),
    }
)
SIZE = pattern(r"([0-9]{1,15})([kKmMgG]?)")
UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
DEFAULT_MOST = 2**20
MOST_HEADERS = 100
"""Of one block: of more the first."""
PREFIX = "/usr/share/nginx"
"""Of Debian's and Red Hat's builds: what relative paths of folders are below."""


def inherited(blocks: Iterable[Block], around: Around) -> Around:
    """What counts within blocks of which these are the directives."""
    own: dict[str, list[tuple[str, ...]]] = {}
    for one in blocks:
        if one.name in TAKEN_OVER and one.args:
            own.setdefault(one.name, []).append(one.args)
    return {**around, **{name: tuple(all_of) for name, all_of in own.items()}}


def body_size(here: Around) -> int:
    """The bytes of the largest body of a request; 0 for any, nginx's own default where what is set is no size."""
    found = SIZE.fullmatch(here.get("client_max_body_size", (("",),))[-1][0])
    return int(found[1]) * UNITS[found[2].lower()] if found else DEFAULT_MOST


def waiting_folder(here: Around) -> str:
    """The folder for bodies that are larger than a buffer; "" where none is set."""
    return _folder(here, "client_body_temp_path")


def keeping_folder(here: Around, kind: str) -> str | None:
    """The folder for answers of that kind (`proxy`...) that are larger than its buffers; "" where none is set, None
    where none is kept."""
    buffering, most = (here.get(f"{kind}_{name}", (("",),))[-1][0] for name in ("buffering", "max_temp_file_size"))
    if kind not in KINDS or buffering.lower() == "off" or (SIZE.fullmatch(most) and not int(most.rstrip("kKmMgG"))):
        return None
    return _folder(here, f"{kind}_temp_path")


def _folder(here: Around, name: str) -> str:
    words = here.get(name, (("",),))[-1]
    return join(PREFIX, words[0]) if words[0] else ""


def headers(here: Around) -> tuple[tuple[str, str], ...]:
    """The headers that are set for the application, their names in lower case."""
    said = here.get("proxy_set_header", ())[:MOST_HEADERS]
    return tuple((words[0].lower(), words[1]) for words in said if len(words) == 2)
