"""Probes of pages over HTTP: those that must answer, must not answer yet, or must never be served."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.base.values import replace
from wizard.causes.browser import comes_by_http, comes_by_https, sent_to_https
from wizard.causes.candidates import file_step
from wizard.causes.http import ERROR_LOG, diagnose, upstream, welcome_page
from wizard.causes.site import Site, misrouted
from wizard.findings.finding import PASSED, UNKNOWN, Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host.http import Get, Response
from wizard.host.logs import LogTail
from wizard.host.reading import Host, Reading
from wizard.host.sockets import Connection
from wizard.probes.kept import not_kept

PATIENCE = 20.0
"""In seconds: how long what was not answered is waited for when it is asked again."""
CONNECT_WORDS = {"ENOENT": "No such file or directory", "ECONNREFUSED": "Connection refused"}


class PageAnswers(Probe):
    """A page answers with one of these statuses and, where given, this content type, these first bytes and this
    text."""

    path: str
    host: str
    port: int
    status: tuple[int, ...] = (200,)
    type: str = ""
    signature: bytes = b""
    contains: str = ""
    follow: int = 0
    error_log: str = ERROR_LOG
    site: Site | None = None
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Get(self.path, self.host, self.port, follow=self.follow),)

    def observe(self, host: Host) -> Finding:
        answered = host.get(Get(self.path, self.host, self.port, follow=self.follow))
        seen = answered.says()
        if answered.status not in self.status or welcome_page(answered.body):
            wanted = "/".join(map(str, self.status))
            evidence = _("{seen}; it should be HTTP {status}").format(seen=seen, status=wanted)
            path = answered.path or self.path
            cause, remedy = diagnose(host, answered, path, self.host, self.port, self.error_log, self.site)
            return failed(evidence, cause=cause, remedy=remedy)
        if mismatch := self._mismatch(answered):
            found = misrouted(host, self.site, self.host) if self.site else None
            if not found and mismatch.id == "wrong-type" and self.site:
                from wizard.causes.mime import no_types

                found = no_types(host, answered.type)
            cause, remedy = found or (mismatch, None)
            return failed(_("{seen}; {cause}").format(seen=seen, cause=mismatch.text), cause=cause, remedy=remedy)
        return passed(seen)

    def _mismatch(self, answered: Response) -> Cause | None:
        if self.type and answered.type != self.type:
            text = _("the type should be {wanted}, and is {type}")
            return Cause("wrong-type", text.format(wanted=self.type, type=answered.type or _("none")))
        if not answered.body.startswith(self.signature):
            text = _("the contents are not of that type: they start with {start!r}")
            return Cause("wrong-content", text.format(start=answered.body[:8]))
        if self.contains.encode() not in answered.body:
            text = _("the page does not contain {words}")
            return Cause("text-missing", text.format(words=self.contains))
        return None


class NobodyListens(Probe):
    """The site answers 502 because nothing listens on the service's socket, not because nginx may not reach it.

    Applies until the checkpoint `expected_until` is reached, which installs the service.
    """

    path: str
    host: str
    port: int
    socket: str
    error_log: str
    expected_until: str
    site: Site | None = None
    after: tuple[str, ...] = ()

    @property
    def until(self) -> str | None:
        return self.expected_until

    def reads(self) -> Iterable[Reading[Any]]:
        # Not nginx's log: it must be read after the page was requested.
        return (Get(self.path, self.host, self.port), Connection(self.socket))

    def observe(self, host: Host) -> Finding:
        from wizard.causes.nginx_log import newest

        answered = host.get(Get(self.path, self.host, self.port))
        connected = host.get(Connection(self.socket))
        if answered.status != 502:
            return self._other(host, answered, connected)
        lines = host.get(LogTail(self.error_log))
        logged = newest(lines, socket=self.socket, mark=answered.mark)
        if logged is None:
            because = _("HTTP 502, but {log} says nothing of {socket}").format(log=self.error_log, socket=self.socket)
            return Finding(UNKNOWN, answered.says(), because=because)
        if logged.connecting and logged.errno in (2, 111) and connected in CONNECT_WORDS:
            text = _("HTTP 502, nobody listens on {socket} yet, as it should be (connect: {words})")
            return passed(text.format(socket=self.socket, words=CONNECT_WORDS[connected]))
        cause, remedy = upstream(host, logged, self.socket)
        text = _("HTTP 502, but not because nobody listens: nginx says {words} of {socket}")
        evidence = text.format(words=logged.says(), socket=self.socket)
        if not connected:
            evidence += "; " + _("from here somebody answers on it")
        return failed(evidence, cause=cause, remedy=remedy)

    def _other(self, host: Host, answered: Response, connected: str) -> Finding:
        text = _("{seen}; it should be HTTP 502 as long as the service is not installed")
        evidence = text.format(seen=answered.says())
        if answered.status and not connected:
            text = _("The service already answers on {socket}.").format(socket=self.socket)
            return failed(evidence, cause=Cause("service-already-answers", text))
        cause, remedy = diagnose(host, answered, self.path, self.host, self.port, self.error_log, self.site)
        return failed(evidence, cause=cause, remedy=remedy)


class NotServed(Probe):
    """A private file is not served: the status is not 200, and the body has none of the `marks`.

    Its `neighbours`, which are world-readable on disk, must not be served either: otherwise only the file's mode
    protects it. Contents are never shown. What is not answered in time is asked once more, and is then unknown.
    """

    path: str
    host: str
    port: int
    marks: tuple[bytes, ...] = ()
    error_log: str = ERROR_LOG
    neighbours: tuple[str, ...] = ()
    site: Site | None = None
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return tuple(map(self._get, (self.path, *self.neighbours)))

    def observe(self, host: Host) -> Finding:
        answered = host.get(self._get(self.path))
        if answered.unanswered:
            return _busy(answered)
        if answered.error:
            evidence = _("{seen}; the server should answer, and refuse").format(seen=answered.says())
            cause, remedy = diagnose(host, answered, self.path, self.host, self.port, self.error_log, self.site)
            return failed(evidence, cause=cause, remedy=remedy)
        if any(mark in answered.body for mark in self.marks):
            evidence = _("HTTP {status} for {path}, and the answer holds what is in the file")
            cause = Cause("settings-served", _("The server hands out a file with secrets to anybody who asks."))
            told = _(
                "Take `root` out of the site, give `location` and `alias` a slash on both or on neither,"
                " restart nginx; then change the secrets of that file, which must be taken as known."
            )
            evidence = evidence.format(status=answered.status, path=self.path)
            return failed(evidence, cause=cause, remedy=Remedy(told, step=_step(host, self.site)))
        if answered.status == 200:
            cause = Cause("answers-where-nothing-should", _("Something is served where nothing should be."))
            return failed(_("{seen}; it should not be 200").format(seen=answered.says()), cause=cause)
        for path in self.neighbours:
            beside = host.get(self._get(path))
            if beside.status == 200:
                return self._beside(host, path, beside, answered)
            if beside.unanswered:
                return _busy(beside)
        return passed(_("HTTP {status}: not served").format(status=answered.status))

    def _get(self, path: str) -> Get:
        return Get(path, self.host, self.port, again=PATIENCE)

    def _beside(self, host: Host, path: str, beside: Response, answered: Response) -> Finding:
        evidence = _("{seen} for {path}, which lies beside it; the file itself: HTTP {status}")
        told = _("The server hands out the folder of that file: only the file's mode keeps it from being read.")
        repair = _(
            "Take `root` out of the site, give `location` and `alias` a slash on both or on neither, restart nginx."
        )
        return failed(
            evidence.format(seen=beside.says(), path=path, status=answered.status),
            cause=Cause("folder-served", told),
            remedy=Remedy(repair, step=_step(host, self.site)),
        )


class FormThere(Probe):
    """The page, after redirects, is HTML and contains a form with that field; and a browser keeps the cookies that come
    with it, and gets to it without https where nothing has TLS."""

    path: str
    host: str
    port: int
    follow: int = 5
    field: bytes = b'name="csrfmiddlewaretoken"'
    error_log: str = ERROR_LOG
    site: Site | None = None
    address: str = "127.0.0.1"
    after: tuple[str, ...] = ()

    @property
    def _page(self) -> Get:
        return Get(self.path, self.host, self.port, self.address, self.follow)

    def reads(self) -> Iterable[Reading[Any]]:
        return (self._page,)

    def observe(self, host: Host) -> Finding:
        answered = host.get(self._page)
        if answered.location.startswith("https://"):
            return self._by_https(host, answered)
        finding = self._arrived(host, answered)
        return (not_kept(host, self.site, answered, "http") if finding.outcome == PASSED else None) or finding

    def _by_https(self, host: Host, answered: Response) -> Finding:
        """What comes of being sent on to https: as if a proxy had taken TLS off, it must be the page."""
        again = host.get(replace(self._page, by_https=True))
        if again.location.startswith("https://"):
            evidence = _("{seen}; it should be a page with a form").format(seen=answered.says())
            cause, remedy = sent_to_https(host, self.site)
            return failed(evidence, cause=cause, remedy=remedy)
        finding = self._arrived(host, again)
        if finding.outcome != PASSED:
            return finding
        if self.site is None or not comes_by_https(host, self.site):
            # Nothing here has TLS. Whether something before this machine has, the settings may tell.
            cause, remedy = sent_to_https(host, self.site)
            found = failed if self.site and comes_by_http(host, self.site) else warning
            return found(answered.says(), cause=cause, remedy=remedy)
        text = _("{seen}; who comes by http is sent on to https, which ends before this application")
        return not_kept(host, self.site, again, "https") or passed(text.format(seen=finding.evidence))

    def _arrived(self, host: Host, answered: Response) -> Finding:
        seen = _("{seen}, at {path}").format(seen=answered.says(), path=answered.path or self.path)
        if answered.status != 200 or welcome_page(answered.body):
            path = answered.path or self.path
            cause, remedy = diagnose(host, answered, path, self.host, self.port, self.error_log, self.site)
            return failed(_("{seen}; it should be a page with a form").format(seen=seen), cause=cause, remedy=remedy)
        if answered.type != "text/html" or b"<form" not in answered.body.lower() or self.field not in answered.body:
            text = _("The page has no form with {field}.").format(field=self.field.decode(errors="replace"))
            found = misrouted(host, self.site, self.host) if self.site else None
            cause, remedy = found or (Cause("form-missing", text), None)
            return failed(_("{seen}, without its form").format(seen=seen), cause=cause, remedy=remedy)
        return passed(_("{seen}, with its form").format(seen=seen))


def _busy(answered: Response) -> Finding:
    because = _("no answer in time, twice: the application, or the machine, is busy")
    return Finding(UNKNOWN, answered.says(), because)


def _step(host: Host, site: Site | None) -> str:
    return file_step(host, site.available) if site else ""
