"""The trial that logs in through the web server, as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.changes.change import Hands
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed
from wizard.findings.probe import Trial
from wizard.host.reading import Host

if TYPE_CHECKING:
    from wizard.probes.trials.browser import Browser, Form, Page

NAMES = ("user", "login", "identifiant", "account", "email", "mail")


class LogsIn(Trial):
    """The account can log in at the form to which `path` redirects."""

    path: str
    host: str
    port: int
    account: str
    password: Secret
    address: str = "127.0.0.1"
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

        from wizard.probes.trials.browser import Browser

        browser = Browser(self.host, self.port, self.address)
        try:
            return self._log_in(browser)
        except TimeoutError:
            cause = Cause("no-answer-in-time", _("The application does not answer in time."))
            return failed(_("no answer on port {port} within 30 s").format(port=self.port), cause=cause)
        except (OSError, HTTPException) as error:
            text = _("no answer on port {port}: {error}").format(port=self.port, error=error)
            return failed(text, cause=Cause("nothing-listens", _("The connection to the web server failed.")))

    def _log_in(self, browser: Browser) -> Finding:
        page = browser.get(self.path)
        form = login_form(page)
        if page.status != 200 or form is None:
            text = _("HTTP {status} at {path}, without a login form").format(status=page.status, path=page.path)
            return failed(text, cause=Cause("login-form-missing", _("No form there asks for name and password.")))
        before = dict(browser.cookies)
        name, password = login_fields(form)
        inside = browser.post(page, form, {name: self.account, password: self.password.reveal()})
        seen = _("HTTP {status} at {path}").format(status=inside.status, path=inside.path)
        if inside.status == 403:
            text = _("The server refused the form: its CSRF token or its origin was not accepted.")
            return failed(seen, cause=Cause("csrf-refused", text))
        if inside.status >= 400:
            text = _("The application failed while it let {account} in; its log says why.")
            return failed(seen, cause=Cause("application-error", text.format(account=self.account)))
        fresh = [name for name, value in browser.cookies.items() if before.get(name) != value]
        if login_form(inside) is not None or not fresh:
            text = _("The application does not know {account} by the password that was set at installation.")
            told = _("If somebody changed it since, nothing is wrong; else set it anew with `changepassword`.")
            cause = Cause("account-password-refused", text.format(account=self.account))
            evidence = _("{seen}: the form again, {account} is not logged in")
            return failed(evidence.format(seen=seen, account=self.account), cause=cause, remedy=Remedy(told))
        _log_out(browser, inside)
        text = _("{account} is logged in: {seen}, cookie {cookie}")
        return passed(text.format(account=self.account, seen=seen, cookie=", ".join(sorted(fresh))))


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


def _log_out(browser: Browser, page: Page) -> None:
    """Logs out by the page's link, if it has one, so that no session stays open."""
    from contextlib import suppress
    from http.client import HTTPException

    out = next((link for link in page.links if "logout" in link and "://" not in link), "")
    if out.startswith("/"):
        with suppress(OSError, HTTPException):
            browser.get(out)
