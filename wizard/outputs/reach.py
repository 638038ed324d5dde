"""Whether other machines would get through to an instance, as far as this one can know it."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.answers.questions import Answers
from wizard.base.language import _
from wizard.findings.finding import SKIPPED, UNKNOWN
from wizard.host.live import Live
from wizard.walk.observation import observe
from wizard.walk.verification import Verified


def reach(answers: Answers, verified: Sequence[Verified], host: Live) -> str:
    """What keeps others from the port of its site, or that nothing does, in words; "" for a guide that asks for no
    such port. A probe of the guide that saw it is not asked again."""
    port = answers.get("http_port")
    if not isinstance(port, int):
        return ""
    # Imported here: a guide without a site needs none of it.
    from wizard.probes.outside import ReachedByOthers

    made = (one for each in verified for one in each.observed if isinstance(one.probe, ReachedByOthers))
    asked = next((one for one in made if one.finding.outcome != SKIPPED), None)
    finding = (asked or observe(ReachedByOthers("site.outside", "", port=port), host, {})).finding
    if finding.outcome == UNKNOWN:
        text = _("Whether a packet filter of this machine keeps others from port {port} is not known: {why}")
        return text.format(port=port, why=finding.evidence)
    return ". ".join([finding.evidence, *([finding.cause.text.rstrip(".")] if finding.cause else [])])
