"""Reports about: what a browser sees."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

GREEN = Before(detected=False, cause="", rightly=False, repair="left")
BACK = "back $settings; serves"
# nginx tells the application its own scheme, as examples have it.
OWN_SCHEME = (
    r"keep $site; sed -i 's/^        proxy_redirect off;/&\n        proxy_set_header X-Forwarded-Proto $scheme;/'"
    " $site; refreshed"
)


def _set(*lines: str) -> str:
    """A script that adds lines to the settings, and starts the service with them; its page may be anything then."""
    added = "\\n".join(lines)
    return (
        f'keep $settings; printf "\\n{added}\\n" >>$settings; systemctl restart $unit;'
        " for _ in $(seq 300); do case $(status /) in 000|502) sleep 0.1 ;; *) break ;; esac; done"
    )


REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "cookie-domain",
            ("service.page",),
            _set("CSRF_COOKIE_DOMAIN = 'old.example'", "SESSION_COOKIE_DOMAIN = 'old.example'"),
            BACK,
            "cookie-of-another-name",
        ),
        source="https://github.com/jumpserver/jumpserver/pull/17337",
        people="Signing in fails for everybody with 'CSRF cookie not set', whatever is corrected elsewhere.",
        before=GREEN,
    ),
    Report(
        Fault(
            "cookie-secure",
            ("service.page",),
            _set("CSRF_COOKIE_SECURE = True", "SESSION_COOKIE_SECURE = True"),
            BACK,
            "cookies-need-tls",
        ),
        source="review",
        people="The sign-in page arrives, and then 403 for everybody.",
        before=GREEN,
    ),
    Report(
        Fault(
            "host-not-passed",
            ("service.login",),
            "resite '/proxy_set_header Host/d'",
            "unsite",
            "host-not-handed-on",
            also=("service.upload",),
            trials=True,
        ),
        source="https://github.com/getsentry/self-hosted/issues/447",
        people="Every form is refused with 403 since nginx stands in front.",
        before=GREEN,
    ),
    Report(
        Fault(
            "origin-of-a-proxy",
            ("service.login",),
            _set("DEFAULT_DOMAIN = 'https://serveur'") + f"; {OWN_SCHEME}",
            "back $site; refreshed; " + BACK,
            "https-not-handed-on",
            also=("service.upload",),
            trials=True,
        ),
        source="https://github.com/tournesol-app/tournesol/pull/553",
        people="Behind a proxy with TLS, signing in ends in 403 since Django 4: the origin is not trusted.",
        before=GREEN,
    ),
    Report(
        Fault(
            "redirect-loop",
            ("service.page",),
            _set("SECURE_SSL_REDIRECT = True", "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')")
            + f"; {OWN_SCHEME}",
            "back $site; refreshed; " + BACK,
            "https-not-handed-on",
        ),
        source="https://github.com/GovReady/govready-q/issues/934",
        people="Behind a proxy with TLS the browser says that it is redirected too many times.",
        before=Before(detected=True, cause="site-edited", rightly=False, repair="repaired"),
    ),
    Report(
        Fault(
            "session-cookie-secure",
            ("service.page",),
            _set("SESSION_COOKIE_SECURE = True"),
            BACK,
            "cookies-need-tls",
        ),
        source="https://github.com/maxdorninger/MediaManager/pull/56",
        people="Signing in leads back to the sign-in page, without a word.",
        before=GREEN,
    ),
    Report(
        Fault(
            "ssl-redirect",
            ("service.page",),
            _set("SECURE_SSL_REDIRECT = True"),
            BACK,
            "https-without-tls",
        ),
        source="https://github.com/cookiecutter/cookiecutter-django/issues/1173",
        people="Every page is answered 301 to https, where nothing answers.",
        before=Before(detected=True, cause="redirected", rightly=True, repair="repaired"),
    ),
)
"""In the order of their names."""
