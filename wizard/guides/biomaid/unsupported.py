"""Deviations from the document that no answer covers yet, and the probes that cannot judge them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.api import Checkpoint, Probe, Unjudged, Untried, _, replace

PREFIX, TLS, TCP = "prefix", "tls", "tcp"
# The probes and trials that ask nginx for a page. A new one belongs here too.
PAGES = (
    "nginx.logo",
    "nginx.waiting",
    "nginx.settings",
    "nginx.traversal",
    "nginx.media-traversal",
    "nginx.media",
    "nginx.media-open",
    "service.page",
    "service.login",
    "service.upload",
    "service.media",
    "service.media-safe",
    "service.return",
)
# For each deviation, the probes and trials that would judge it wrongly.
UNJUDGED: Mapping[str, Sequence[str]] = {
    PREFIX: PAGES,
    TLS: ("nginx.port", "nginx.outside", *PAGES),
    TCP: ("service.socket", "nginx.waiting", "nginx.uploads"),
}


def why(unsupported: Mapping[str, str]) -> dict[str, str]:
    """For each deviation, what it is, for a person."""
    words = {
        PREFIX: _("it is served under the prefix {seen}"),
        TLS: _("{seen} serves it with TLS alone"),
        TCP: _("gunicorn listens on {seen} in place of its socket"),
    }
    return {word: text.format(seen=unsupported[word]) for word, text in words.items() if word in unsupported}


def without_unsupported(
    points: Sequence[Checkpoint], unsupported: Mapping[str, str], site_steps: Sequence[str]
) -> Sequence[Checkpoint]:
    """The checkpoints for an instance that deviates from the document: probes that would judge it wrongly are unknown,
    with the reason, and the steps with the keys `site_steps` are left out."""
    reasons = {name: text for word, text in why(unsupported).items() for name in UNJUDGED[word]}
    if not reasons:
        return points
    return [
        replace(
            point,
            steps=[step for step in point.steps if step.key not in site_steps],
            probes=[_probe(one, reasons) for one in point.probes],
            trials=[Untried(one.id, one.title, reasons[one.id]) if one.id in reasons else one for one in point.trials],
        )
        for point in points
    ]


def _probe(probe: Probe, reasons: Mapping[str, str]) -> Probe:
    return Unjudged(probe.id, probe.title, reasons[probe.id], probe.until) if probe.id in reasons else probe
