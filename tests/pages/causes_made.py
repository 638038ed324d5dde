"""Every place where the code makes a cause: ids, texts, what is seen with them, and remedies."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.pages.ids import ids, named
from tests.pages.sources import Module, called, modules
from tests.pages.texts import Given, Place, Reader, Text, argument
from wizard.base.values import Value

# These give on the cause of something else.
HANDED_ON = ("wizard.causes.candidates", "wizard.record.trials")


class Made(Value):
    """A place where a cause is made: its id, the texts that it may have there, those of the findings it is said with,
    of its remedies, and the pattern of the message that leads to it, if one does."""

    id: str
    module: str
    texts: tuple[Text, ...]
    evidence: tuple[Text, ...] = ()
    remedies: tuple[Text, ...] = ()
    message: str = ""


def made(root: Path) -> Iterator[Made]:
    """The places where Jalon's own code makes causes, in the order of its files. Raises `ValueError` for one whose id
    the source does not tell."""
    known = list(modules(root, "wizard"))
    reader = Reader(known)
    for module in known:
        if module.name not in HANDED_ON:
            for node in module.calls("Cause"):
                for id, given in _ids(reader, module, node):
                    yield _of_cause(reader, module, node, id, given)
            for node in module.calls("Candidate"):
                for id, given in _ids(reader, module, node):
                    yield _of_candidate(reader, module, node, id, given)


def _ids(reader: Reader, module: Module, node: ast.Call) -> list[tuple[str, Given]]:
    name = argument(node, 0, "id")
    found = list(ids(reader, Place(module, name))) if name else []
    if not found or any(not id for id, _given in found):
        raise ValueError(f"{module.name}, line {node.lineno}: the source does not tell the id of this cause")
    return found


def _of_cause(reader: Reader, module: Module, node: ast.Call, id: str, given: Given) -> Made:
    text = argument(node, 1, "text")
    evidence: list[Text] = []
    remedies: list[Text] = []
    for use in _uses(module, node):
        seen, told = _beside(reader, module, use, given)
        evidence += seen
        remedies += told
    texts = reader.texts(Place(module, text, given)) if text else []
    return Made(id, module.name, _once(texts), _once(evidence), _once(remedies))


def _of_candidate(reader: Reader, module: Module, node: ast.Call, id: str, given: Given) -> Made:
    said = argument(node, 1, "said")
    message = next(named(reader, Place(module, said, given)), "") if said else ""
    texts: list[Text] = []
    remedies: list[Text] = []
    for function in _functions(reader, module, argument(node, 2, "holds"), given):
        for inner in ast.walk(function):
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
                text, remedy = inner.value.elts
                texts += reader.texts(Place(module, text))
                remedies += reader.remedies(Place(module, remedy))
    return Made(id, module.name, _once(texts), (), _once(remedies), message)


def _uses(module: Module, node: ast.Call) -> Iterator[ast.expr]:
    """Where a cause is used: where it is made, and under the name that it is given."""
    yield node
    above = module.above[node]
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        name = above.targets[0].id
        for use in ast.walk(module.scope(node)):
            loads = isinstance(use, ast.Name) and use.id == name and isinstance(use.ctx, ast.Load)
            if loads and isinstance(use, ast.Name) and any(value is node for value in module.assigned(use)):
                yield use


def _beside(reader: Reader, module: Module, node: ast.expr, given: Given) -> tuple[list[Text], list[Text]]:
    """The evidence and remedies that stand beside a cause, in a call or a tuple; evidence stands first."""
    above = module.above[node]
    above = module.above[above] if isinstance(above, ast.keyword) else above
    if isinstance(above, ast.Call):
        beside = [*above.args, *(word.value for word in above.keywords if word.arg not in ("cause", "because"))]
    elif isinstance(above, ast.Tuple):
        beside = list(above.elts)
    else:
        return [], []
    remedies = [text for one in beside if one is not node for text in reader.remedies(Place(module, one, given))]
    first = [one for one in beside[:1] if one is not node]
    seen = [text for one in first for text in reader.texts(Place(module, one, given))]
    return [text for text in seen if text not in remedies], remedies


def _functions(reader: Reader, module: Module, node: ast.expr | None, given: Given) -> Iterator[ast.FunctionDef]:
    """The functions that an expression may be, through `partial` too."""
    if isinstance(node, ast.Call) and called(node) == "partial":
        yield from _functions(reader, module, node.args[0], given)
    elif isinstance(node, ast.Attribute):
        yield from module.functions.get(node.attr, ())
    elif isinstance(node, ast.Name) and node.id in module.functions:
        yield from module.functions[node.id]
    elif isinstance(node, ast.Name):
        for one in reader.steps(Place(module, node, given)):
            yield from _functions(reader, one.module, one.node, one.given)


def _once(texts: Sequence[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(texts))
