"""Changes of a user's crontab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _n
from wizard.base.rendering import Text
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.host.crontab import Crontab
from wizard.host.overlay import Effect, Sets
from wizard.host.reading import Host

# Through the shell, and not through us: what people have in their table passes byte for byte.
# Only root may name a user; everybody may have their own.
TABLE = 'whose="-u $1"; [ "$(id -un)" != "$1" ] || whose='
ADD = TABLE + "; { crontab $whose -l 2>/dev/null || true; cat; } | crontab $whose -"
REMOVE = (
    TABLE
    + """
left=$(crontab $whose -l 2>/dev/null | LC_ALL=C grep -avxF -e "$2"; echo .)
left=${left%.}
if [ -n "$left" ]; then printf %s "$left" | crontab $whose -; else crontab $whose -r 2>/dev/null || true; fi
"""
)


def _lines(host: Host, user: str) -> tuple[str, ...]:
    found = host.read(Crontab(user))
    return found if isinstance(found, tuple) else ()


class CrontabLinesAdded(Change):
    """Append lines to a user's crontab."""

    kind: ClassVar[str] = "CrontabLinesAdded"
    user: str
    lines: tuple[str, ...]
    stale: ClassVar[tuple[str, ...]] = ("cron",)

    @property
    def title(self) -> str:
        text = _n(
            "add {count} line to the crontab of {user}",
            "add {count} lines to the crontab of {user}",
            len(self.lines),
        )
        return text.format(count=len(self.lines), user=self.user)

    def carry_out(self, hands: Hands) -> None:
        """Install the whole table with `crontab`, which validates it."""
        hands.run(("sh", "-c", ADD, "sh", self.user), stdin="\n".join(self.lines) + "\n")

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Crontab(self.user), (*_lines(host, self.user), *self.lines))

    def typed(self) -> Sequence[Typed]:
        body = Text("\n".join(self.lines) + "\n")
        # Without a table yet, `crontab -l` fails, which must not end a script that stops at failures.
        words = f"(crontab -l -u {self.user} 2>/dev/null || true; cat {{laid}}) | crontab -u {self.user} -"
        return (Typed(words, lays=body),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove these lines."""
        return (CrontabLinesRemoved(self.user, self.lines),)


class CrontabLinesRemoved(Change):
    """Remove lines from a user's crontab, and the crontab if it is empty then."""

    kind: ClassVar[str] = "CrontabLinesRemoved"
    mark: ClassVar[str] = "-"
    user: str
    lines: tuple[str, ...]
    stale: ClassVar[tuple[str, ...]] = ("cron",)

    @property
    def title(self) -> str:
        text = _n(
            "remove {count} line from the crontab of {user}",
            "remove {count} lines from the crontab of {user}",
            len(self.lines),
        )
        return text.format(count=len(self.lines), user=self.user)

    def carry_out(self, hands: Hands) -> None:
        """Remove every line equal to one of them."""
        hands.run(("sh", "-c", REMOVE, "sh", self.user, "\n".join(self.lines)))

    def effect(self, host: Host) -> Iterable[Effect]:
        kept = tuple(line for line in _lines(host, self.user) if line not in self.lines)
        yield Sets(Crontab(self.user), kept or None)

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"crontab -e -u {self.user}"),)
