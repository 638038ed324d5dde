"""Which programs a job starts by their names alone, and whether cron's shell finds them."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence

from wizard.base.values import Value
from wizard.host.cronruns import Run
from wizard.host.cronwork import LONGEST, Place, acts, simple_commands, without_redirections
from wizard.host.files import Entry, EntryAt
from wizard.host.launchers import ASSIGNMENT, PYTHON, RUNNERS, SHELLS, unwrap
from wizard.host.reading import Host, Unknown

# Of Debian's cron for users' tables and the system's; cronie's is longer.
PATH = "/usr/bin:/bin"
SURE = "/usr/bin/env"
MOST_FOLDERS = 100
"""Of a `PATH`: what a table says of more is not gone through."""
# What the shell knows itself, and words of its grammar.
BUILT_IN = frozenset(
    {
        *(".", ":", "[", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "echo", "elif"),
        *("else", "esac", "eval", "exec", "exit", "export", "false", "fg", "fi", "for", "getopts", "hash", "if", "in"),
        *("jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test", "then"),
        *("times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "until", "wait", "while", "{", "}"),
        *("!", "time"),
    }
)
# What bash knows, and dash does not.
OF_BASH = frozenset({"source", "[[", "shopt", "declare", "pushd", "popd", "let", "function", "pipefail"})


# What looks for what it starts in another way than by cron's PATH, or starts a script by its path.
OTHERS = frozenset({*SHELLS, *RUNNERS, "env", "sudo", "su", "runuser", "doas", "systemd-run"})


class NotFound(Value):
    """A program that cron's shell does not find, and where it looks: in the folders `path`, or, for a word of bash,
    in nothing but the `shell`."""

    name: str
    path: str = ""
    shell: str = ""


def not_found(host: Host, run: Run, wanted: Collection[str], place: Place, scripts: Collection[str]) -> NotFound | None:
    """Return the first program up to the `wanted` acts that cron does not find; None also where that is not known."""
    if len(run.job.command) > LONGEST:
        return None
    try:
        parts = list(simple_commands(without_redirections(run.job.command)))
    except ValueError:
        return None
    for index, words in enumerate(parts):
        for name in _programs(words):
            if found := _missing(host, run, name):
                return None if _done(parts[:index], wanted, place, scripts) else found
        if words[0] in (".", "source", "export", "set") or ASSIGNMENT.fullmatch(words[0]):
            return None  # `PATH` may be another one now
    return None


def _programs(words: Sequence[str]) -> Iterator[str]:
    """Yield the programs that one command starts by cron's own shell, with the `PATH` that cron gives it."""
    yield from (word for word in OF_BASH if word in (words if words[0] == "set" else words[:1]))
    launch = unwrap(words)
    if launch is None:
        return
    for program in launch.by:
        yield program
        name = program.rpartition("/")[2]
        if name in OTHERS or PYTHON.fullmatch(name):
            return
    yield from launch.words[:1]


def _missing(host: Host, run: Run, name: str) -> NotFound | None:
    path, shell = run.setting("PATH", PATH), run.setting("SHELL", "/bin/sh")
    if name in OF_BASH:
        entry = host.read(EntryAt(shell))
        target = entry.target.rpartition("/")[2] if isinstance(entry, Entry) else ""
        return NotFound(name, shell=shell) if "dash" in (target, shell.rpartition("/")[2]) else None
    known = "/" in name or name in BUILT_IN or _in_path(host, name, path)
    return None if known else NotFound(name, path)


def _done(parts: Sequence[Sequence[str]], wanted: Collection[str], place: Place, scripts: Collection[str]) -> bool:
    """Whether one of the wanted acts is among what these commands do."""
    command = "; ".join(shlex.join(words) for words in parts)
    return any(act in wanted for act in acts(command, place, scripts))


def _in_path(host: Host, name: str, path: str) -> bool:
    if name.startswith(("$", "~", "`", "_")):
        return True
    if path.count(":") >= MOST_FOLDERS:
        return True
    for folder in path.split(":"):
        if not folder.startswith("/"):
            return True
        entry = host.read(EntryAt(f"{folder.rstrip('/')}/{name}"))
        if entry is not None or isinstance(entry, Unknown):
            return True
    # Of a machine on which nothing can be seen, nothing is said.
    return host.read(EntryAt(SURE)) is None
