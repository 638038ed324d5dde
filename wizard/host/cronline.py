"""Parse lines of a crontab and compare what they do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import field

from wizard.base.values import Value

WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
    "@reboot": "@reboot",
}
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMES = {
    **{name: str(number) for number, name in enumerate(DAYS)},
    **{name: str(number) for number, name in enumerate(MONTHS, start=1)},
}
FIELD = r"(?:[\d*][\d*/,\-]*|(?:{names})[\w,\-]*)".format(names="|".join(NAMES))
TIMED = re.compile(rf"\s*((?:{FIELD}\s+){{5}}|@[a-z]+\s+)(\S.*)", re.IGNORECASE)
SETTING = re.compile(r"\s*[\"']?(\w+)[\"']?\s*=\s*(.*?)\s*")
SUBSTITUTION = re.compile(r"\$\([^()]*\)|`[^`]*`")
REDIRECTION = re.compile(r"(?:(?:(?<=\s)\d)?(?:>>|>\||>&|>|<)|&>>?)\s*(?:&?\d\b|&-|\"[^\"]*\"|'[^']*'|[^\s;&|<>]+)")
# Of a line. cron takes commands of up to 998 characters (`MAX_COMMAND` of its cron.h).
LONGEST = 2000
# What may stand before a script without changing what it does.
SHELLS = frozenset({"bash", "sh", "dash", ".", "source", "exec"})
LAUNCHERS = SHELLS | {"env", "nice", "ionice", "nohup", "time", "timeout", "poetry", "run"}
LAUNCHING = re.compile(r"python[\d.]*|-.*|\d+\w?|\w+=.*")
ENDS = frozenset({";", "&&", "||", "&", "(", ")", ";;"})


class Job(Value):
    """A line that runs something: its five fields (or `@reboot`) and command; `off`: commented out; `line`: as it
    was typed."""

    schedule: str
    command: str
    off: bool = False
    line: str = field(default="", compare=False)


def parse_cron_line(line: str) -> Job | None:
    """The job of a line, commented out or not; None for blanks, settings, plain comments, and what is too long for cron
    to run."""
    if len(line) > LONGEST:
        return None
    text = line.lstrip().lstrip("#")
    found = TIMED.fullmatch(text.rstrip())
    if not found or (found[1].startswith("@") and found[1].strip().lower() not in WORDS):
        return None
    return Job(_schedule(found[1]), _command(found[2]), line.lstrip().startswith("#"), line)


def _schedule(text: str) -> str:
    """Normalise the time fields: numbers for names, no leading zeros."""
    fields = WORDS.get(text.strip().lower(), text).lower().split()
    plain = (re.sub(r"[a-z]{3,}", lambda name: NAMES.get(name[0], name[0]), field) for field in fields)
    return " ".join("*" if field == "*/1" else re.sub(r"\b0+(?=\d)", "", field) for field in plain)


def _command(text: str) -> str:
    """Return the part passed to the shell: up to the first unescaped percent sign (crontab(5))."""
    return re.sub(r"(?<!\\)%.*", "", text).replace("\\%", "%").strip()


def setting(lines: Iterable[str], name: str) -> str:
    """Return the last value that a crontab assigns to a variable, without quotes; "" if none."""
    found = [match[2] for line in lines if (match := SETTING.fullmatch(line)) and match[1] == name]
    return found[-1].strip("\"'") if found else ""


def meaning(command: str, home: str = "", scripts: Collection[str] = ()) -> str:
    """Normalise a command, so that commands which do the same compare equal.

    Redirections, the spelling of paths and launchers such as `nice` are ignored. With `home`, paths are made absolute;
    without, folders are compared by their last name. `scripts` are names of equivalent scripts, such as `manage.py` and
    its wrappers.
    """
    plain = SUBSTITUTION.sub(lambda part: re.sub(r"\W", "_", part[0]), command)
    plain = REDIRECTION.sub(" ", plain)
    try:
        parts = list(_parts(plain))
    except ValueError:  # a quote without its other half
        return " ".join(command.split())
    folder, said = home, []
    for words in parts:
        if words[0] == "cd":
            folder = _place(words[1] if len(words) > 1 else "~", folder, home)
        elif words[0] not in ("umask", "set", "export", "true", ":"):
            said.append(_simple(words, folder, home, scripts))
    return "; ".join(said)


def _parts(command: str) -> Iterator[list[str]]:
    """Yield the words of each simple command, without those that output is piped into."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    piped = False
    for word in lexer:
        if word.startswith("#"):
            break
        if word in ENDS:
            if words:
                yield words
            words, piped = [], False
        elif word in ("|", "|&"):
            piped = True
        elif not piped:
            words.append(word)
    if words:
        yield words


def _place(path: str, folder: str, home: str) -> str:
    """Normalise the path of a folder; without a home, return its last name."""
    path = re.sub(r"^(~|\$HOME|\$\{HOME\})(?=/|$)", home or "~", path).rstrip("/")
    if not home:
        return path.rpartition("/")[2]
    whole = path if path.startswith("/") else f"{folder or home}/{path}"
    return re.sub(r"(/\.)+(?=/|$)", "", whole)


def _simple(words: list[str], folder: str, home: str, scripts: Collection[str]) -> str:
    """Normalise one simple command; a script's becomes its folder and management command."""
    for index, word in enumerate(words):
        parent, slash, name = word.rpartition("/")
        if name in scripts:
            place = _place(parent, folder, home) if slash and parent != "." else folder
            return " ".join((place, "manage", *words[index + 1 :]))
        if word == "-c" and index + 1 < len(words) and words[0].rpartition("/")[2] in LAUNCHERS:
            return meaning(f"cd {shlex.quote(folder or '.')}; {words[index + 1]}", home, scripts)
        if name not in LAUNCHERS and not LAUNCHING.fullmatch(name) and "=" not in word:
            break
    return " ".join(words)


def keeps_errors(command: str) -> bool:
    """Whether stderr is redirected to a file or program, rather than mailed or discarded."""
    errors = output = ""
    for found in re.finditer(r"(&|\b\d)?(>>|>&|>\||>)\s*(&?[^\s;&|<>]+)|\|&?", command):
        if found[0].startswith("|"):
            output = "|"
            errors = "|" if found[0] == "|&" or errors == "&1" else errors
        elif found[1] == "&" or (found[2] == ">&" and not found[1] and not found[3].isdigit()):
            output = errors = found[3]
        elif found[1] == "2":
            target = "&1" if (found[2], found[3]) == (">&", "1") else found[3]
            errors = output or "&1" if target == "&1" else target
        elif found[1] in (None, "1"):
            output = found[3]
    return errors not in ("", "&1", "/dev/null")


def missing(
    wanted: Iterable[str], present: Iterable[str], home: str = "", scripts: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the wanted lines for which no active line of the crontab does the same (see `meaning`)."""
    there = {meaning(job.command, home, scripts) for line in present if (job := parse_cron_line(line)) and not job.off}
    jobs = ((line, parse_cron_line(line)) for line in wanted)
    return tuple(line for line, job in jobs if job and meaning(job.command, home, scripts) not in there)
