"""Secrets: text that is masked unless revealed explicitly."""

from __future__ import annotations

import string

from wizard.base.values import Value

MASK = "********"
ALPHABET = string.ascii_letters + string.digits


class Secret(Value):
    """A secret answer. Printing or formatting it gives a mask; `reveal()` gives the text.

    `name` is the key of the answer it comes from, so that a script can name it without holding it.
    """

    name: str
    _text: str

    def reveal(self) -> str:
        """Return the text unmasked."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"

    @property
    def variable(self) -> str:
        """The environment variable that passes it to a script."""
        return f"JALON_{self.name.upper()}"


def generate(length: int) -> str:
    """Return a random secret of letters and digits from the system's secure source."""
    import secrets

    return "".join(secrets.choice(ALPHABET) for _ in range(length))
