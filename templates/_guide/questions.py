"""What is asked before anything is done."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Question, checks, translator

_ = translator(__file__)


def questions() -> Sequence[Question]:
    """The questions, in the order in which they are asked."""
    return [
        Question(
            "folder",
            _("Folder"),
            _("Where the file with the greeting lies. It is made if it is not there."),
            # A default may be computed: from the answers so far, and from the facts of this machine.
            default=lambda answers, facts: f"{facts.home}/@ID@",
            # What is wrong with an answer; wizard.api has more such checks.
            check=checks.absolute_path,
        ),
        Question(
            "greeting",
            _("Greeting"),
            _("The words that stand in the file."),
            default="Hello, world",
        ),
    ]
