"""A unit tried with another program before it is placed: does the application run within what the unit leaves it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.base.lines import lines_of

if TYPE_CHECKING:
    from wizard.changes.change import Hands

# A trial may take so long, in seconds.
LONGEST = 120
# What says how the service itself is started, ended and found.
OF_THE_SERVICE = (
    *("Type", "ExecStart", "ExecStartPre", "ExecStartPost", "ExecStop", "ExecReload", "PIDFile", "Restart"),
    *("RestartSec", "RuntimeDirectory", "KillMode", "TimeoutStopSec", "TimeoutStartSec"),
)
LINES = 3


def try_unit(hands: Hands, path: str, text: str, instance: str, words: Sequence[str], user: str, folder: str) -> None:
    """Run `words` once as the unit of that `text` would have it.

    Raises `Failed` where that does not succeed and the same words do, as `user` in `folder`, without the unit: then it
    is the unit that keeps from them what they need.
    """
    from wizard.changes.change import Failed

    unit = f"jalon-tries@{instance or 'it'}.service"
    place = f"/run/systemd/system/{unit}"
    hands.write(place, trial_unit(text, words).encode(), mode=0o644, owner="root", group="root")
    try:
        hands.run(("systemctl", "daemon-reload"))
        hands.run(("systemctl", "start", unit), deadline=LONGEST + 30)
    except Failed as refused:
        try:
            hands.run(tuple(words), user=user, cwd=folder, deadline=LONGEST)
        except Failed:
            return
        said = hands.run(("journalctl", "-u", unit, "-n", "5", "-o", "cat", "--no-pager"), accept=(0, 1))
        why = _("{user} cannot run `{command}` within what {path} leaves it; it was not placed")
        remedy = _("see what it lacks: {said}. A line that you change in {path} yourself is kept")
        last = " / ".join(line.strip() for line in lines_of(said)[-LINES:])
        raise Failed(
            why.format(user=user, command=" ".join(words), path=path),
            output=f"{refused}\n{said}",
            remedy=remedy.format(said=last, path=path),
        ) from None
    finally:
        hands.run(("systemctl", "reset-failed", unit), accept=(0, 1))
        hands.remove(place)
        hands.run(("systemctl", "daemon-reload"), accept=(0, 1))


def trial_unit(text: str, words: Sequence[str]) -> str:
    """The unit with another program, which ends by itself; without what others depend on and what starts it."""
    from wizard.base.rendering import systemd_word

    body = text.partition("[Service]")[2].partition("[Install]")[0]
    kept = [line for line in lines_of(body) if line.partition("=")[0].strip() not in OF_THE_SERVICE]
    command = " ".join(systemd_word(word) for word in words)
    started = ("Type=oneshot", f"ExecStart={command}", f"TimeoutStartSec={LONGEST}")
    return "\n".join(("[Unit]", "Description=Jalon tries a unit", "[Service]", *kept, *started, ""))
