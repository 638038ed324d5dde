"""The trial of media files: one written by the instance is served by the web server."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.http import diagnose
from wizard.changes.change import Failed, Hands
from wizard.findings.finding import Cause, Finding, failed, passed
from wizard.findings.probe import Trial
from wizard.host.http import Get
from wizard.host.reading import Host
from wizard.probes.trials.fresh import fresh


class MediaArrives(Trial):
    """A file that `user` writes into the folder `media` can be fetched at `url` unchanged; it is removed again."""

    media: str
    user: str
    host: str
    port: int
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
        answered = fresh(host, Get(path, self.host, self.port))
        if answered.status != 200:
            evidence = _("{seen}; it should be the file").format(seen=answered.says())
            cause, remedy = diagnose(host, answered, path, self.host, self.port)
            if answered.status in (302, 404):
                told = _("The site does not serve {media} at {url}: see its `location` and `alias`.")
                cause = Cause("media-not-served", told.format(media=self.media, url=self.url))
            return failed(evidence, cause=cause, remedy=remedy)
        if answered.body != text.encode():
            cause = Cause("media-altered", _("Something other than the file answers in its place."))
            return failed(_("{seen}, but not what was written").format(seen=answered.says()), cause=cause)
        return passed(_("{seen}: the file arrives as it was written").format(seen=answered.says()))
