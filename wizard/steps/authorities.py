"""The step that has a machine trust a site's own authority."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.rendering import Text
from wizard.host.files import Content
from wizard.host.packages import Package
from wizard.host.proxy_files import anchors_of
from wizard.host.reading import Host
from wizard.steps.step import Blocked, Step

if TYPE_CHECKING:
    from wizard.changes.change import Change

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]{1,65536}-----END CERTIFICATE-----")
# More of them are a bundle of somebody's, and not a site's authority.
MOST = 10
PACKAGE = "ca-certificates"


class AuthorityTrusted(Step):
    """The authorities in the file `source`, in PEM form, are among those of the distribution, from which all programs
    take them that are not told otherwise. They stay when `source` goes."""

    source: str
    shared: bool = True

    @property
    def key(self) -> str:
        return f"authority:{self.source}"

    @property
    def title(self) -> str:
        return _("the site's authority, {path}").format(path=self.source)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.authorities import BundleMade
        from wizard.changes.files import FileWritten
        from wizard.changes.packages import PackagesInstalled

        manager = host.facts.package_manager
        folder, bundle = anchors_of(manager)
        found = self._certificates(host)
        if host.get(Package(PACKAGE)) is None:
            yield PackagesInstalled((PACKAGE,), manager)
        there = host.get_planned(Content(bundle))
        known = _bare(there if isinstance(there, bytes) else b"")
        for one in found:
            place = f"{folder}/jalon-{hashlib.sha256(_bare(one).encode()).hexdigest()[:12]}.crt"
            if host.get_planned(Content(place)) != f"{one}\n".encode():
                yield FileWritten(place, Text(f"{one}\n"))
        missing = [one for one in found if _bare(one) not in known]
        if missing:
            yield BundleMade(manager, bundle, "".join(f"{one}\n" for one in missing))

    def _certificates(self, host: Host) -> list[str]:
        data = host.get(Content(self.source))
        text = (data or b"").decode(errors="replace").replace("\r\n", "\n")
        found = list(dict.fromkeys(CERTIFICATE.findall(text)))
        remedy = _("correct the answer `authority`: a file with the certificate of your site's authority in PEM form")
        if data is None:
            raise Blocked(_("{path} is not there").format(path=self.source), remedy)
        if "PRIVATE KEY" in text:
            raise Blocked(_("{path} holds a private key").format(path=self.source), remedy)
        if not 0 < len(found) <= MOST:
            why = _("{path} holds {count} certificates in PEM form, and not one to {most}")
            raise Blocked(why.format(path=self.source, count=len(found), most=MOST), remedy)
        return found


def _bare(content: bytes | str) -> str:
    """What certificates say, however their lines are broken."""
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    return "".join(line for line in text.split() if not line.startswith("-"))
