"""Runs a single probe or trial, and skips it where one that it depends on has not passed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from wizard.base.language import _
from wizard.changes.change import Failed, Hands
from wizard.findings.finding import CRASHED, PASSED, SKIPPED, UNKNOWN, WARNING, Finding, failed
from wizard.findings.outside import outside
from wizard.findings.probe import Probe, Trial
from wizard.findings.words import needs_root
from wizard.host.live import Live
from wizard.host.reading import Host, NotKnown
from wizard.walk.events import Observed

Known = Mapping[str, Observed]


def observe(probe: Probe, host: Host, known: Known) -> Observed:
    """Runs a probe; `known` are the findings so far, by id. An exception in the probe becomes a `crashed` finding."""
    began = time.time()
    finding = _skipped(probe, known)
    if finding is None:
        try:
            finding = probe.observe(host)
        except NotKnown as problem:
            finding = _unknown(problem)
        except Exception as error:
            finding = Finding(CRASHED, _crash(error))
    return Observed(probe, outside(finding), time.time() - began, began)


def attempt(trial: Trial, host: Live, hands: Hands, known: Known) -> Observed:
    """Makes a trial, as `observe` runs a probe. The host forgets its cached readings before and after."""
    began = time.time()
    finding = Finding(SKIPPED, "", trial.lacks) if trial.lacks else _skipped(trial, known)
    if finding is None:
        host.forget(["*"])
        try:
            finding = trial.attempt(host, hands)
        except NotKnown as problem:
            finding = _unknown(problem)
        except Failed as failure:
            finding = failed(failure.text)
        except Exception as error:
            finding = Finding(CRASHED, _crash(error))
        host.forget(["*"])
    return Observed(trial, outside(finding), time.time() - began, began)


def expect_reads(probes: Iterable[Probe], host: Host) -> None:
    """Announces to the host what these probes will read, so that each family is read once."""
    for probe in probes:
        host.expect(probe.reads())


def _unknown(problem: NotKnown) -> Finding:
    because = needs_root() if problem.unknown.needs == "root" else problem.unknown.needs
    return Finding(UNKNOWN, problem.unknown.why, because)


def _skipped(probe: Probe | Trial, known: Known) -> Finding | None:
    for needed in probe.needs:
        before = known.get(needed)
        # `unknown` does not skip: the probe itself may still be able to read.
        if before is None or before.finding.outcome in (PASSED, WARNING, UNKNOWN):
            continue
        return Finding(SKIPPED, "", _("depends on {id}, which has not passed").format(id=needed))
    return None


def _crash(error: Exception) -> str:
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" ({place.tb_frame.f_code.co_name}, line {place.tb_lineno})" if place else ""
    return f"{type(error).__name__}: {error}{where}"
