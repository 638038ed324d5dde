"""Trials of OMERO.web: a start by hand, and the clearing of its sessions."""

from __future__ import annotations

import re
import time
from contextlib import suppress

from wizard.changes.change import Failed, Hands
from wizard.changes.omero import Omero
from wizard.frozen import frozen
from wizard.host.http import Get, Response
from wizard.host.reading import Host
from wizard.host.sockets import Connection, Listeners
from wizard.language import _
from wizard.probes.probe import Cause, Finding, Remedy, Trial, failed, passed
from wizard.probes.trials.fresh import fresh, wait_for
from wizard.probes.words import command


@frozen(eq=False, repr=False)
class WebStarts(Trial):
    """`omero web start` brings the login page on the application's own port, and `omero web stop` ends it. Where it
    runs already, it is asked, and left alone. Its own "[OK]" is not believed: it says so of a taken port too."""

    omero: Omero
    path: str
    address: str
    port: int
    patience: float = 90.0
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        """What it does."""
        return _("starts OMERO.web on its port, unless it runs, and ends it again")

    @property
    def _page(self) -> Get:
        return Get(self.path, self.address, self.port, self.address, follow=3)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        """Starts it, asks for the page, ends it."""
        before = fresh(host, Connection(self.address, self.port))
        if not before:
            return self._running(host)
        try:
            said = self.omero.run(hands, "web", "start", "--keep-sessions")
        except Failed as error:
            return self._refused(error)
        try:
            return self._asked(host, said)
        finally:
            # What did not start cannot be stopped, which was told above.
            with suppress(Failed):
                self.omero.run(hands, "web", "stop")

    def _running(self, host: Host) -> Finding:
        holders = [one for one in fresh(host, Listeners()) if one.port == self.port]
        strangers = [one for one in holders if one.user and one.user != self.omero.user]
        if strangers:
            names = {"port": self.port, "program": strangers[0].program, "user": strangers[0].user}
            evidence = _("port {port} is held by {program} of {user}").format(**names)
            told = _("`omero web start` would say [OK] and not run: the port is another's.")
            remedy = Remedy(_("Stop that program, or choose another port (the answer `app_port`)."))
            return failed(evidence, cause=Cause("port-of-another", told), remedy=remedy)
        page = fresh(host, self._page)
        if page.status == 200:
            return passed(_("it runs already: {seen}").format(seen=page.says()))
        return failed(_("it runs already, and answers: {seen}").format(seen=page.says()),
                      cause=Cause("page-not-there", _("OMERO.web runs and does not answer.")))  # fmt: skip

    def _asked(self, host: Host, said: str) -> Finding:
        began = time.monotonic()
        found = wait_for(
            host, self._page, lambda one: isinstance(one, Response) and one.status > 0, began + self.patience
        )
        seconds = time.monotonic() - began
        if found.status == 200:
            return passed(_("{seen} after {seconds:.1f} s").format(seen=found.says(), seconds=seconds))
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        evidence = _("`omero web start` said {said}, but {path} gives {seen}")
        told = evidence.format(said=lines[-1] if lines else "-", path=self.path, seen=found.says())
        cause = Cause("started-and-silent", _("It ends after its start; `var/log/OMEROweb.log` says why."))
        return failed(told, cause=cause)

    def _refused(self, error: Failed) -> Finding:
        lines = [line.strip() for line in error.output.splitlines() if line.strip()]
        said = lines[-1] if lines else error.text
        evidence = _("`omero web start` failed: {said}").format(said=said)
        if "invalid choice: 'web'" in error.output:
            told = _("The environment has OMERO's command, but not OMERO.web itself.")
            return failed(evidence, cause=Cause("omero-web-missing", told))
        if "already started" in error.output:
            told = _("The file `var/django.pid` names a process that runs, whatever it is.")
            words = (f"rm -f {self.omero.folder}/var/django.pid",)
            return failed(evidence, cause=Cause("pid-file-stale", told), remedy=Remedy(_("Remove it."), words))
        if "Ice version mismatch" in error.output:
            told = _("The environment's Ice is not the one that OMERO was generated for (3.6).")
            return failed(evidence, cause=Cause("ice-version-mismatch", told))
        return failed(evidence, cause=Cause("web-not-started", _("OMERO.web does not start.")))


@frozen(eq=False, repr=False)
class SessionsCleared(Trial):
    """`omero web clearsessions` ends well, as cron runs it."""

    omero: Omero
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        """What it does."""
        return _("removes the sessions that have expired")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        """Runs it."""
        try:
            said = self.omero.run(hands, "web", "clearsessions")
        except Failed as error:
            lines = [line.strip() for line in error.output.splitlines() if line.strip()]
            evidence = _("`omero web clearsessions` failed: {said}").format(said=lines[-1] if lines else error.text)
            told = _("The sessions are never cleared, and fill the disk with time.")
            return failed(evidence, cause=Cause("sessions-not-cleared", told), remedy=self._remedy(error))
        return passed(" ".join(said.split()) or _("it said nothing"))

    def _remedy(self, error: Failed) -> Remedy | None:
        """Where it may not use a file of its own folder, root has used it before."""
        denied = re.search(r"Permission denied: '([^'\n]+)'", error.output)
        if denied is None or not denied[1].startswith(f"{self.omero.folder}/"):
            return None
        user = self.omero.user
        words = command("chown", "-h", f"{user}:{user}", denied[1])
        return Remedy(_("Give it back to {user}.").format(user=user), (words,), safe=True)
