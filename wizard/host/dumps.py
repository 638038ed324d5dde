"""Whether a command, or a script, makes a backup of a database: by what it runs, not by what it mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.base.patterns import pattern
from wizard.host.cronwork import simple_commands, without_redirections
from wizard.host.launchers import unwrap

DEEPEST = 5
# Programs that back up whole clusters, or what they are told of in their own configuration.
WHOLE = frozenset({"pg_dumpall", "pg_basebackup", "autopostgresqlbackup", "pg_back", "pg_rman", "borgmatic"})
# Those that do so with one of these words.
WITH = {
    "pgbackrest": ("backup",),
    "barman": ("backup", "cron"),
    "restic": ("backup",),
    "borg": ("create",),
    "wal-g": ("backup-push",),
    "wal-e": ("backup-push",),
    "pg_probackup": ("backup",),
}
ONE = "pg_dump"
MENTIONED = pattern("|".join(map(re.escape, {*WHOLE, *WITH, ONE})))
LONGEST = 200_000
"""Characters of a script that is taken apart."""
SHELL = pattern(r"#!\s*\S*(?:/|/env\s+)(?:ba|da|z|k)?sh\b")
QUOTED = pattern(r"[\"'](?:/[\w./-]*/)?(pg_dump|pg_dumpall|pg_basebackup)[\"' ]")


def dumps(text: str, database: str) -> bool:
    """Whether a command line, or the text of a script, dumps that database or all of them. No for a longer one than
    `LONGEST`."""
    if len(text) > LONGEST:
        return False
    if text.startswith("#!") and not SHELL.match(text):
        bare = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
        kinds = {found[1] for found in QUOTED.finditer(bare)}
        return bool(kinds - {ONE}) or (ONE in kinds and _names(bare, database))
    named = False
    lines = _lines(text)
    # Taking a line apart costs more than all else here.
    for words in commands("\n".join(line for line in lines if MENTIONED.search(line))):
        program = words[0].rpartition("/")[2]
        if program in WHOLE or any(word in words for word in WITH.get(program, ())):
            return True
        named = named or program == ONE
    return named and _names("\n".join(lines), database)


def started_paths(text: str) -> list[str]:
    """Return the paths of what a command line starts; for `run-parts`, its folder with a slash at the end. None of a
    longer one than `LONGEST`."""
    found: list[str] = []
    for words in commands(text if len(text) <= LONGEST else ""):
        if words[0].rpartition("/")[2] == "run-parts":
            found += [f"{word.rstrip('/')}/" for word in words[1:] if word.startswith("/")]
        elif words[0].startswith("/"):
            found.append(words[0])
    return found


def commands(text: str, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield the words of each command that a shell's text starts in the end, launchers taken away."""
    for line in _lines(text):
        try:
            parts = list(simple_commands(without_redirections(line)))
        except ValueError:  # a quote that goes on in the next line
            parts = [words for part in re.split(r"[;&|]+", line) if (words := part.split())]
        for words in parts:
            launch = unwrap(words)
            if launch and launch.script and depth < DEEPEST:
                yield from commands(launch.script, depth + 1)
            elif launch and launch.words:
                yield launch.words


def _lines(text: str) -> list[str]:
    """The lines of a shell's text without comments, continued ones joined."""
    joined = re.sub(r"\\\n", " ", text)
    return [bare for line in joined.split("\n") if (bare := line.strip()) and not bare.startswith("#")]


def _names(text: str, database: str) -> bool:
    return bool(database) and re.search(rf"(?<![\w-]){re.escape(database)}(?![\w-])", text) is not None
