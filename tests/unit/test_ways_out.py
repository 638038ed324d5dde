"""What is printed or kept goes through one door: nobody else prints, makes JSON, or takes text for markup.

`wizard.base.visible` is that door. A new command, screen or file that goes round it turns these tests red.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.importing import dotted, walk
from tests.unit.test_architecture import SCREENS, WIZARD, name, tree

# Who prints: all that they are given goes through `visible` first, but for documents made of parts that did.
PRINTERS = {"wizard/outputs/text.py", "screens/plain/terminal.py"}
# Where JSON is made of what is shown or kept; what changes put onto a host is the host's own.
JSON_ROOMS = ("wizard/outputs/", "wizard/commands/", "wizard/record/", "wizard/walk/", "screens/")
# Documents that are printed as they are: what makes them puts every part through the door or a quoting filter.
DOCUMENTS = {
    "wizard/outputs/as_json.py",
    "wizard/outputs/findings.py",
    "wizard/outputs/several.py",
    "wizard/outputs/watching.py",
    "wizard/commands/export.py",
    "wizard/commands/listing.py",
    "wizard/commands/report.py",
}
# What Textual shows: a string among what these are given would be read as markup.
WIDGETS = {"Static", "Label", "Option", "Button", "Collapsible", "TabPane", "DataTable"}
Seen = Iterator[str]


def printing(path: Path, module: ast.Module) -> Seen:
    """The calls that put text on a terminal, or into the log of whatever started Jalon."""
    for node in walk(module):
        if isinstance(node, ast.Call):
            called = dotted(node.func)
            streams = called.startswith(("sys.std", "sys.__std")) and called.endswith((".write", ".writelines"))
            others = called in ("traceback.print_exc", "traceback.print_exception", "warnings.warn", "input")
            if called == "print" or streams or others or called.startswith(("logging.", "syslog.")):
                yield f"{name(path)}:{node.lineno}: {called}"


def making_json(path: Path, module: ast.Module) -> Seen:
    """The calls that make JSON by themselves."""
    for node in walk(module):
        if isinstance(node, ast.Call) and dotted(node.func) in ("json.dump", "json.dumps", "dumps"):
            yield f"{name(path)}:{node.lineno}: {dotted(node.func)}"


def as_markup(path: Path, module: ast.Module) -> Seen:
    """What gives Textual or Rich a text that it reads as markup."""
    for node in walk(module):
        if isinstance(node, ast.Call):
            called = dotted(node.func).rpartition(".")[2]
            first = node.args[0] if node.args else None
            text = isinstance(first, ast.JoinedStr | ast.BinOp) or _is_translation(first) or _is_text(first)
            if called in WIDGETS and text:
                yield f"{name(path)}:{node.lineno}: {called}"
            if called == "update" and text and "query_one" in dotted(node.func):
                yield f"{name(path)}:{node.lineno}: {called}"
            if called in ("from_markup", "render_markup") or any(
                one.arg == "markup" and not (isinstance(one.value, ast.Constant) and one.value.value is False)
                for one in node.keywords
            ):
                yield f"{name(path)}:{node.lineno}: markup"
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr | ast.IfExp | ast.BinOp):
            titles = [one for one in map(ast.unparse, node.targets) if one.endswith(TITLES)]
            yield from (f"{name(path)}:{node.lineno}: {one}" for one in titles)


TITLES = (".border_title", ".border_subtitle", ".tooltip")


def _is_translation(node: ast.expr | None) -> bool:
    if not isinstance(node, ast.Call) or dotted(node.func).startswith("Content("):
        return False
    return dotted(node.func).rpartition(".")[2] in ("_", "_n", "format", "str", "join")


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def test_only_these_print() -> None:
    every = [path for path in (*WIZARD, *SCREENS) if name(path) not in PRINTERS]
    assert [found for path in every for found in printing(path, tree(path))] == []


def test_json_is_made_in_one_place() -> None:
    every = [path for path in (*WIZARD, *SCREENS) if name(path).startswith(JSON_ROOMS)]
    elsewhere = [path for path in every if name(path) != "screens/model/children.py"]
    assert [found for path in elsewhere for found in making_json(path, tree(path))] == []


def test_no_screen_reads_a_text_as_markup() -> None:
    assert [found for path in SCREENS for found in as_markup(path, tree(path))] == []


def test_only_these_print_a_document_as_it_is() -> None:
    def puts(path: Path) -> bool:
        calls = (node.func for node in walk(tree(path)) if isinstance(node, ast.Call))
        return any(dotted(called) == "put" for called in calls)

    assert {name(path) for path in (*WIZARD, *SCREENS) if puts(path)} <= DOCUMENTS


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (printing, "print('x')"),
        (printing, "sys.stderr.write(name)"),
        (printing, "def f():\n    logging.warning(name)"),
        (printing, "traceback.print_exc()"),
        (making_json, "json.dump(data, sys.stdout)"),
        (making_json, "x = json.dumps(data)"),
        (as_markup, "Static(f'{name}')"),
        (as_markup, "Label(_('the file {path}').format(path=path))"),
        (as_markup, "Option('a ' + name)"),
        (as_markup, "self.query_one('#x', Static).update(str(error))"),
        (as_markup, "self.notify(text, markup=True)"),
        (as_markup, "Content.from_markup(name)"),
        (as_markup, "panel.border_title = f'{point.title}'"),
    ],
)
def test_these_tests_turn_red(seen: Callable[[Path, ast.Module], Seen], text: str) -> None:
    assert list(seen(WIZARD[0], ast.parse(text)))
