"""The guide as a shell script: the commands of all changes on an empty host, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wizard.answers.questions import Answers
from wizard.base.language import _
from wizard.base.rendering import Rendered, shell_word
from wizard.base.visible import one_line
from wizard.changes.change import Typed
from wizard.walk.plan import PlannedStep

END = "END_OF_FILE"


def render(title: str, instance: str, answers: Answers, steps: Sequence[PlannedStep], root: bool = True) -> str:
    """The script. It contains no secret: it reads them from a file or its environment when it runs. Without `root`,
    everything runs as the user who starts it."""
    body = "\n".join(_lines(steps))
    used = [secret.variable for secret in answers.secrets if secret.variable in body]
    values = {
        "title": title,
        "instance": instance,
        "root": root,
        "secrets": used,
        "body": body,
        "needs_root": _("run this as root"),
        "missing": _("this secret is missing:"),
        # With a space, so that it gets quoted: `done` is a keyword of the shell.
        "done": _("all done"),
    }
    return Rendered("outputs/script.sh", values).render().decode()


def _lines(steps: Sequence[PlannedStep]) -> Iterator[str]:
    point = ""
    for step in steps:
        if step.changes and step.checkpoint.id != point:
            point = step.checkpoint.id
            yield f"say {shell_word(step.checkpoint.title)}"
        for planned in step.changes:
            yield f"# {one_line(planned.change.title)}"
            for typed in planned.typed:
                yield from _typed(typed)
            yield ""


def _typed(typed: Typed) -> Iterator[str]:
    words = typed.text
    if typed.lays is not None:
        text = typed.lays.with_placeholders()
        names = sorted(set(re.findall(r"@@(JALON_\w+):", text)))
        yield " ".join(["lay", *names, f"<<'{END}'"])
        yield text.removesuffix("\n")
        yield END
        words = typed.fed('"$laid"')
    if typed.user == "root":
        yield words
    else:
        names = [secret.variable for secret in typed.secrets]
        yield " ".join(["as", typed.user, shell_word(words), *names, *(['<"$laid"'] if typed.lays else [])])
