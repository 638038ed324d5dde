"""The trial that sends a file through the web server to the application, as whoever attaches one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.causes.http import ERROR_LOG, diagnose
from wizard.causes.site import Site
from wizard.causes.uploads import diagnose_refused_body
from wizard.changes.change import Hands
from wizard.findings.finding import UNKNOWN, Cause, Finding, failed, passed
from wizard.findings.probe import Trial
from wizard.host.http import Response
from wizard.host.reading import Host
from wizard.probes.trials.login import log_out, login_fields, login_form, opened, refused_form, sent_away

if TYPE_CHECKING:
    from wizard.probes.trials.browser import Browser, Page
    from wizard.probes.trials.forms import Form

NO_PASSWORD = Secret("", "")
MIB = 2**20


class FileSent(Trial):
    """A file of `size` bytes, sent with the sign-in form, arrives at the application, which answers the form.

    nginx writes what is larger than its buffer to its own folder, and Django what is larger than 2.5 MB to its one: it
    takes the whole form in before it looks at it, and drops a file that nobody asked for. So nothing is left behind.
    `account` signs in with it where its `password` is known; otherwise the form is sent without a name.
    """

    path: str
    host: str
    port: int
    site: Site
    account: str = ""
    password: Secret = NO_PASSWORD
    size: int = 4 * MIB
    error_log: str = ERROR_LOG
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("sends {size} MiB with the sign-in form, which are dropped").format(size=self.size // MIB)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        from http.client import HTTPException

        browser, _why = opened(host, self.site, self.host, self.port)
        try:
            page = browser.get(self.path)
            if page.elsewhere:
                return sent_away(host, self.site, browser, page)
            form = login_form(page)
            if page.status != 200 or form is None:
                return Finding(
                    UNKNOWN,
                    _("HTTP {status} at {path}, without a login form").format(status=page.status, path=page.path),
                )
            return self._sent(host, browser, page, form)
        except TimeoutError:
            cause = Cause("no-answer-in-time", _("The application does not answer in time."))
            return failed(_("no answer on port {port} within 30 s").format(port=self.port), cause=cause)
        except (OSError, HTTPException) as error:
            text = _("no answer on port {port}: {error}").format(port=self.port, error=error)
            return failed(
                text, cause=Cause("connection-broken", _("The connection broke off while the file was sent."))
            )

    def _sent(self, host: Host, browser: Browser, page: Page, form: Form) -> Finding:
        from wizard.probes.trials.forms import File

        name, password = login_fields(form)
        given = {name: self.account, password: self.password.reveal()} if self.password.reveal() else {}
        data = b"jalon\n" * (self.size // 6)
        answered = browser.post(page, form, given or {name: "", password: ""}, File("jalon", "jalon-trial.txt", data))
        if given and answered.status < 400:
            log_out(browser, answered)
        seen = _("{size} MiB sent: HTTP {status} at {path}")
        evidence = seen.format(size=self.size // MIB, status=answered.status, path=answered.path)
        if finding := refused_form(host, self.site, browser, answered):
            return finding
        # What Django says of a form that is not filled in is an answer of the application, too.
        if answered.status < 400:
            return passed(evidence)
        found = diagnose_refused_body(host, self.site, answered.status, answered.text)
        if found is None:
            response = Response(answered.status, body=answered.text.encode(), path=answered.path, mark=browser.mark)
            found = diagnose(host, response, answered.path, browser.name, self.port, self.error_log, self.site)
        return failed(evidence, cause=found[0], remedy=found[1])
