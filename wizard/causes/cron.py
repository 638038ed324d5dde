"""Why cron does not run a job: its table, its line, its account."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.values import Value
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command
from wizard.host.ageing import Ageing
from wizard.host.cronline import is_cut, is_open
from wizard.host.cronprograms import NotFound, not_found
from wizard.host.cronruns import Run
from wizard.host.crontab import Refused
from wizard.host.crontable import MARK, never
from wizard.host.cronwork import Place
from wizard.host.files import EntryAt
from wizard.host.reading import Host, Unknown

# `crontab -l` of Debian writes a carriage return as a backslash and an r.
CARRIAGE = r"sed 's/\(\r\|\\r\)$//'"
RETURNS = ("\r", "\\r")
NO_SHELLS = ("nologin", "false", "true")


class Why(Value):
    """What is seen, why nothing runs, and what to do."""

    evidence: str
    cause: Cause
    remedy: Remedy | None = None


def of_table(one: Refused) -> Why:
    """Why cron does not take a table."""
    return {
        "newline": _newline,
        "line": _line,
        "mode": _mode,
        "owner": _owner,
        "links": _linked,
        "link": _linked,
        "name": _name,
        "executable": _executable,
    }[one.why](one)


def _newline(one: Refused) -> Why:
    evidence = _("{place}: no line feed at its end").format(place=one.place)
    text = _("The last line of {place} does not end in a line feed, and so cron runs nothing of the whole file.")
    cause = Cause("cron-no-newline", text.format(place=one.place))
    return Why(evidence, cause, _rewritten(one, _("End its last line."), r"sed '$a\'"))


def _line(one: Refused) -> Why:
    bad = one.bad
    if bad is None:
        raise ValueError("a refused line without the line")
    evidence = _("{place}, line {number}: {said}: {line}").format(
        place=one.place, number=bad.number, said=bad.said, line=bad.text.strip(MARK + " \t\r")
    )
    if bad.text.startswith(MARK):
        text = _(
            "{place} begins with a byte order mark, as editors of Windows write it: cron takes that for a field, and "
            "runs nothing of the whole file."
        )
        cause = Cause("cron-byte-order-mark", text.format(place=one.place))
        return Why(evidence, cause, _rewritten(one, _("Take the mark away."), r"sed '1s/^\xEF\xBB\xBF//'"))
    if bad.text.strip(" \t") == "\r":
        text = _(
            "The lines of {place} end as on Windows: cron does not understand an empty one, and runs nothing of the "
            "whole file."
        )
        cause = Cause("cron-carriage-returns", text.format(place=one.place))
        return Why(evidence, cause, _rewritten(one, _("Take the carriage returns away."), CARRIAGE))
    if bad.said == "bad username":
        text = _(
            "Line {number} of {place} does not name, behind its five fields, an account that exists, as it must in a "
            "table of the system: cron runs nothing of the whole file."
        )
        told = _("Write the account's name between the fields and the command; or take the line away.")
        cause = Cause("cron-no-user", text.format(number=bad.number, place=one.place))
        return Why(evidence, cause, Remedy(told))
    text = _("cron does not understand line {number} of {place} ({said}), and so runs nothing of the whole file.")
    cause = Cause("cron-bad-line", text.format(number=bad.number, place=one.place, said=bad.said))
    return Why(evidence, cause, Remedy(_("Correct that line, or take it away; crontab(5) says what a line may be.")))


def _mode(one: Refused) -> Why:
    wanted = "0600" if one.user else "0644"
    evidence = _("{place}: mode {mode}; it should be {wanted}").format(place=one.place, mode=one.found, wanted=wanted)
    text = _('With the mode {mode}, cron does not take {place} ("INSECURE MODE").')
    cause = Cause("cron-table-mode", text.format(mode=one.found, place=one.place))
    told = _("Give it the mode {wanted}, once you have seen that nobody has written into it.").format(wanted=wanted)
    if one.user:
        return Why(evidence, cause, _rewritten(one, told, "cat"))
    return Why(evidence, cause, Remedy(told, (command("chmod", wanted, one.place),), safe=one.closed))


def _owner(one: Refused) -> Why:
    whose = one.user or "root"
    evidence = _("{place} is {owner}'s; it should be {whose}'s").format(place=one.place, owner=one.found, whose=whose)
    text = _('cron takes no table that is {owner}\'s: {place} ("WRONG FILE OWNER").')
    cause = Cause("cron-table-owner", text.format(owner=one.found, place=one.place))
    told = _("Read what is in it, for {owner} may have written that; then make it {whose}'s: `{command}`.")
    words = command("chown", "-h", whose, one.place)
    return Why(evidence, cause, Remedy(told.format(owner=one.found, whose=whose, command=words)))


def _linked(one: Refused) -> Why:
    seen = _("{place} is a link") if one.why == "link" else _("{place} has another name elsewhere")
    evidence = seen.format(place=one.place)
    text = _("cron does not take a table that is a link, or has a second name: {place}.")
    if one.why == "link" and not one.user:
        text = _("{place} leads to where somebody else may write, and cron takes no table of another owner's.")
    told = _("Put a file of its own in its place, with what you want to be run.")
    return Why(evidence, Cause("cron-table-linked", text.format(place=one.place)), Remedy(told))


def _name(one: Refused) -> Why:
    evidence = _("{place}: such a name is left out").format(place=one.place)
    text = _("cron leaves {place} out: names there consist of letters, digits, `-` and `_`, without a dot.")
    told = _("Rename it, without a dot, if it is meant to run.")
    return Why(evidence, Cause("cron-file-name", text.format(place=one.place)), Remedy(told))


def _executable(one: Refused) -> Why:
    evidence = _("{place}: mode {mode}").format(place=one.place, mode=one.found)
    text = _("{place} is not executable, and is left out.").format(place=one.place)
    words = command("chmod", "0755", one.place)
    return Why(evidence, Cause("cron-script-not-executable", text), Remedy(_("Make it executable."), (words,)))


def _rewritten(one: Refused, told: str, program: str) -> Remedy:
    """The remedy of writing a table anew, changed by a program."""
    if not one.user:
        words = program.replace("sed ", "sed -i ", 1) + f" {shell_word(one.place)}"
        return Remedy(told, (words,), safe=one.closed)
    return Remedy(told, (through(one.user, program),), safe=one.closed)


def through(user: str, program: str) -> str:
    """The command that sends a crontab through a program and installs it, if it can be read."""
    table = f"crontab -u {user}"
    return f"( {table} -l >/dev/null ) && {table} -l | {program} | {table} -"


def of_account(host: Host, user: str) -> Why | None:
    """Why cron runs nothing of an account's."""
    age = host.read(Ageing(user))
    if isinstance(age, Unknown) or not age:
        return None
    told = _("`chage -l {user}` shows the dates.").format(user=user)
    if age == "account-expired":
        text = _("The account {user} has expired: cron runs nothing as that user.").format(user=user)
        remedy = Remedy(f"{told} " + _("Let it live on, if it should."), (command("chage", "-E", "-1", user),))
        return Why(_("the account {user} has expired").format(user=user), Cause("cron-account-expired", text), remedy)
    text = _(
        "The password of {user} has expired, or must be changed: cron runs nothing as that user "
        "(`Authentication token is no longer valid`)."
    ).format(user=user)
    words = (command("chage", "-d" if age == "must-change" else "-M", "-1", user),)
    remedy = Remedy(f"{told} " + _("Set a new password; or let it not age, where nobody signs in with it."), words)
    return Why(_("the password of {user} has expired").format(user=user), Cause("cron-password-expired", text), remedy)


def of_line(host: Host, run: Run, wanted: Sequence[str], place: Place, scripts: Sequence[str]) -> Why | None:
    """Why a job's line, which cron takes, does not do what is `wanted` (see `wizard.host.cronwork`)."""
    job, table = run.job, run.place or f"crontab -u {run.user}"
    evidence = f"{table}: {job.line.strip()}"
    if job.line.endswith(RETURNS):
        return _returned(run, table, evidence)
    if is_cut(job):
        text = _("A % ends a command in a crontab, and what is left of this one the shell does not take: {command}")
        told = _("Write `\\%` for each `%`.")
        return Why(evidence, Cause("cron-percent", text.format(command=job.command)), Remedy(told))
    if is_open(job.command):
        text = _("A quote or bracket of this command is not closed: {command}").format(command=job.command)
        return Why(evidence, Cause("cron-open-quote", text), Remedy(_("Close it.")))
    if never(job.schedule):
        text = _("No minute of any year fits {schedule}.").format(schedule=job.schedule)
        return Why(evidence, Cause("cron-never", text), Remedy(_("Correct the line's first five fields.")))
    return _shell(host, run, evidence) or _program(not_found(host, run, wanted, place, scripts), evidence)


def of_variables(host: Host, run: Run, wanted: str, scripts: Sequence[str]) -> Why | None:
    """Why a job, which cron starts, does not do what the command `wanted` does: it lacks a variable."""
    if "=" not in wanted:
        return None
    # Loaded for the guides whose jobs are given something.
    from wizard.host.cronvariables import lacking

    found = lacking(host, run, wanted, scripts)
    if found is None:
        return None
    pair = f"{found.name}={found.value}"
    seen = _("{name} is not set") if not found.found else _("{name} is {found}; it should be {wanted}")
    table = run.place or f"crontab -u {run.user}"
    evidence = "; ".join((seen.format(name=found.name, found=found.found, wanted=found.value),
                          f"{table}: {run.job.line.strip()}"))  # fmt: skip
    text = _("The command needs `{pair}`: neither its line nor the table sets that, and cron gives a job nothing of"
             " what a shell has.")  # fmt: skip
    told = _("Write `{pair}` before the command, or as a line of its own at the head of the table.")
    return Why(evidence, Cause("cron-variable-missing", text.format(pair=pair)), Remedy(told.format(pair=pair)))


def _returned(run: Run, table: str, evidence: str) -> Why:
    text = _("The lines of {place} end as on Windows: the carriage return is a part of the command.")
    cause = Cause("cron-carriage-returns", text.format(place=table))
    if run.place:
        words = CARRIAGE.replace("sed ", "sed -i ") + f" {shell_word(run.place)}"
        return Why(evidence, cause, Remedy(_("Take the carriage returns away."), (words,)))
    return Why(evidence, cause, Remedy(_("Take the carriage returns away."), (through(run.user, CARRIAGE),), safe=True))


def _shell(host: Host, run: Run, evidence: str) -> Why | None:
    shell = run.setting("SHELL", "/bin/sh")
    if shell == "/bin/sh":
        return None
    gone = shell.startswith("/") and host.read(EntryAt(shell)) is None
    if not gone and shell.rpartition("/")[2] not in NO_SHELLS:
        return None
    text = _("The table says SHELL={shell}, which runs no command.")
    told = _("Write `SHELL=/bin/sh`, or another shell that is there; or take the line away.")
    words = () if run.place else (through(run.user, r"sed '/^\s*SHELL\s*=/d'"),)
    return Why(f"SHELL={shell}; {evidence}", Cause("cron-shell", text.format(shell=shell)), Remedy(told, words))


def _program(found: NotFound | None, evidence: str) -> Why | None:
    if found is None:
        return None
    if found.shell:
        text = _("`{name}` is a word of bash, and cron's shell is {shell}, which does not know it.")
        told = _("Write a line `SHELL=/bin/bash` at the head of the table; or `.` for `source`.")
        cause = Cause("cron-not-bash", text.format(name=found.name, shell=found.shell))
        return Why(evidence, cause, Remedy(told))
    text = _("cron looks for programs in {path} alone, and {name} is in none of these folders.")
    told = _("Write the program's whole path; or a line `PATH=...` at the head of the table.")
    seen = _("{name} is not in {path}; {evidence}").format(name=found.name, path=found.path, evidence=evidence)
    return Why(seen, Cause("cron-program-not-found", text.format(path=found.path, name=found.name)), Remedy(told))
