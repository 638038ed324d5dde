"""Reading a catalogue as people write it. Jalon's own are compiled when they change; whoever writes a guide has an
editor, and needs no other tool.

Source: the gettext manual, "The Format of PO Files".
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

# A text in English, with its plural where it has one; its translation, one for each form.
Text = tuple[str, ...]


def read_po(path: Path) -> Mapping[Text, Text]:
    """The translations in a `.po` file: not its header, and none that is empty or marked `fuzzy`. Raises `ValueError`,
    with the line, for what is no catalogue."""
    found: dict[Text, Text] = {}
    fields: dict[str, str] = {}
    field, fuzzy = "", False
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate([*lines, ""], 1):
        text = line.strip()
        if text.startswith("#") or not text:
            if fields and (not text or "msgstr" in field):
                _keep(found, fields, fuzzy)
                fields, field, fuzzy = {}, "", False
            fuzzy = fuzzy or (text.startswith("#,") and "fuzzy" in text)
            continue
        if not text.startswith('"'):
            name, _space, text = text.partition(" ")
            if name == "msgid" and "msgstr" in field:
                _keep(found, fields, fuzzy)
                fields, fuzzy = {}, False
            field = name
        try:
            fields[field] = fields.get(field, "") + str(ast.literal_eval(text.strip()))
        except (SyntaxError, ValueError):
            raise ValueError(f"{path}:{number}: {line}") from None
    return found


def _keep(found: dict[Text, Text], fields: Mapping[str, str], fuzzy: bool) -> None:
    text = tuple(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
    said = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
    if text and text[0] and said and all(said) and not fuzzy:
        found[text] = said
