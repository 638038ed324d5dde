"""Which variables a job must be given, and whether cron's line, its table or PAM gives them: none of a shell's own
reach a job."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from wizard.base.patterns import pattern
from wizard.base.values import Value
from wizard.host.cronline import closed_part
from wizard.host.cronruns import Run
from wizard.host.cronwork import DEEPEST, LONGEST, simple_commands, without_redirections
from wizard.host.files import Content
from wizard.host.launchers import ASSIGNMENT, RUNNERS, SHELLS, Launch, unwrap
from wizard.host.reading import Host, Unknown

# Read for every job by PAM (pam_env(8)).
ENVIRONMENT = "/etc/environment"
# What cron sets itself, or what changes how a program says something, and not what it does.
OWN = pattern(r"PATH|HOME|SHELL|LOGNAME|USER|MAILTO|TZ|PWD|LANG|LANGUAGE|LC_\w+")
# These read files of their own, in which anything may be set; sudo has rules of its own.
OPEN = frozenset({*RUNNERS, "sudo", "doas", "systemd-run"})
LOGIN = pattern(r"-\w*[li]\w*|--login|--rcfile|--init-file")
PAIR = pattern(r"""(?m)^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|(\S*))""")


class Lacking(Value):
    """A variable that a job needs with that value; `found` is the one it has, "" where it has none."""

    name: str
    value: str
    found: str = ""


def lacking(host: Host, run: Run, wanted: str, scripts: Collection[str] = ()) -> Lacking | None:
    """Return the first variable that the command `wanted` sets for one of its programs, and that this program is not
    given by a run; None also where that is not known."""
    needs = list(_needs(wanted)) if "=" in wanted else []
    if not needs or len(run.job.command) > LONGEST:
        return None
    pam = host.read(Content(ENVIRONMENT))
    if isinstance(pam, Unknown):
        return None
    given = {name: _first(values) for name, *values in PAIR.findall((pam or b"").decode(errors="replace"))}
    # A table may assign thousands, and each command of a line be given them.
    asked = {name for _words, variables in needs for name in variables}
    given = {name: value for name, value in {**given, **dict(run.settings)}.items() if name in asked}
    started = list(_started(run.job.command, given, 0))
    for words, variables in needs:
        same = [has for other, has in started if _same(words, other, scripts)]
        if not same or any(has is None for has in same):
            continue
        for name, value in variables.items():
            found = [has.get(name, "") for has in same if has is not None]
            if not any("$" in one or "`" in one or one.rstrip("/") == value.rstrip("/") for one in found):
                return Lacking(name, value, found[0])
    return None


def _first(values: Sequence[str]) -> str:
    return next((one for one in values if one), "")


def _needs(command: str) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    """Yield the programs of a command that are given variables, each with these."""
    for words in _parts(command):
        pairs = _pairs(words)
        launch = unwrap(words)
        asked = {name: value for name, value in pairs.items() if not OWN.fullmatch(name) and "$" not in value}
        if launch and asked:
            yield launch.words, asked


def _same(wanted: Sequence[str], words: Sequence[str], scripts: Collection[str]) -> bool:
    names = [one[0].rpartition("/")[2] if one else "" for one in (wanted, words)]
    return words == wanted or ({*names} <= {*scripts} and words[1:] == wanted[1:])


def _parts(command: str) -> list[list[str]]:
    try:
        return list(simple_commands(without_redirections(closed_part(command))))
    except ValueError:  # a quote without its other half
        return []


def _started(
    command: str, given: Mapping[str, str] | None, depth: int
) -> Iterator[tuple[tuple[str, ...], Mapping[str, str] | None]]:
    """Yield the programs that a command starts, each with the variables that it is given; None where they are not
    known."""
    here: dict[str, str] = {}
    for words in _parts(command):
        given = _shell(words, given, here)
        launch = unwrap(words)
        if launch is None:
            continue
        has = _given(words, launch, given)
        if not launch.script:
            yield launch.words, has
        elif depth < DEEPEST:
            yield from _started(launch.script, has, depth + 1)


def _shell(words: Sequence[str], given: Mapping[str, str] | None, here: dict[str, str]) -> Mapping[str, str] | None:
    """What programs are given behind these words, if the shell itself does them. `here` are its own variables, which it
    gives to nobody unless they are exported."""
    name, pairs = words[0], _pairs(words)
    if len(pairs) == len(words):
        here.update(pairs)
        return given and {**given, **{key: value for key, value in pairs.items() if key in given}}
    if name in (".", "source", "eval") or words in (["set", "-a"], ["set", "-o", "allexport"]):
        return None
    if name in ("export", "declare", "typeset") and given is not None:
        exported = {key: here[key] for key in words[1:] if key in here}
        return {**given, **exported, **_pairs(words[1:])}
    return given


def _given(words: Sequence[str], launch: Launch, given: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """What the program that a command starts in the end is given."""
    last = words.index(launch.script) if launch.script in words else len(words) - len(launch.words)
    before = words[: max(last, 0)]
    names = [one.rpartition("/")[2] for one in launch.by]
    if given is None or launch.login or {*names} & OPEN:
        return None
    if {*names} & SHELLS and any(LOGIN.fullmatch(one) for one in before):
        return None
    if "env" in names and {"-i", "-", "--ignore-environment"} & {*before}:
        given = {}
    return {**given, **{key: value for one in before for key, value in _pairs([one]).items()}}


def _pairs(words: Sequence[str]) -> dict[str, str]:
    """The assignments at the head of these words."""
    found: dict[str, str] = {}
    for word in words:
        if not ASSIGNMENT.fullmatch(word):
            break
        name, _sign, value = word.partition("=")
        found[name] = value
    return found
