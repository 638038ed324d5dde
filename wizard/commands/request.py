"""From the words of a command line to the instance that they mean."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence

from wizard.answers.given import secret_keys
from wizard.base.errors import NeedsRoot, Refused
from wizard.base.language import _
from wizard.guide import Checkpoint, Guide
from wizard.session import Request, guide_named


def request_of(words: Namespace) -> Request:
    """The request of a command that is about one instance."""
    guide = guide_named(words.guide)
    return Request(
        guide,
        instance=words.instance,
        answers=words.answers or "",
        sets=_sets(guide, words.set or ()),
        state_dir=words.state_dir or "",
        by_defaults=words.bare_defaults,
    )


def _sets(guide: Guide, pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    secrets = secret_keys(guide.questions()) if pairs else set()
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Refused(_("--set takes KEY=VALUE, not `{pair}`").format(pair=pair))
        if key in secrets:
            text = _(
                "--set {key} is refused: it would stand in the process list; put it into an answers file of mode 0600"
            )
            raise Refused(text.format(key=key))
        found[key] = value
    return found


def need_root(words: Namespace) -> None:
    """Raises `NeedsRoot` where changing takes root and we are not."""
    if guide_named(words.guide).root and os.geteuid() != 0:
        text = _("`jalon {command}` changes this machine and needs root").format(command=words.command)
        raise NeedsRoot(text, _("run it again with sudo"))


def need_checkpoint(points: Sequence[Checkpoint], name: str) -> None:
    """Raises `Refused` with the list of checkpoints where one was named that is not among them."""
    if name and name not in {point.id for point in points}:
        names = ", ".join(point.id for point in points)
        raise Refused(_("there is no checkpoint `{name}`; they are: {names}").format(name=name, names=names))
