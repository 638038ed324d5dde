"""The trials of media files: one written by the instance is served by the web server, and as data alone."""

from __future__ import annotations

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.causes.candidates import file_step
from wizard.causes.http import diagnose
from wizard.changes.change import Failed, Hands
from wizard.findings.finding import SKIPPED, Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Trial
from wizard.host.http import Get, Response
from wizard.host.reading import Host
from wizard.probes.trials.fresh import read_again

NO_PASSWORD = Secret("", "")


class MediaArrives(Trial):
    """A file that `user` writes into the folder `media` can be fetched at `url` unchanged; it is removed again. Where
    the server asks for a sign-in first, `account` signs in, if its password is known."""

    media: str
    user: str
    host: str
    port: int
    account: str = ""
    password: Secret = NO_PASSWORD
    url: str = "/media"
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("writes a small file into {media} and removes it").format(media=self.media)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        import secrets

        name, text = f"jalon-trial-{secrets.token_hex(8)}.txt", secrets.token_hex(32)
        place = f"{self.media.rstrip('/')}/{name}"
        write = ("sh", "-c", 'umask 022; cat > "$1"', "sh", place)
        try:
            try:
                hands.run(write, user=self.user, stdin=text)
            except Failed as error:
                cause = Cause("media-not-writable", _("The instance may not write where attachments go."))
                return failed(
                    _("{user} cannot write {path}: {error}").format(user=self.user, path=place, error=error),
                    cause=cause,
                )
            return self._fetch(host, name, text)
        finally:
            hands.run(("rm", "-f", "--", place), user=self.user)

    def _fetch(self, host: Host, name: str, text: str) -> Finding:
        path = f"{self.url.rstrip('/')}/{name}"
        answered = read_again(host, Get(path, self.host, self.port))
        if answered.status in (302, 401):
            if not self.password.reveal():
                because = _("the server asks for a sign-in first, and nobody here knows a password")
                return Finding(SKIPPED, answered.says(), because=because)
            if self._signed_in(path, text):
                told = _("HTTP {status} for who is not signed in; {account} signs in, and the file arrives unchanged")
                return passed(told.format(status=answered.status, account=self.account))
        if answered.status != 200:
            evidence = _("{seen}; it should be the file").format(seen=answered.says())
            served = f"{self.media.rstrip('/')}/{name}"
            cause, remedy = diagnose(host, answered, path, self.host, self.port, file=served)
            if answered.status in (302, 404):
                told = _("The site does not serve {media} at {url}: see its `location` and `alias`.")
                cause = Cause("media-not-served", told.format(media=self.media, url=self.url))
            return failed(evidence, cause=cause, remedy=remedy)
        if answered.body != text.encode():
            cause = Cause("media-altered", _("Something other than the file answers in its place."))
            return failed(_("{seen}, but not what was written").format(seen=answered.says()), cause=cause)
        return passed(_("{seen}: the file arrives as it was written").format(seen=answered.says()))

    def _signed_in(self, path: str, text: str) -> bool:
        """Whether the file arrives for who has signed in at the form that `/` leads to."""
        from http.client import HTTPException

        from wizard.probes.trials.browser import Browser
        from wizard.probes.trials.login import login_fields, login_form

        browser = Browser(self.host, self.port)
        try:
            page = browser.get("/")
            if (form := login_form(page)) is None:
                return False
            name, password = login_fields(form)
            browser.post(page, form, {name: self.account, password: self.password.reveal()})
            return browser.get(path).text == text
        except (OSError, HTTPException):
            return False


# A file of root's that everybody may read, and that tells nobody anything.
OUTSIDE = "/etc/os-release"
PAGES = {
    "html": "<!DOCTYPE html><title>jalon</title>",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "xml": "<jalon/>",
}
# "$1" is the folder, "$2" what the names begin with.
WRITES = (
    'umask 022; cd "$1" || exit 1; printf %s "$3" >"$2.html"; printf %s "$4" >"$2.svg"; printf %s "$5" >"$2.xml";'
    f' echo hidden >".$2.txt"; ln -s {OUTSIDE} "$2.pdf"'
)
CLEARS = 'cd "$1" && rm -f -- "$2.html" "$2.svg" "$2.xml" ".$2.txt" "$2.pdf"'


class MediaHarmless(Trial):
    """Pages below the folder `media` arrive as downloads; what is hidden, and links to what belongs to somebody else,
    do not arrive at all. All that `user` writes for this is removed again. What arrives all the same is a warning."""

    media: str
    user: str
    host: str
    port: int
    site: str
    url: str = "/media"
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("writes a few small files and a link into {media} and removes them").format(media=self.media)

    def attempt(self, host: Host, hands: Hands) -> Finding:
        import secrets

        name = f"jalon-trial-{secrets.token_hex(8)}"
        try:
            hands.run(("sh", "-c", WRITES, "sh", self.media, name, *PAGES.values()), user=self.user)
            return self._judged(host, name)
        except Failed as error:
            cause = Cause("media-not-writable", _("The instance may not write where attachments go."))
            text = _("{user} cannot write {path}: {error}")
            return failed(text.format(user=self.user, path=self.media, error=error), cause=cause)
        finally:
            hands.run(("sh", "-c", CLEARS, "sh", self.media, name), user=self.user)

    def _judged(self, host: Host, name: str) -> Finding:
        answers = {end: self._fetched(host, f"{name}.{end}") for end in (*PAGES, "pdf")}
        hidden = self._fetched(host, f".{name}.txt")
        for answered in (*answers.values(), hidden):
            if answered.error or answered.status >= 500:
                cause, remedy = diagnose(host, answered, answered.path, self.host, self.port)
                return failed(answered.says(), cause=cause, remedy=remedy)
        shown = [end for end, text in PAGES.items() if _displayed(answers[end], text)]
        let_out = [_("hidden files")] if hidden.status == 200 else []
        # What is root's own, root's link leads to.
        if self.user != "root" and answers["pdf"].status == 200:
            let_out.append(_("what a link leads to, of another user"))
        if not shown and not let_out:
            return passed(_("pages arrive as downloads or not at all; hidden files and links out do not arrive"))
        seen = [_("{kinds} as pages").format(kinds=", ".join(shown))] if shown else []
        told = _("What is attached may act in the name of this site, or hand out what was never attached.")
        return warning(
            _("served: {things}").format(things="; ".join([*seen, *let_out])),
            cause=Cause("attachments-as-pages", told),
            remedy=self._remedy(host),
        )

    def _fetched(self, host: Host, name: str) -> Response:
        return read_again(host, Get(f"{self.url.rstrip('/')}/{name}", self.host, self.port))

    def _remedy(self, host: Host) -> Remedy:
        told = _("Let the guide write {path} anew.").format(path=self.site)
        return Remedy(told, step=file_step(host, self.site))


def _displayed(answered: Response, text: str) -> bool:
    """Whether a browser would show the file, instead of saving it."""
    kept = answered.header("content-disposition").lower().startswith("attachment")
    return answered.status == 200 and answered.body == text.encode() and not kept
