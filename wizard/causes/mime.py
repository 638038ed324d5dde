"""Diagnose why nginx does not know the type of a file."""

from __future__ import annotations

import re

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.causes.candidates import Diagnosis
from wizard.findings.finding import Cause, Remedy
from wizard.host.files import Content, Listing
from wizard.host.reading import Host

CONFIGURATION, CONF_D = "/etc/nginx/nginx.conf", "/etc/nginx/conf.d"
INCLUDED = pattern(rb"^[^#\n]*\binclude\s+\S*mime\.types\s*;", re.MULTILINE)
HTTP = pattern(rb"^http \{", re.MULTILINE)


def no_types(host: Host, type: str) -> Diagnosis | None:
    """Diagnose that nginx's configuration includes no list of types, so that every file is of one `type`; None where it
    does, or cannot be read."""
    names = host.read(Listing(CONF_D))
    parts = [f"{CONF_D}/{name}" for name in (names if isinstance(names, tuple) else ()) if name.endswith(".conf")]
    main, *others = (_text(host, path) for path in (CONFIGURATION, *parts))
    if not main or any(INCLUDED.search(one) for one in (main, *others)):
        return None
    text = _("{path} does not include `mime.types`: for nginx every file is {type}, and browsers use no style sheet.")
    told = _("Put `include /etc/nginx/mime.types;` back into the block `http` of {path}, and restart nginx.")
    words = (
        rf"sed -i '/^http {{/a\\    include /etc/nginx/mime.types;' {CONFIGURATION}",
        "nginx -t",
        "systemctl restart nginx.service",
    )
    cause = Cause("mime-types-not-included", text.format(path=CONFIGURATION, type=type or "-"))
    return cause, Remedy(told.format(path=CONFIGURATION), words if HTTP.search(main) else ())


def _text(host: Host, path: str) -> bytes:
    data = host.read(Content(path))
    return data if isinstance(data, bytes) else b""
