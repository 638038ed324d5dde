"""Becoming root through sudo, whose own policy decides: what it is asked, and what it answers, for a person."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress

from screens.model.children import handed_on, started
from wizard.base.confidential import remembered
from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.values import Value
from wizard.base.visible import visible

# sudo writes whose password it wants in place of %p (that of root, where `targetpw` or `rootpw` says so); sudo-rs sets
# its own words around the prompt.
PROMPT = "jalon<%p>"
ASKED = re.compile(r"(?:\[sudo: )?jalon<([^<>\n]*)>(?:\] [^\n:]*: ?)?")
PROBE = "true"
# Of a sudo that speaks English, as it is asked to.
ENGLISH = {"LC_ALL": "C"}
SORRY = "Sorry, try again."
MISSED = re.compile(r"no password was (?:provided|given)|[0-9]+ incorrect password attempt")
FORBIDDEN = re.compile(
    r"not in the sudoers file|is not allowed to (?:run|execute)|may not run sudo|I'm sorry \S+\. I'm afraid"
)


class Refusal(Value):
    """Why sudo did not let in, in words, and whose password it asked for, where it said so. `again`: another password
    may help."""

    words: str
    account: str = ""
    again: bool = True


def garbled(password: str) -> Refusal | None:
    """What is wrong where the terminal sent something else than what was typed: sudo would only call it wrong."""
    if "\ufffd" not in password and not any("\ud800" <= letter <= "\udfff" for letter in password):
        return None
    return Refusal(_("This terminal sends letters that are not UTF-8: set it to UTF-8."))


def otherwise(program: str, again: bool) -> str:
    """What to do where sudo, asked from here, does not let in."""
    if again:
        text = _("Type it again; or leave, and start `{command}` yourself, or the same without sudo after `su -`.")
    else:
        text = _("Leave, and start `{command}` yourself, or the same without sudo after `su -`.")
    return text.format(command=f"sudo {shell_word(program)}")


class Sudo(Value):
    """Becoming root through sudo."""

    words: Sequence[str] = ("sudo",)

    @property
    def there(self) -> bool:
        """Whether this machine has it."""
        return shutil.which(self.words[0]) is not None

    async def ready(self) -> bool:
        """Whether it starts a program as root now and asks nothing. It is asked just that: `sudo -v` wants a password
        of whoever one rule of several asks for one, and its warnings (of a host without an address) are none."""
        status, _said = await self._run("-n", *handed_on(), "--", PROBE)
        return status == 0

    async def unlock(self, password: str) -> Refusal | None:
        """Gives it the password; None where root's programs can be started from now on."""
        # On its standard input: a password on a command line is everybody's.
        with remembered(password):
            words = ("-S", "-p", PROMPT, *handed_on(), "--", PROBE)
            status, said = await self._run(*words, said=password + "\n", env={**os.environ, **ENGLISH})
        if status:
            return refusal(said) or Refusal(f"sudo: {status}")
        if await self.ready():
            return None
        text = _("sudo took the password, and asks for it again at once: here it keeps none (`timestamp_timeout`).")
        return Refusal(text, again=False)

    async def _run(self, *words: str, said: str = "", env: Mapping[str, str] | None = None) -> tuple[int, str]:
        child = await started([*self.words, *words], stdin=asyncio.subprocess.PIPE, env=env)
        try:
            _out, err = await child.communicate(said.encode())
        except asyncio.CancelledError:
            with suppress(ProcessLookupError, PermissionError, asyncio.TimeoutError):
                child.terminate()
                await asyncio.wait_for(child.wait(), 1)
            raise
        return child.returncode or 0, visible(err.decode(errors="replace").strip())


def refusal(said: str) -> Refusal | None:
    """What sudo said of a password: between its first question and the next one. After that it only misses the second
    password, and before it stands what it tells everybody. What it says of the usual is said in our words."""
    before, *rest = ASKED.split(said)
    accounts, texts = rest[::2], [text.strip() for text in rest[1::2]]
    words = next(filter(None, texts), before.strip())
    account = accounts[0] if accounts and "%" not in accounts[0] else ""
    if FORBIDDEN.search(words):
        text = _("sudo takes the password, but its rules (/etc/sudoers) do not let this user run programs as root.")
        return Refusal(text, account, again=False)
    if len(accounts) > 1 or words == SORRY or MISSED.search(words):
        theirs = " ".join(line.strip() for line in words.splitlines() if line != SORRY and not MISSED.search(line))
        told = _("sudo does not take this password.")
        return Refusal(f"{told} ({theirs})" if theirs else told, account)
    return Refusal(words, account) if words else None
