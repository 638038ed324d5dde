"""`jalon report`: a verification as a document to keep or to send to somebody who helps."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path

from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.base.visible import json_text
from wizard.commands.request import request_of
from wizard.commands.status import OK
from wizard.host.live import Live
from wizard.host.people import people
from wizard.host.updates import Updates
from wizard.outputs.adoption import note_found
from wizard.outputs.reach import reach
from wizard.outputs.redaction import Redaction
from wizard.outputs.report import Report
from wizard.outputs.text import put, say
from wizard.record.own import write_asked
from wizard.record.skips import skip
from wizard.session import Session, open_session
from wizard.walk.verification import verify

ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json", ".xml": "junit"}


def run(args: Namespace) -> int:
    """Verifies and writes the report; findings do not change the exit status."""
    form = args.format or ENDINGS.get(Path(args.output or "").suffix.lower(), "markdown")
    if args.output and Path(args.output).is_dir():
        raise Refused(_("{path} is a folder: say which file to write").format(path=args.output))
    began, when = time.monotonic(), time.time()
    request = request_of(args)
    host = Live(readers=request.guide.readers)
    if request.guide.updates:
        host.expect([Updates()])
        host.begin()
    session = open_session(request, generate=False, search=host)
    if session.found:
        note_found(session.guide.id, session.found)
    host.records = session.journal()
    points = session.checkpoints()
    known = {point.id for point in points}
    known |= {probe.id for point in points for probe in point.probes}
    known |= {trial.id for point in points for trial in point.trials}
    _skip(args, session, known)
    verified = list(verify(points, host, session.state))
    report = Report(
        guide=session.guide,
        instance=session.instance,
        answers=session.answers,
        facts=session.facts,
        state=session.state,
        kept=session.kept,
        options=_options(args, session),
        verified=verified,
        reach=reach(session.answers, verified, host),
        seconds=time.monotonic() - began,
        when=when,
    )
    redaction = Redaction(session.answers.secrets)
    if args.for_help:
        redaction.redact_personal(session.guide.questions(), session.answers, session.facts, people(), session.instance)
    text = render(report, redaction, form)
    if not args.output:
        put(text)
        return OK
    write_asked(Path(args.output).absolute(), text.encode(errors="replace"), 0o644)
    say(args.output)
    return OK


def render(report: Report, redaction: Redaction, form: str) -> str:
    """The report in the format `html`, `markdown`, `json` or `junit`."""
    if form == "json":
        return json_text(report.data(redaction), indent=2) + "\n"
    if form == "junit":
        from wizard.outputs import junit

        return junit.render(report.guide.id, report.findings(redaction), report.seconds)
    from wizard.outputs import report_pages

    return (report_pages.html if form == "html" else report_pages.markdown)(report.data(redaction))


def _skip(args: Namespace, session: Session, known: set[str]) -> None:
    """Records the reasons given with `--skip`. Raises `Refused` for unknown ids, or without a state."""
    for pair in args.skip or ():
        name, equals, reason = pair.partition("=")
        if not equals:
            raise Refused(_("--skip takes ID=REASON, not `{pair}`").format(pair=pair))
        if name not in known:
            text = _("there is no checkpoint or probe `{name}`; `jalon verify {guide} --format json` shows their ids")
            raise Refused(text.format(name=name, guide=session.guide.id))
        if not session.kept:
            raise Refused(
                _("nothing was applied to {name}: there is no state to keep a reason in").format(name=session.instance),
            )
        skip(session.state, name, reason.strip())


def _options(args: Namespace, session: Session) -> list[str]:
    """The command-line options that select this instance."""
    found = ["--instance", session.instance] if session.guide.instance_key else []
    if args.state_dir:
        found += ["--state-dir", args.state_dir]
    if args.answers and not session.kept:
        found += ["--answers", args.answers]
    return found
