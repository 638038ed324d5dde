"""What directives of nginx take over from the blocks around theirs (`ngx_conf_merge_*`).

A directive counts where it stands and further in, until it is set again; several of one name (`proxy_set_header`)
replace all those further out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from posixpath import join

from wizard.host.nginx_files import Block

Around = Mapping[str, "tuple[tuple[str, ...], ...]"]
"""The arguments of each directive of a name, by name."""

TAKEN_OVER = ("client_max_body_size", "client_body_temp_path", "proxy_set_header")
SIZE = re.compile(r"([0-9]{1,15})([kKmMgG]?)")
UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
DEFAULT_MOST = 2**20
PREFIX = "/usr/share/nginx"
"""Of Debian's and Red Hat's builds: what relative paths of folders are below."""


def inherited(blocks: Iterable[Block], around: Around) -> Around:
    """What counts within blocks of which these are the directives."""
    own: dict[str, tuple[tuple[str, ...], ...]] = {}
    for one in blocks:
        if one.name in TAKEN_OVER and one.args:
            own[one.name] = (*own.get(one.name, ()), one.args)
    return {**around, **own}


def body_size(here: Around) -> int:
    """The bytes of the largest body of a request; 0 for any, nginx's own default where what is set is no size."""
    found = SIZE.fullmatch(here.get("client_max_body_size", (("",),))[-1][0])
    return int(found[1]) * UNITS[found[2].lower()] if found else DEFAULT_MOST


def waiting_folder(here: Around) -> str:
    """The folder for bodies that are larger than a buffer; "" where none is set."""
    words = here.get("client_body_temp_path", (("",),))[-1]
    return join(PREFIX, words[0]) if words[0] else ""


def headers(here: Around) -> tuple[tuple[str, str], ...]:
    """The headers that are set for the application, their names in lower case."""
    return tuple((words[0].lower(), words[1]) for words in here.get("proxy_set_header", ()) if len(words) == 2)
