"""The trial that logs in through the web server, as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.base.cookies import DOMAIN, SECURE
from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.causes.browser import (
    comes_by_http,
    comes_by_https,
    cookie_needs_tls,
    cookie_of_another,
    cookie_same_site,
    csrf_refused,
    people_s_name,
    sent_to_https,
)
from wizard.causes.candidates import Diagnosis
from wizard.causes.site import Site
from wizard.changes.change import Hands
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Trial
from wizard.host.reading import Host

if TYPE_CHECKING:
    from wizard.probes.trials.browser import Browser, Page
    from wizard.probes.trials.forms import Form

NAMES = ("user", "login", "identifiant", "account", "email", "mail")


class LogsIn(Trial):
    """The account can log in at the form to which `path` redirects.

    With the `site`, it asks by a name that people use; and as a proxy with TLS in front of this machine does, where the
    settings or the site say that there is one.
    """

    path: str
    host: str
    port: int
    account: str
    password: Secret
    address: str = "127.0.0.1"
    site: Site | None = None
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("logs in once as {account}, and out again").format(account=self.account)

    @property
    def lacks(self) -> str:
        # Of an account made by another administrator: the database keeps only a hash.
        if self.password.reveal():
            return ""
        text = _("nobody here knows the password of {account}: give it as `{key}` in an answers file of mode 0600")
        return text.format(account=self.account, key=self.password.name)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        from http.client import HTTPException

        browser, why = opened(host, self.site, self.host, self.port, self.address)
        try:
            finding = self._log_in(host, browser)
        except TimeoutError:
            cause = Cause("no-answer-in-time", _("The application does not answer in time."))
            return failed(_("no answer on port {port} within 30 s").format(port=self.port), cause=cause)
        except (OSError, HTTPException) as error:
            text = _("no answer on port {port}: {error}").format(port=self.port, error=error)
            return failed(text, cause=Cause("nothing-listens", _("The connection to the web server failed.")))
        if why and finding.outcome == "passed":
            return passed(_("{seen}; asked as by https ({why})").format(seen=finding.evidence, why=why))
        return finding

    def _log_in(self, host: Host, browser: Browser) -> Finding:
        page = browser.get(self.path)
        if page.elsewhere:
            return sent_away(host, self.site, browser, page)
        form = login_form(page)
        if page.status != 200 or form is None:
            text = _("HTTP {status} at {path}, without a login form").format(status=page.status, path=page.path)
            return failed(text, cause=Cause("login-form-missing", _("No form there asks for name and password.")))
        before = dict(browser.cookies)
        name, password = login_fields(form)
        inside = browser.post(page, form, {name: self.account, password: self.password.reveal()})
        seen = _("HTTP {status} at {path}").format(status=inside.status, path=inside.path)
        if finding := refused_form(host, self.site, browser, inside):
            return finding
        if inside.status >= 400:
            text = _("The application failed while it let {account} in; its log says why.")
            return failed(seen, cause=Cause("application-error", text.format(account=self.account)))
        fresh = [name for name, value in browser.cookies.items() if before.get(name) != value]
        if login_form(inside) is not None or not fresh:
            if lost := lost_cookie(host, self.site, browser):
                return _lost(host, self.site, _("{seen}: the form again").format(seen=seen), lost)
            text = _("The application does not know {account} by the password that was set at installation.")
            told = _("If somebody changed it since, nothing is wrong; else set it anew with `changepassword`.")
            cause = Cause("account-password-refused", text.format(account=self.account))
            evidence = _("{seen}: the form again, {account} is not logged in")
            return failed(evidence.format(seen=seen, account=self.account), cause=cause, remedy=Remedy(told))
        log_out(browser, inside)
        text = _("{account} is logged in: {seen}, cookie {cookie}")
        return passed(text.format(account=self.account, seen=seen, cookie=", ".join(sorted(fresh))))


def opened(host: Host, site: Site | None, name: str, port: int, address: str = "127.0.0.1") -> tuple[Browser, str]:
    """A browser as people have it, and why it is taken to come by https ("" if it is not)."""
    from wizard.probes.trials.browser import Browser

    why = comes_by_https(host, site) if site else ""
    known = people_s_name(site, name) if site else name
    return Browser(known, port, address, scheme="https" if why else "http"), why


def sent_away(host: Host, site: Site | None, browser: Browser, page: Page) -> Finding:
    """What it means that a browser is sent on to another scheme."""
    seen = _("HTTP {status} at {path}, to {location}")
    evidence = seen.format(status=page.status, path=page.path, location=page.elsewhere)
    cause, remedy = sent_to_https(host, site)
    return failed(evidence, cause=cause, remedy=remedy)


def refused_form(host: Host, site: Site | None, browser: Browser, answered: Page) -> Finding | None:
    """What it means that a form was answered 403; None if it was not."""
    if answered.status != 403:
        return None
    seen = _("HTTP {status} at {path}").format(status=answered.status, path=answered.path)
    if lost := lost_cookie(host, site, browser):
        return _lost(host, site, seen, lost)
    cause, remedy = csrf_refused(host, site, browser.scheme, browser.origin)
    return failed(seen, cause=cause, remedy=remedy)


def _lost(host: Host, site: Site | None, seen: str, lost: Diagnosis) -> Finding:
    # Where nothing says how people come, a proxy with TLS may stand before this machine.
    maybe = lost[0].id == "cookies-need-tls" and site is not None and not comes_by_http(host, site)
    return (warning if maybe else failed)(seen, cause=lost[0], remedy=lost[1])


def lost_cookie(host: Host, site: Site | None, browser: Browser) -> Diagnosis | None:
    """Why a browser did not keep a cookie that it was given; None if it kept all."""
    refused = list(browser.jar.refused)
    if names := [one.name for one in refused if one.why == SECURE]:
        return cookie_needs_tls(host, site, names)
    for one in refused:
        if one.why == DOMAIN:
            return cookie_of_another(host, site, one.name, one.detail, browser.name)
        return cookie_same_site(host, site, one.name)
    return None


def login_form(page: Page) -> Form | None:
    """The form with one password field; one with two registers accounts."""
    for form in page.forms:
        if form.method == "post" and len(form.named("password")) == 1 and login_fields(form)[0]:
            return form
    return None


def login_fields(form: Form) -> tuple[str, str]:
    """The names of the inputs for account and password."""
    texts = [*form.named("text"), *form.named("email")]
    likely = [name for name in texts if any(part in name.lower() for part in NAMES)]
    return (likely or texts or [""])[0], form.named("password")[0]


def log_out(browser: Browser, page: Page) -> None:
    """Logs out by the page's link, if it has one, so that no session stays open."""
    from contextlib import suppress
    from http.client import HTTPException

    out = next((link for link in page.links if "logout" in link and "://" not in link), "")
    if out.startswith("/"):
        with suppress(OSError, HTTPException):
            browser.get(out)
