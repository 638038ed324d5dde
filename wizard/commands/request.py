"""From command-line arguments to the instance that they select."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence

from wizard.answers.given import secret_keys
from wizard.answers.questions import holds_secret
from wizard.base.errors import NeedsRoot, Refused
from wizard.base.excerpt import excerpt
from wizard.base.language import _
from wizard.guide import Checkpoint, Guide
from wizard.session import Request, find_guide


def request_of(args: Namespace) -> Request:
    """The request of a command about one instance. Raises `Refused` for `--set` of a secret."""
    guide = find_guide(args.guide)
    return Request(
        guide,
        instance=args.instance,
        answers=args.answers or "",
        sets=_sets(guide, args.set or ()),
        state_dir=args.state_dir or "",
        by_defaults=args.bare_defaults,
    )


def _sets(guide: Guide, pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    questions = guide.questions() if pairs else ()
    secrets = secret_keys(questions)
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Refused(_("--set takes KEY=VALUE, not `{pair}`").format(pair=excerpt(pair)))
        if key in secrets or holds_secret(questions, {key: value}):
            text = _(
                "--set {key} is refused: it would stand in the process list; put it into an answers file of mode 0600"
            )
            raise Refused(text.format(key=excerpt(key)))
        found[key] = value
    return found


def need_root(args: Namespace) -> None:
    """Raises `NeedsRoot` where the guide needs root for changes and the process is not root."""
    if find_guide(args.guide).root and os.geteuid() != 0:
        text = _("`jalon {command}` changes this machine and needs root").format(command=args.command)
        raise NeedsRoot(text, _("run it again with sudo"))


def need_checkpoint(points: Sequence[Checkpoint], name: str) -> None:
    """Raises `Refused`, with the list of checkpoints, unless `name` is one of them or empty."""
    if name and name not in {point.id for point in points}:
        names = ", ".join(point.id for point in points)
        raise Refused(_("there is no checkpoint `{name}`; they are: {names}").format(name=name, names=names))
