from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.causes.site import Site
from wizard.host.http import Get, Response
from wizard.host.nginx import Handed, Listen, Server, Servers
from wizard.host.settings import Settings, SettingsAt
from wizard.probes.http import FormThere

SITE = Site("/site", "/site", 80, ("serveur", "localhost"), socket="/a.sock", settings="/settings.py")
PROBE = FormThere("service.page", "", path="/", host="localhost", port=80, site=SITE)
PAGE = Response(200, "text/html", b'<form><input name="csrfmiddlewaretoken">')
TO_HTTPS = Response(301, "text/html", location="https://localhost/")
BY_HTTP = {"DEFAULT_DOMAIN": "http://serveur"}
PROXIED = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
TLS = Server("/site", (Listen(443, tls=True),), handed=(Handed("/", "/a.sock"),))
SCHEME = Server("/site", handed=(Handed("/", "/a.sock", headers=(("x-forwarded-proto", "$scheme"),)),))


def page(*cookies: str) -> Response:
    """The page, with these cookies."""
    return Response(200, "text/html", PAGE.body, cookies=cookies)


def observed(
    plain: Response, by_https: Response = PAGE, settings: dict[str, Any] | None = None, servers: tuple[Server, ...] = ()
) -> tuple[str, str]:
    """The outcome and its cause."""
    finding = PROBE.observe(
        fake(
            {
                Get("/", "localhost", follow=5): plain,
                Get("/", "localhost", follow=5, by_https=True): by_https,
                SettingsAt("/settings.py"): Settings(settings or {}),
                Servers(): servers,
            }
        )
    )
    return finding.outcome, finding.cause.id if finding.cause else ""


SECURE = "csrftoken=a; Path=/; SameSite=Lax; Secure"


def test_cookies_for_https_alone_are_red_where_people_come_by_http() -> None:
    assert observed(page("csrftoken=a; Path=/"), settings=BY_HTTP) == ("passed", "")
    assert observed(page(SECURE), settings=BY_HTTP) == ("failed", "cookies-need-tls")
    assert observed(PAGE, settings={**BY_HTTP, "SESSION_COOKIE_SECURE": True}) == ("failed", "cookies-need-tls")
    assert observed(PAGE, settings={**BY_HTTP, "SESSION_COOKIE_SECURE": False}) == ("passed", "")


def test_they_are_a_warning_where_nothing_says_how_people_come() -> None:
    assert observed(page(SECURE)) == ("warning", "cookies-need-tls")


@pytest.mark.parametrize(
    "settings",
    [PROXIED, {"CSRF_TRUSTED_ORIGINS": ["https://a.example"]}, {"DEFAULT_DOMAIN": "https://a.example"}],
)
def test_they_are_right_where_tls_ends_before_this_machine(settings: dict[str, Any]) -> None:
    assert observed(page(SECURE), settings=settings) == ("passed", "")


def test_they_are_right_where_a_site_with_tls_hands_on_too() -> None:
    assert observed(page(SECURE), servers=(TLS,)) == ("passed", "")


def test_a_cookie_for_another_name_is_red() -> None:
    assert observed(page("csrftoken=a; Domain=other.example")) == ("failed", "cookie-of-another-name")
    assert observed(page("csrftoken=a; Domain=serveur")) == ("passed", "")


def test_a_redirect_to_https_is_followed_as_a_proxy_does() -> None:
    assert observed(TO_HTTPS, PAGE, PROXIED) == ("passed", "")
    assert observed(TO_HTTPS, TO_HTTPS) == ("failed", "https-without-tls")
    assert observed(TO_HTTPS, PAGE) == ("warning", "https-without-tls")
    assert observed(TO_HTTPS, PAGE, BY_HTTP) == ("failed", "https-without-tls")
    assert observed(TO_HTTPS, TO_HTTPS, PROXIED, (SCHEME,)) == ("failed", "https-not-handed-on")
    assert observed(TO_HTTPS, Response(502, "text/html"), PROXIED)[0] == "failed"
