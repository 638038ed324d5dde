"""The base class of steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.base.values import Value
from wizard.host.reading import Host

if TYPE_CHECKING:
    from wizard.changes.change import Change


class Blocked(Exception):
    """The step cannot be applied, and only the user can resolve it: the reason, and the remedy."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


class Earlier(Blocked):
    """What the step would make, empty, was there before, or may be elsewhere. A person may agree that it is made: then
    `wizard.host.records.Agreed` holds of the `subject`. `once`: this instance is known to have had it."""

    def __init__(self, subject: str, why: str, remedy: str, *, once: bool = False) -> None:
        super().__init__(why, remedy)
        self.subject = subject
        self.once = once


class Step(Value, ABC):
    """A desired state of one thing on the host."""

    @property
    @abstractmethod
    def key(self) -> str:
        """What identifies it, as `noun:subject`: `file:/etc/nginx/sites-available/demo.conf`, `unit:nginx.service`,
        `packages`.

        Unique within a checkpoint for given answers; where another checkpoint has a step of the same key, both look
        after the same thing, as nginx's unit that is started first and restarted for its site later. The same in every
        language, and never changed once released: remedies name a step by it, and it is kept in states and printed as
        JSON. Holds no secret.
        """

    @property
    @abstractmethod
    def title(self) -> str:
        """The desired state in a few words, for the user."""

    @property
    def shared(self) -> bool:
        """Whether it concerns the whole host; its being in place then says nothing about this instance."""
        return False

    @abstractmethod
    def changes(self, host: Host) -> Iterator[Change]:
        """Yield the missing changes, each decided after the one before it took effect; none if the state is as desired.

        Raises `Blocked` if the user must decide, and `NotKnown` if a reading is unavailable.
        """


def need_secret(secret: Secret) -> None:
    """Raise `Blocked` if a secret is empty because it is unknown, as that of an adopted instance may be."""
    if not secret.reveal():
        why = _("nobody here knows the secret `{key}`, and nothing is written without it").format(key=secret.name)
        raise Blocked(why, _("give it in an answers file of mode 0600, with --answers FILE"))
