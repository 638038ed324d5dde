"""Trials of OMERO.web: a start by hand, and the clearing of its sessions."""

from __future__ import annotations

import re
import time
from contextlib import suppress

from wizard.api import (
    Candidate,
    Cause,
    Connection,
    Content,
    EntryAt,
    Failed,
    Figure,
    Finding,
    Get,
    Hands,
    Host,
    Listeners,
    Listing,
    Remedy,
    Said,
    Trial,
    _,
    barring,
    choose,
    failed,
    give_back,
    passed,
    read_again,
    wait_for,
)
from wizard.guides.omero_web.parts.causes import of_start
from wizard.guides.omero_web.parts.omero import Omero

# In seconds: how long gunicorn may take until its process is there to stay.
SETTLES = 10.0
DENIED = r"Permission denied: '(?P<path>[^'\n]+)'"


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
        return _("starts OMERO.web on its port, unless it runs, and ends it again")

    @property
    def _page(self) -> Get:
        return Get(self.path, self.address, self.port, self.address, follow=3)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        before = read_again(host, Connection(self.address, self.port))
        if not before:
            return self._running(host)
        try:
            said = self.omero.run(hands, "web", "start", "--keep-sessions")
        except Failed as error:
            return self._refused(host, error)
        try:
            return self._asked(host, hands, said)
        finally:
            # What did not start cannot be stopped, which was told above.
            with suppress(Failed):
                self.omero.run(hands, "web", "stop")

    def _running(self, host: Host) -> Finding:
        holders = [one for one in read_again(host, Listeners()) if one.port == self.port]
        strangers = [one for one in holders if one.user and one.user != self.omero.user]
        if strangers:
            names = {"port": self.port, "program": strangers[0].program, "user": strangers[0].user}
            evidence = _("port {port} is held by {program} of {user}").format(**names)
            told = _("`omero web start` would say [OK] and not run: the port is another's.")
            remedy = Remedy(_("Stop that program, or choose another port (the answer `app_port`)."))
            return failed(evidence, cause=Cause("port-of-another", told), remedy=remedy)
        page = read_again(host, self._page)
        if page.status == 200:
            return passed(_("it runs already: {seen}").format(seen=page.says()))
        return failed(_("it runs already, and answers: {seen}").format(seen=page.says()),
                      cause=Cause("page-not-there", _("OMERO.web runs and does not answer.")))  # fmt: skip

    def _asked(self, host: Host, hands: Hands, said: str) -> Finding:
        began = time.monotonic()
        found = wait_for(host, self._page, lambda one: one.status > 0 or self._gone(host, began), began + self.patience)
        seconds = time.monotonic() - began
        if found.status == 200:
            return passed(_("{seen} after {seconds:.1f} s").format(seen=found.says(), seconds=Figure(seconds)))
        evidence = _("`omero web start` said {said}, but {path} gives {seen}")
        told = evidence.format(said=_last(said), path=self.path, seen=found.says())
        if "[NOT STARTED]" in self._said(hands, "web", "status"):
            return self._ended(hands, told)
        text = _("It runs, and does not answer; {path} says why.")
        log = f"{self.omero.folder}/var/log/OMEROweb.log"
        return failed(told, cause=Cause("page-not-there", text.format(path=log)))

    def _gone(self, host: Host, began: float) -> bool:
        """Whether the process ended within its time."""
        return time.monotonic() - began > SETTLES and read_again(host, Content(self.omero.pid_file)) is None

    def _ended(self, hands: Hands, told: str) -> Finding:
        """Why gunicorn ended is said nowhere; in the foreground it says so, and ends as soon."""
        words = ("timeout", "20", *self.omero.words("web", "start", "--foreground", "--keep-sessions"))
        try:
            said = hands.run(words, user=self.omero.user, env=self.omero.env, cwd=self.omero.folder, accept=(0, 124))
        except Failed as error:
            said = error.output
        more = _("`omero web status` says [NOT STARTED]; in the foreground it says: {said}")
        evidence = f"{told}; " + more.format(said=_telling(said))
        text = _("gunicorn ended right after its start, which `omero web start` does not wait for.")
        remedy = Remedy(_("Correct the answer `wsgi_args`.")) if "gunicorn: error:" in said else None
        return failed(evidence, cause=Cause("started-and-ended", text), remedy=remedy)

    def _said(self, hands: Hands, *words: str) -> str:
        try:
            return self.omero.run(hands, *words)
        except Failed as error:
            return error.output

    def _refused(self, host: Host, error: Failed) -> Finding:
        said = _last(error.output) or error.text
        evidence = _("`omero web start` failed: {said}").format(said=said)
        found = choose(of_start(self.omero), host, error.output)
        cause, remedy = found or (Cause("web-not-started", _("OMERO.web does not start.")), None)
        return failed(evidence, cause=cause, remedy=remedy)


def _last(said: str) -> str:
    """Return the last line that is not empty."""
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")


def _telling(said: str) -> str:
    """Return the last line that names an error, or else the last."""
    errors = re.findall(r"^(?:gunicorn: error:|(?:\w+\.)*\w+(?:Error|Exception|Configured)\b).*", said, re.MULTILINE)
    return errors[-1].strip() if errors else _last(said)


class SessionsCleared(Trial):
    """`omero web clearsessions` ends well, as cron runs it."""

    omero: Omero
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("removes the sessions that have expired")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        try:
            said = self.omero.run(hands, "web", "clearsessions")
        except Failed as error:
            said = _last(error.output) or error.text
            evidence = _("`omero web clearsessions` failed: {said}").format(said=said)
            told = _("The sessions are never cleared, and fill the disk with time.")
            return failed(evidence, cause=Cause("sessions-not-cleared", told), remedy=self._remedy(host, error))
        return passed(" ".join(said.split()) or _("it said nothing"))

    def _remedy(self, host: Host, error: Failed) -> Remedy | None:
        """Where it may not use a file of its own folder, root has used it before."""
        found = choose((Candidate("file-of-another-user", DENIED, self._left),), host, error.output)
        return found[1] if found else None

    def _left(self, host: Host, found: Said) -> tuple[str, Remedy] | None:
        """The file that is named, among those of root's that lie in OMERO.web's own folders."""
        read_again(host, EntryAt(self.omero.folder))  # as the trial left it, and not as it was read before
        folders = (self.omero.folder, f"{self.omero.folder}/var", f"{self.omero.folder}/var/log")
        paths = (f"{folder}/{name}" for folder in folders for name in _names(host, folder))
        path, user = found.among((*paths, f"{folders[-1]}/OMEROweb.log"), "path"), self.omero.user
        bars = barring(host, path) if path else None
        if bars is None or bars[1].owner != "root":
            return None
        return "", Remedy(_("Give it back to {user}.").format(user=user), give_back(path, bars[0], user), safe=True)


def _names(host: Host, folder: str) -> tuple[str, ...]:
    names = host.read(Listing(folder))
    return names if isinstance(names, tuple) else ()
