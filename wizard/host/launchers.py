"""Programs that start another one: what they start, as whom, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wizard.base.patterns import pattern
from wizard.base.values import Value

# Short options of each that take a value, and how many words stand before the command (the file of `flock`).
LAUNCHERS = {
    "nohup": ("", 0),
    "setsid": ("", 0),
    "exec": ("a", 0),
    "command": ("", 0),
    "time": ("fo", 0),
    "chronic": ("", 0),
    "cronic": ("", 0),
    "nice": ("n", 0),
    "ionice": ("cnpPu", 0),
    "stdbuf": ("ioe", 0),
    "systemd-cat": ("tp", 0),
    "systemd-run": ("puGME", 0),
    "env": ("uCS", 0),
    "sudo": ("ugpCDhRTrt", 0),
    "doas": ("uC", 0),
    "timeout": ("ks", 1),
    "flock": ("wE", 1),
    "taskset": ("", 1),
    "chrt": ("TPD", 1),
}
LONG = frozenset(
    {
        *("--user", "--group", "--chdir", "--directory", "--project", "--unit", "--uid", "--gid", "--property"),
        *("--signal", "--kill-after", "--adjustment", "--class", "--classdata", "--timeout", "--wait", "--identifier"),
        *("--command", "--shell", "--priority", "--name"),
    }
)
SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh"})
RUNNERS = frozenset({"poetry", "pipenv", "uv", "pdm", "rye", "hatch", "conda", "micromamba"})
PYTHON = pattern(r"(python|pypy)[\d.]*")
ASSIGNMENT = pattern(r"\w+=.*", re.DOTALL)
MOST = 12


class Launch(Value):
    """What is started in the end: these words, or a shell's `script`; `user`: who runs it, "" for the one who starts
    it, and whether that is a `login`; `folder`: where, if a launcher said so; `by`: the launchers, outermost first."""

    words: tuple[str, ...] = ()
    script: str = ""
    user: str = ""
    login: bool = False
    folder: str = ""
    by: tuple[str, ...] = ()


class _Options(Value):
    """The options of a launcher, and the words behind them."""

    values: tuple[tuple[str, str], ...]
    rest: tuple[str, ...]

    def value(self, *names: str) -> str:
        return next((value for name, value in self.values if name in names), "")

    def has(self, *names: str) -> bool:
        return any(name in names for name, _value in self.values)


def unwrap(words: Sequence[str]) -> Launch | None:
    """Return what these words start; None where they start nothing (an environment that is activated, a lock)."""
    launch: Launch | None = Launch(tuple(words))
    for _round in range(MOST):
        if launch is None or launch.script:
            return launch
        first = next((at for at, word in enumerate(launch.words) if not ASSIGNMENT.fullmatch(word)), None)
        left = () if first is None else launch.words[first:]
        if not left:
            return None
        launch = Launch(left, "", launch.user, launch.login, launch.folder, launch.by)
        inner = _started(launch, left[0].rpartition("/")[2])
        if inner is launch:
            return launch
        launch = inner
    return launch


def _started(launch: Launch, name: str) -> Launch | None:
    """What a launcher starts; the same where it is none."""
    words = launch.words
    if name in ("su", "runuser"):
        return _as_another(launch, _options(words[1:], "ugGscTwC", mixed=not _names_user(words)))
    if name in SHELLS:
        return _by_shell(launch)
    if name in (".", "source"):
        # A script is one's own by its name; all others set up what follows.
        return _inside(launch, words[1:]) if len(words) > 2 else None
    if name in RUNNERS and "run" in words:
        options = _options(words[1 : words.index("run")], "CPnp")
        folder = options.value("-C", "--directory", "--project", "-P")
        return _inside(launch, _options(words[words.index("run") + 1 :], "np").rest, folder=folder)
    if PYTHON.fullmatch(name):
        options = _options(words[1:], "WXmc")
        return launch if options.has("-m", "-c") or not options.rest else _inside(launch, options.rest)
    if name in LAUNCHERS:
        return _by_launcher(launch, name)
    return launch


def _by_launcher(launch: Launch, name: str) -> Launch | None:
    takes, before = LAUNCHERS[name]
    options = _options(launch.words[1:], takes)
    rest = options.rest[before:]
    user = options.value("-u", "--user", "--uid") if name in ("sudo", "doas", "systemd-run") else ""
    if name in ("sudo", "doas") and not user:
        user = "root"
    if name == "flock" and rest[:1] in (("-c",), ("--command",)):
        return _running(launch, " ".join(rest[1:]))
    if not rest:
        return None
    login = name == "sudo" and options.has("-i", "--login")
    folder = options.value("-C", "-D", "--chdir") if name in ("env", "sudo") else ""
    return _inside(launch, rest, user=user, login=login, folder=folder)


def _names_user(words: Sequence[str]) -> bool:
    """Whether `runuser -u USER` is said, after which a command stands, not a shell's."""
    return any(word in ("-u", "--user") or word.startswith("--user=") for word in words[:4])


def _as_another(launch: Launch, options: _Options) -> Launch | None:
    if user := options.value("-u", "--user"):
        return _inside(launch, options.rest, user=user) if options.rest else None
    operands = [word for word in options.rest if word != "-"]
    login = options.has("-l", "--login") or "-" in options.rest
    script = options.value("-c", "--command")
    user = operands[0] if operands else "root"
    return Launch((), script, user, login, launch.folder, (*launch.by, launch.words[0])) if script else None


def _by_shell(launch: Launch) -> Launch | None:
    rest = launch.words[1:]
    at = 0
    while at < len(rest) and rest[at].startswith("-"):
        if not rest[at].startswith("--") and "c" in rest[at]:
            return _running(launch, rest[at + 1]) if at + 1 < len(rest) else None
        at += 2 if rest[at] in ("-o", "-O", "--rcfile", "--init-file") else 1
    return _inside(launch, rest[at:]) if at < len(rest) else None


def _inside(launch: Launch, words: Sequence[str], *, user: str = "", login: bool = False, folder: str = "") -> Launch:
    return Launch(
        tuple(words),
        "",
        user or launch.user,
        login or launch.login,
        folder or launch.folder,
        (*launch.by, launch.words[0]),
    )


def _running(launch: Launch, script: str) -> Launch:
    """A shell that runs a script."""
    return Launch((), script, launch.user, launch.login, launch.folder, (*launch.by, launch.words[0]))


def _options(words: Sequence[str], takes: str, *, mixed: bool = False) -> _Options:
    """Split options from what follows them; with `mixed`, options may stand behind other words too."""
    found: list[tuple[str, str]] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--" and not mixed:
            rest += left
            break
        if word == "-" or not word.startswith("-"):
            rest.append(word)
            if mixed:
                continue
            rest += left
            break
        if word.startswith("--"):
            name, sign, value = word.partition("=")
            found.append((name, value if sign else next(left, "") if name in LONG else ""))
            continue
        for place, letter in enumerate(word[1:], 1):
            if letter in takes:
                found.append((f"-{letter}", word[place + 1 :] or next(left, "")))
                break
            found.append((f"-{letter}", ""))
    return _Options(tuple(found), tuple(rest))
