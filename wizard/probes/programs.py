"""Probes of programs and their versions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.base.ranges import satisfies
from wizard.findings.finding import Cause, Finding, failed, passed
from wizard.findings.probe import Probe
from wizard.host.commands import CommandOutput
from wizard.host.reading import Host, NotKnown, Reading, Unknown


class ProgramVersion(Probe):
    """A program runs and its version is within a range. The first group of `pattern` is the version in its output;
    `least` is the lowest version, or a range such as `>=2.0,<3`."""

    words: tuple[str, ...]
    pattern: str
    least: str
    user: str | None = None
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (CommandOutput(self.words, self.user),)

    def observe(self, host: Host) -> Finding:
        program = self.words[0]
        said = host.get(CommandOutput(self.words, self.user))
        wanted = f">={self.least}" if self.least[:1].isdigit() else self.least
        if said.status == 127:
            told = _("It is not installed, or not where programs are looked for.")
            text = _("there is no program {program}; {wanted} is needed").format(program=program, wanted=wanted)
            return failed(text, cause=Cause("program-missing", told))
        if said.status:
            text = _("`{words}` ended with {status}: {tail}")
            told = _("The program is there, but does not work.")
            evidence = text.format(words=" ".join(self.words), status=said.status, tail=said.tail)
            return failed(evidence, cause=Cause("program-fails", told))
        found = re.search(self.pattern, f"{said.out}\n{said.err}")
        if found is None:
            text = _("{program} does not say its version in a way that is understood")
            raise NotKnown(Unknown(text.format(program=program)))
        version = found.group(1)
        if not satisfies(version, wanted):
            told = _("This version of {program} is not one that the guide works with.").format(program=program)
            text = _("{program} {version}; it should be within {wanted}")
            evidence = text.format(program=program, version=version, wanted=wanted)
            return failed(evidence, cause=Cause("program-version", told))
        return passed(_("{program} {version}").format(program=program, version=version))
