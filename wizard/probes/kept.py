"""What a browser does not keep of a page's cookies."""

from __future__ import annotations

from wizard.base.cookies import attributes, covers
from wizard.base.language import _
from wizard.causes.browser import (
    NEEDLESS,
    comes_by_http,
    comes_by_https,
    cookie_needs_tls,
    cookie_of_another,
    sessions_need_tls,
    settings_of,
)
from wizard.causes.site import Site
from wizard.findings.finding import Finding, failed, warning
from wizard.host.http import Response
from wizard.host.reading import Host


def not_kept(host: Host, site: Site | None, answered: Response, scheme: str) -> Finding | None:
    """What a browser does not keep that comes to the site by that scheme; None if it keeps all, or nobody knows."""
    if site is None:
        return None
    cookies = [attributes(line) for line in answered.cookies]
    if scheme == "http" and (found := _secure(host, site, answered, cookies)):
        return found
    names = [name for name in site.names if name not in NEEDLESS]
    for name, words in cookies:
        domain = words.get("domain", "").lstrip(".").lower()
        if domain and names and not any(covers(domain, one.lstrip(".*")) for one in names):
            cause, remedy = cookie_of_another(host, site, name, domain, names[0])
            evidence = _("{seen}, with a cookie for {domain}").format(seen=answered.says(), domain=domain)
            return failed(evidence, cause=cause, remedy=remedy)
    return None


def _secure(host: Host, site: Site, answered: Response, cookies: list[tuple[str, dict[str, str]]]) -> Finding | None:
    names = [name for name, words in cookies if "secure" in words]
    # The session's cookie comes only when somebody has signed in.
    if sessions_need_tls(settings_of(host, site)):
        names.append("sessionid")
    if not names or comes_by_https(host, site):
        return None
    cause, remedy = cookie_needs_tls(host, site, names)
    text = _("{seen}, with cookies for https alone: {names}")
    # Where nothing says how people come, a proxy with TLS may stand before this machine.
    found = failed if comes_by_http(host, site) else warning
    return found(text.format(seen=answered.says(), names=", ".join(names)), cause=cause, remedy=remedy)
