"""The command line: parses arguments, runs the command in `wizard.commands`, and turns errors into exit statuses."""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import os
import shlex
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from wizard import __version__
from wizard.base.errors import NotOurs, Refused, describe_os_error
from wizard.base.language import LANGUAGES, _, set_language
from wizard.base.visible import visible
from wizard.commands.status import BROKEN_PIPE, CANNOT_WRITE, FAULT, INTERRUPTED, OK, USAGE, status_of
from wizard.host.memory import keep_private, leave_no_core
from wizard.outputs.text import say

COMMANDS = {
    "guides": "listing:list_guides",
    "guide": "guide:new_guide",
    "facts": "listing:list_facts",
    "questions": "listing:list_questions",
    "answers": "listing:print_answers",
    "causes": "causes:run",
    "plan": "plan:run",
    "apply": "apply:run",
    "verify": "verify:run",
    "fix": "fix:run",
    "report": "report:run",
    "render": "render:run",
    "export": "export:run",
    "undo": "undo:run",
    "instances": "adopt:list_instances",
    "adopt": "adopt:run",
    "link": "link:run",
}

# These hold every secret of an instance while they run.
CHANGING = ("apply", "fix", "undo", "adopt")

# argparse uses its own gettext domain; its messages are in our catalogue.
vars(argparse)["_"] = _

# Formats for programs are UTF-8 in every locale; text follows the locale.
FOR_PROGRAMS = ("json", "junit", "script")


class Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse itself asks `shutil` for that, and so loads at every start three modules
    that pack files."""

    def __init__(self, prog: str, indent_increment: int = 2, max_help_position: int = 24) -> None:
        super().__init__(prog, indent_increment, max_help_position, _columns() - 2)


@cache
def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80 if sys.__stdout__ else 80
    except (OSError, ValueError):
        return 80


class Parser(argparse.ArgumentParser):
    """Exits with 64 for bad usage (sysexits.h). Options may not be abbreviated, as new ones would break scripts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=Formatter, **options)

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where the help is."""
        told = _("{name}: {message}\nSee `{name} --help`.").format(name=self.prog, message=message)
        self.exit(USAGE, visible(told) + "\n")


def _add_guide(commands: Any, listing: Parser) -> None:
    """The args of whoever writes a guide."""
    guide = commands.add_parser("guide", help=_("write a guide of your own, and check it"))
    own = guide.add_subparsers(metavar=_("COMMAND"), prog="jalon guide", required=True)
    new = own.add_parser("new", parents=[listing], help=_("a small working guide to start from"))
    new.add_argument("name", metavar=_("NAME"), help=_("the guide's name: small letters, digits and hyphens"))
    new.add_argument("--output", metavar=_("DIR"), help=_("where it gets a folder of its own; here if not said"))
    new.set_defaults(action="new_guide")
    check = own.add_parser("check", parents=[listing], help=_("whether a guide keeps what guides promise"))
    check.add_argument("folder", metavar=_("DIR"), help=_("the guide's folder"))
    check.set_defaults(action="check_guide")


def _add_causes(commands: Any, listing: Parser) -> None:
    causes = commands.add_parser("causes", parents=[listing], help=_("every cause that can be named, with its remedy"))
    causes.add_argument("cause", metavar="ID", nargs="?", help=_("that cause alone"))


def _add_verify(commands: Any, instance: Parser) -> None:
    verify = commands.add_parser("verify", parents=[instance], help=_("look at everything, change nothing"))
    verify.add_argument("--format", choices=("text", "json", "junit"), default="text")
    verify.add_argument("--only", metavar=_("CHECKPOINT"), default="", help=_("that checkpoint alone"))
    verify.add_argument("--all", action="store_true", help=_("every finding; a terminal is told what is wrong alone"))
    verify.add_argument("--all-instances", action="store_true", help=_("every instance of the guide that is here"))
    verify.add_argument("--trials", action="store_true", help=_("prove by acting too: kill, restore, log in"))
    verify.add_argument("--watch", action="store_true", help=_("again and again, telling what changes"))
    verify.add_argument("--every", metavar=_("SECONDS"), help=_("with --watch: how often; 10 unless said"))
    verify.add_argument("--hook", metavar=_("COMMAND"), help=_("with --watch: runs at each change, told it as JSON"))
    verify.add_argument("--until-red", action="store_true", help=_("with --watch: ends at the first failure"))


def parser() -> Parser:
    """The parser of the top command line."""
    top = Parser(
        prog="jalon",
        description=_("Installs server applications step by step, and proves each one."),
    )
    top.add_argument("--version", action="version", version=f"jalon {__version__}", help=_("which Jalon this is"))
    top.add_argument("--lang", choices=LANGUAGES, help=_("language of what is printed"))
    top.add_argument("--plain", action="store_true", help=_("the wizard as plain questions, without screens"))
    top.add_argument("--guides", metavar=_("DIR"), help=_("look for guides in that folder too, for trying them"))
    # With `prog`, argparse need not format the help at every start to find it.
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"), prog="jalon")
    common = Parser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    common.add_argument("--guides", metavar=_("DIR"), default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    common.add_argument("--yes", action="store_true", help=_("ask nothing; keep what people edited"))
    listing = Parser(add_help=False, parents=[common])
    listing.add_argument("--format", choices=("text", "json"), default="text")
    about = Parser(add_help=False, parents=[common])
    about.add_argument("guide", metavar=_("GUIDE"))
    instance = Parser(add_help=False, parents=[about])
    instance.add_argument("--instance", metavar=_("NAME"), help=_("which instance; not needed where there is one"))
    instance.add_argument("--answers", metavar=_("FILE"), help=_("answers, as TOML"))
    instance.add_argument("--set", metavar="KEY=VALUE", action="append", help=_("one answer; wins over the file"))
    instance.add_argument("--state-dir", metavar=_("DIR"), help=_("where states are kept"))
    instance.set_defaults(bare_defaults=False)

    commands.add_parser("guides", parents=[listing], help=_("the guides there are"))
    _add_guide(commands, listing)
    commands.add_parser("facts", parents=[listing], help=_("what is true of this machine"))
    questions = commands.add_parser("questions", parents=[about], help=_("what a guide asks"))
    questions.add_argument("--format", choices=("text", "json"), default="text")
    commands.add_parser("answers", parents=[about], help=_("an answers file to start from"))
    _add_causes(commands, listing)
    plan = commands.add_parser("plan", parents=[instance], help=_("what would change; changes nothing"))
    plan.add_argument("--format", choices=("text", "json"), default="text")
    plan.add_argument("--lay", metavar=_("DIR"), default="", help=_("lay the files ready there, for typing the rest"))
    plan.add_argument("--away", action="store_true", help=_("remove what was laid there, and do no more"))
    plan.add_argument("--at-end", action="store_true", help=_("with --away: only when standard input has ended"))
    apply = commands.add_parser("apply", parents=[instance], help=_("carry it out, proving each checkpoint"))
    apply.add_argument("--format", choices=("text", "json"), default="text")
    apply.add_argument("--until", metavar=_("CHECKPOINT"), default="", help=_("stop after that checkpoint"))
    apply.add_argument("--only", metavar=_("CHECKPOINT"), default="", help=_("that checkpoint alone"))
    apply.add_argument("--update", action="store_true", help=_("move a branch to where it is now"))
    apply.add_argument("--replace-edited", action="store_true", help=_("replace files that people edited"))
    _add_verify(commands, instance)
    fix = commands.add_parser("fix", parents=[instance], help=_("repair what has failed, asking where it must"))
    fix.add_argument("--format", choices=("text", "json"), default="text")
    report = commands.add_parser("report", parents=[instance], help=_("what was found, as a document"))
    report.add_argument(
        "--format", choices=("html", "markdown", "json", "junit"), help=_("not needed where the file's ending says it")
    )
    report.add_argument("--output", metavar=_("FILE"), help=_("where to write it; otherwise it is printed"))
    report.add_argument("--for-help", action="store_true", help=_("without what names people, hosts and addresses"))
    report.add_argument("--skip", metavar=_("ID=REASON"), action="append", help=_("why that is left as it is; kept"))
    render = commands.add_parser("render", parents=[instance], help=_("only write the generated files"))
    render.add_argument("--output", metavar=_("DIR"))
    render.add_argument("--format", choices=("text", "json"), default="text")
    render.set_defaults(bare_defaults=True)
    export = commands.add_parser("export", parents=[instance], help=_("the guide as a script"))
    export.add_argument("--format", choices=("script", "markdown", "rst", "ansible"), default="script")
    export.set_defaults(bare_defaults=True)
    undo = commands.add_parser("undo", parents=[instance], help=_("reverse all that was applied"))
    undo.add_argument("--format", choices=("text", "json"), default="text")
    undo.add_argument("--with-data", action="store_true", help=_("database and home too, after a dump"))
    undo.add_argument("--replace-edited", action="store_true", help=_("remove files that people edited too"))
    known = commands.add_parser("instances", parents=[about], help=_("the instances that are here"))
    known.add_argument("--format", choices=("text", "json"), default="text")
    known.add_argument("--state-dir", metavar=_("DIR"), help=_("where states are kept"))
    known.set_defaults(instance=None, answers=None, set=None)
    adopt = commands.add_parser("adopt", parents=[instance], help=_("take over one that was installed by hand"))
    adopt.add_argument("--format", choices=("text", "json"), default="text")
    link = commands.add_parser("link", parents=[common], help=_("make `jalon` a command of this machine"))
    link.add_argument("--remove", action="store_true", help=_("take that away"))
    return top


Wizard = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None, wizard: Wizard | None = None) -> int:
    """Runs one command and returns its exit status. User errors print a message, not a traceback.

    `wizard` runs where no command is given on a terminal; without it, the help is printed.
    """
    # What a command makes it keeps until its end: to look for garbage after every 700 objects took a fortieth of a
    # verification. The older objects keep their share of the looks, for what runs for days.
    gc.set_threshold(10_000, 10, 10)
    given = list(sys.argv[1:] if arguments is None else arguments)
    _open_streams()
    leave_no_core()
    set_language(_language(given))
    try:
        return _run(given, wizard)
    except NotOurs as refused:
        return _print_error(status_of(refused), *refused.lines, *_as_owner(refused.owner, given))
    except Refused as refused:
        return _print_error(status_of(refused), *refused.lines)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except OSError as error:
        what, remedy = describe_os_error(error)
        return _print_error(CANNOT_WRITE, _("cannot go on: {what}").format(what=what), *filter(None, [remedy]))
    except Exception as error:
        from wizard.guides.registry import fault

        if reported := fault(error):
            return _print_error(status_of(reported), *reported.lines)
        from wizard.record.faults import tell_fault

        return _print_error(FAULT, *tell_fault(error))


def leave(status: int) -> NoReturn:
    """End this process with that status. Python would take all of its modules apart first, which takes a fourteenth of
    a verification and frees nothing that the kernel does not; it does where something is still to be waited for."""
    waited_for = [one for one in threading.enumerate() if one is not threading.main_thread() and not one.daemon]
    if "textual" not in sys.modules and not waited_for:
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):  # Python says so in its own way.
            sys.exit(status)
        os._exit(status)
    sys.exit(status)


def _run(given: Sequence[str], wizard: Wizard | None) -> int:
    top = parser()
    try:
        args = top.parse_args(given)
        if args.guides:
            _try_guides(args.guides)
        if not args.command:
            if wizard and sys.stdin.isatty() and sys.stdout.isatty():
                keep_private()  # sudo's password is typed there
                return wizard(args)
            top.print_help()
            return OK
        if args.command in ("answers", "report") or getattr(args, "format", "") in FOR_PROGRAMS:
            _encode("utf-8")
        if args.command in CHANGING:
            keep_private()
        module, _colon, name = COMMANDS[args.command].partition(":")
        name = getattr(args, "action", name)
        status: int = getattr(import_module(f"wizard.commands.{module}"), name)(args)
        return status
    finally:
        # Here, so that a closed pipe or a full disk is reported by `main`.
        sys.stdout.flush()


def _as_owner(owner: str, given: Sequence[str]) -> Sequence[str]:
    """What to type instead where a state lies with another user, whose instance it may be."""
    if not owner or owner.isdigit():
        return ()
    command = shlex.join(["jalon", *given])
    if os.geteuid() != 0:
        return (_("as {owner}: `{command}`").format(owner=owner, command=command),)
    text = _("if it is an instance of {owner}, run this as {owner}: `{command}`")
    return (text.format(owner=owner, command=f"runuser -u {shlex.quote(owner)} -- {command}"),)


def _try_guides(folder: str) -> None:
    from wizard.guides.registry import try_folder, weak_way

    if not weak_way(Path(folder)) and not Path(folder).is_dir():
        raise Refused(_("--guides takes a folder, and {folder} is none").format(folder=folder))
    try_folder(Path(folder))


def _print_error(status: int, *lines: str) -> int:
    try:
        for line in lines:
            say(line, sys.stderr)
        sys.stdout.flush()
    except OSError:
        _discard_output()
    return status


def _discard_output() -> None:
    """Redirects broken streams to /dev/null, so that the interpreter does not fail to flush them at exit."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nothing, stream.fileno())


def _open_streams() -> None:
    """Opens closed streams as /dev/null, and replaces characters that the locale cannot encode, or not decode."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    _encode(None)


def _encode(encoding: str | None) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="replace")


def _language(given: Sequence[str]) -> str | None:
    for number, word in enumerate(given):
        if word == "--lang" and number + 1 < len(given):
            return given[number + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None
