"""What findings repeat of hosts and applications: on one line, of a length that people read, passwords masked."""

from __future__ import annotations

from wizard.base.confidential import masked_output
from wizard.base.values import replace
from wizard.base.visible import shortened
from wizard.findings.finding import Finding

LONGEST = 2000
"""Characters of a text in a finding."""


def outside(finding: Finding) -> Finding:
    """The finding with its texts masked, cut, and each on one line, so that none looks like another finding. Commands
    stay as they are, for they are run."""
    cause, remedy = finding.cause, finding.remedy
    texts = (finding.evidence, finding.because, cause.text if cause else "", remedy.text if remedy else "")
    told = tuple(_told(text) for text in texts)
    if told == texts:
        return finding
    return replace(
        finding,
        evidence=told[0],
        because=told[1],
        cause=replace(cause, text=told[2]) if cause else None,
        remedy=replace(remedy, text=told[3]) if remedy else None,
    )


def _told(text: str) -> str:
    # What is far longer is cut before it is searched, so that no text takes long.
    told = shortened(masked_output(text[: 20 * LONGEST]), LONGEST) if text else text
    return told.replace("\n", "\\n")
