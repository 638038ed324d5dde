"""What people do otherwise than the document and no answer says yet; what depends on it is not judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.api import Checkpoint, Probe, Unjudged, Untried, _, replace

PREFIX, TLS, TCP = "prefix", "tls", "tcp"
PAGES = (
    "nginx.logo",
    "nginx.waiting",
    "nginx.settings",
    "nginx.traversal",
    "nginx.media-traversal",
    "service.page",
    "service.login",
    "service.media",
    "service.return",
)
UNJUDGED: Mapping[str, Sequence[str]] = {
    PREFIX: PAGES,
    TLS: ("nginx.port", *PAGES),
    TCP: ("service.socket", "nginx.waiting"),
}


def why(unsupported: Mapping[str, str]) -> dict[str, str]:
    """In words, what somebody did otherwise."""
    words = {
        PREFIX: _("it is served under the prefix {seen}"),
        TLS: _("{seen} serves it with TLS alone"),
        TCP: _("gunicorn listens on {seen} in place of its socket"),
    }
    return {word: text.format(seen=unsupported[word]) for word, text in words.items() if word in unsupported}


def judged(points: Sequence[Checkpoint], unsupported: Mapping[str, str], site: Sequence[str]) -> Sequence[Checkpoint]:
    """The checkpoints without what would be judged wrongly: those probes are unknown, with the reason, and the steps of
    these keys, which would write another site, are left out."""
    reasons = {name: text for word, text in why(unsupported).items() for name in UNJUDGED[word]}
    if not reasons:
        return points
    return [
        replace(
            point,
            steps=[step for step in point.steps if step.key not in site],
            probes=[_probe(one, reasons) for one in point.probes],
            trials=[Untried(one.id, one.title, reasons[one.id]) if one.id in reasons else one for one in point.trials],
        )
        for point in points
    ]


def _probe(probe: Probe, reasons: Mapping[str, str]) -> Probe:
    return Unjudged(probe.id, probe.title, reasons[probe.id], probe.until) if probe.id in reasons else probe
