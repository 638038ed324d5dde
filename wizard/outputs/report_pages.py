"""The report as HTML or Markdown. Text from the host is always escaped."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from wizard.base.language import Figure, _, _n
from wizard.base.patterns import pattern
from wizard.base.resources import templates
from wizard.base.visible import visible
from wizard.findings.words import outcome_count, outcome_word
from wizard.host.facts import Facts
from wizard.outputs.facts import readable
from wizard.outputs.report import Data, date

# An underscore within a word needs no escape; any other may begin or end emphasis.
MARKED = pattern(r"[\\`*{}\[\]<>#|~!$&]|(?<!\w)_|_(?!\w)")


def html(data: Data) -> str:
    """The report as one self-contained HTML file, without scripts."""
    return _rendered("outputs/report.html", data)


def markdown(data: Data) -> str:
    """The report as GitHub Flavored Markdown."""
    return _rendered("outputs/report.md", data)


@cache
def _environment(name: str) -> Environment:
    """Of one page: its template is compiled once."""
    autoescape = name.endswith(".html")
    made = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=autoescape,  # noqa: S701 - for Markdown, `finalize` does it
        finalize=_visible if autoescape else _marked,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(word=outcome_word, date=date, code=_code, block=_block, link=_link, colon=_colon)
    return made


def _rendered(name: str, data: Data) -> str:
    probes = {probe["id"]: probe for point in data["checkpoints"] for probe in point["probes"]}
    facts = {**data["facts"], "addresses": tuple(data["facts"]["addresses"])}
    page = _environment(name).get_template(name)
    return page.render(
        data,
        say=_words(data),
        machine=readable(Facts(**facts)),
        probes=probes,
        counted=[(name, outcome_count(name, count)) for name, count in data["counts"].items() if count],
    )


def _visible(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _marked(value: Any) -> Any:
    """Text on one line, with Markdown's special characters escaped."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return MARKED.sub(r"\\\g<0>", _visible(_one_line(value)))


def _one_line(text: str) -> str:
    # Not non-breaking spaces, which French has before a colon.
    return re.sub("[ \t\r\n\f\v]+", " ", text).strip(" ")


def _code(text: str) -> Markup:
    """A Markdown code span, fenced by more backticks than it contains."""
    line = visible(_one_line(text))
    fence = _fence(line, 1)
    # A bar would end a table cell even within a code span.
    inner = f" {line} " if "`" in line else line
    return Markup(f"{fence}{inner}{fence}".replace("|", "\\|"))  # noqa: S704 - not HTML


def _block(lines: list[str], indent: int) -> Markup:
    """Commands as a fenced code block, indented by that many columns."""
    text = visible("\n".join(lines))
    fence = _fence(text, 3)
    every = [f"{fence}sh", *text.split("\n"), fence]
    return Markup("\n".join(" " * indent + line for line in every))  # noqa: S704 - not HTML


def _fence(text: str, least: int) -> str:
    return "`" * max(least, 1 + max(map(len, re.findall("`+", text)), default=0))


def _colon(label: str) -> str:
    """A label with its colon, which French puts after a space."""
    return _("{label}:").format(label=label)


def _link(address: str) -> str:
    """The address if it is an http or https URL, otherwise ""."""
    return address if re.fullmatch(r"https?://[^\s<>\"]+", address) else ""


def _words(data: Data) -> dict[str, str]:
    """The fixed texts of the pages in the language in use."""
    count, replaced = len(data["changes"] or ()), len(data["replaced"] or ())
    return {
        # Translated to the code of the language, for the `lang` attribute.
        "lang": _("en"),
        "heading": _("{title}: report").format(title=data["title"]),
        "instance": _("instance {name}").format(name=data["instance"]),
        "made": _("made on {date}, in {seconds:.2f} s").format(
            date=date(data["when"]), seconds=Figure(data["seconds"])
        ),
        "for_help": _("For a helper: names of people and hosts, addresses and secrets are replaced by placeholders."),
        "arrival": _("What is running, and where"),
        "address": _("Address to open"),
        "account": _("First account"),
        "password": _("its password is not in this report; it is in"),
        "password_given": _("its password is not in this report; it is the one that was given"),
        "under": _("under"),
        "running": _("Running"),
        "backups": _("Backups"),
        "next": _("What comes next"),
        "skips": _("Skipped by a person"),
        "no_skips": _("Nothing was."),
        "findings": _("Findings"),
        "trial": _("trial"),
        "why": _("Why"),
        "remedy": _("Remedy"),
        "machine": _("The machine"),
        "changes": _("What Jalon changed"),
        "changes_hidden": _("Only root may read the journal: make this report again with sudo."),
        "no_changes": _("Nothing: its journal is empty."),
        "count": _n("{count} change.", "{count} changes.", count).format(count=count),
        "done": "",
        "begun": _("begun, not finished"),
        "undone": _("undone"),
        "replaced": _("What it replaced"),
        "replaced_count": _n(
            "{count} file, of which a copy was kept:", "{count} files, of which copies were kept:", replaced
        ).format(count=replaced),
        "kept": _("copy"),
        "date": _("Date"),
        "change": _("Change"),
        "path": _("File"),
        "check": _("To check again"),
        "undo": _("To undo it, as root"),
        "later": _("Afterwards"),
    }
