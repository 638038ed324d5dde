"""Diagnose why a browser does not get in where a plain request does, from what was seen, the settings and the site:
cookies that it does not keep, https without TLS, a name that is not handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wizard.base.language import _
from wizard.causes.candidates import Diagnosis, file_step
from wizard.causes.handed import handed_to, servers_for
from wizard.causes.site import Site
from wizard.findings.finding import Cause, Remedy
from wizard.host.nginx import Handed
from wizard.host.reading import Host, NotKnown, Unknown
from wizard.host.settings import COMPUTED, Settings, SettingsAt

NEEDLESS = ("localhost", "127.0.0.1", "::1", "[::1]")
"""Names that only this machine uses for itself."""


def settings_of(host: Host, site: Site) -> Mapping[str, object]:
    """What the instance's own settings say, as far as it is known without running them."""
    if not site.settings:
        return {}
    said: Settings | Unknown | None = host.read(SettingsAt(site.settings))
    return said.values if isinstance(said, Settings) else {}


def comes_by_https(host: Host, site: Site) -> str:
    """Why people are taken to reach the site by https, which ends before this application; "" if nothing says so."""
    said = settings_of(host, site)
    if said.get("SECURE_PROXY_SSL_HEADER"):
        return _("SECURE_PROXY_SSL_HEADER is set")
    origins = said.get("CSRF_TRUSTED_ORIGINS")
    if isinstance(origins, list | tuple | set) and any(str(one).startswith("https://") for one in origins):
        return _("CSRF_TRUSTED_ORIGINS has names with https")
    if str(said.get("DEFAULT_DOMAIN", "")).startswith("https://"):
        return _("DEFAULT_DOMAIN begins with https")
    try:
        handing = servers_for(host, site)
    except NotKnown:
        return ""
    if any(one.header("x-forwarded-proto") == "https" for server in handing for one in server.handed):
        return _("the site hands on that people come by https")
    if any(listen.tls for server in handing for listen in server.listens):
        return _("a site with TLS hands on to it too")
    return ""


def comes_by_http(host: Host, site: Site) -> bool:
    """Whether the settings say that people reach the site by http."""
    return str(settings_of(host, site).get("DEFAULT_DOMAIN", "")).startswith("http://")


def people_s_name(site: Site, otherwise: str) -> str:
    """A name by which people reach the site; `otherwise` if none is known."""
    return next((name for name in site.names if name not in NEEDLESS and not name.startswith((".", "*"))), otherwise)


def cookie_needs_tls(host: Host, site: Site | None, names: Iterable[str]) -> Diagnosis:
    """Diagnose cookies with `Secure` that are set over http."""
    wanted = sorted({_setting(name, "SECURE") for name in names})
    told = _("A browser sends these cookies over https alone, and nothing here has TLS: nobody can sign in.")
    text = _("Set {settings} to False in the instance's settings and restart the service, or serve the site with TLS.")
    if len(wanted) == 1:
        told = _("A browser sends this cookie over https alone, and nothing here has TLS: nobody can sign in.")
    remedy = Remedy(text.format(settings=", ".join(wanted)), step=file_step(host, site.settings) if site else "")
    return Cause("cookies-need-tls", told), remedy


def cookie_of_another(host: Host, site: Site | None, name: str, domain: str, reached: str) -> Diagnosis:
    """Diagnose a cookie with the `Domain` of another name than those by which the site is reached."""
    told = _("The cookie is for {domain}; a browser that asks {name} does not keep it, and nobody can sign in.")
    text = _(
        "Take {setting} out of the instance's settings, or set it to the name that people use; restart the service."
    )
    remedy = Remedy(text.format(setting=_setting(name, "DOMAIN")), step=file_step(host, site.settings) if site else "")
    return Cause("cookie-of-another-name", told.format(domain=domain, name=reached)), remedy


def cookie_same_site(host: Host, site: Site | None, name: str) -> Diagnosis:
    """Diagnose a cookie with `SameSite=None` and without `Secure`."""
    told = _("The cookie says SameSite=None without Secure; browsers do not keep such a one, and nobody can sign in.")
    text = _("Set {setting} to 'Lax' in the instance's settings and restart the service.")
    remedy = Remedy(
        text.format(setting=_setting(name, "SAMESITE")), step=file_step(host, site.settings) if site else ""
    )
    return Cause("cookie-same-site-none", told), remedy


def sent_to_https(host: Host, site: Site | None) -> Diagnosis:
    """Diagnose an application that sends on to https whoever comes, also as by https."""
    return _sends_in_circles(host, site) if site and comes_by_https(host, site) else _sends_to_https(host, site)


def _sends_to_https(host: Host, site: Site | None) -> Diagnosis:
    told = _("Whoever comes is sent on to https, and nothing here has TLS: nobody gets a page.")
    text = _(
        "Set SECURE_SSL_REDIRECT to False in the instance's settings and restart the service, or serve the site with"
        " TLS. Where a proxy before this machine does, set SECURE_PROXY_SSL_HEADER, and have it send X-Forwarded-Proto."
    )
    return Cause("https-without-tls", told), Remedy(text, step=file_step(host, site.settings) if site else "")


def _sends_in_circles(host: Host, site: Site) -> Diagnosis:
    told = _("Who comes by https is sent on to https again, without end: the application does not learn of it.")
    text = _(
        "Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https') in the instance's settings, and have"
        " whatever ends TLS send X-Forwarded-Proto; restart the service."
    )
    return Cause("https-not-handed-on", told), _scheme_kept(host, site) or Remedy(text)


def _scheme_kept(host: Host, site: Site) -> Remedy | None:
    """The remedy where nginx takes its own scheme for that of the people; None where it does not."""
    if next((one.header("x-forwarded-proto") for one in _handed(host, site)), "") != "$scheme":
        return None
    text = _(
        "In {path}, `proxy_set_header X-Forwarded-Proto $scheme;` puts http in the place of what the proxy before"
        " this machine says: hand on `$http_x_forwarded_proto` instead; restart nginx."
    )
    return Remedy(text.format(path=site.available))


def csrf_refused(host: Host, site: Site | None, scheme: str, origin: str) -> Diagnosis:
    """Diagnose a form that was refused although its cookies arrived: the name or the scheme is not what the application
    takes the site's for."""
    told = _("The server refused the form: its CSRF token or its origin was not accepted.")
    if site is None:
        return Cause("csrf-refused", told), None
    if renamed := name_not_handed_on(host, site):
        return renamed
    if scheme == "https":
        told = _("The application does not know that people come by https, and takes their forms for another site's.")
        if remedy := _scheme_kept(host, site):
            return Cause("https-not-handed-on", told), remedy
        text = _(
            "Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https') where the proxy sends that header,"
            " or add {origin} to CSRF_TRUSTED_ORIGINS, in the instance's settings; restart the service."
        )
        return Cause("origin-not-trusted", told), Remedy(text.format(origin=repr(origin)))
    return Cause("csrf-refused", told), None


def name_not_handed_on(host: Host, site: Site) -> Diagnosis | None:
    """Diagnose a site that tells the application another name than the one that was asked for; None if it does not."""
    passed_on = next((one.header("host") or "$proxy_host" for one in _handed(host, site)), "$http_host")
    if passed_on in ("$http_host", "$host"):
        return None
    told = _("nginx tells the application another name than the one that people ask for ({header}).")
    text = _("Set `proxy_set_header Host $http_host;` in the `location /` of {path}; restart nginx.")
    rewritten = Remedy(text.format(path=site.available), step=file_step(host, site.available))
    return Cause("host-not-handed-on", told.format(header=f"Host {passed_on}")), rewritten


def sessions_need_tls(said: Mapping[str, object]) -> bool:
    """Whether the settings want the session's cookie over https alone."""
    value = said.get("SESSION_COOKIE_SECURE", False)
    return value is not COMPUTED and bool(value)


def _setting(cookie: str, end: str) -> str:
    return f"{'CSRF' if 'csrf' in cookie.lower() else 'SESSION'}_COOKIE_{end}"


def _handed(host: Host, site: Site) -> list[Handed]:
    try:
        return handed_to(host, site)
    except NotKnown:
        return []
