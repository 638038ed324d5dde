"""What the system and Python's libraries say in English alone, in the language that is spoken."""

from __future__ import annotations

from wizard.base.language import translated
from wizard.base.patterns import pattern


def N_(text: str) -> str:
    """Marks a text for translation that is spoken later."""
    return text


TWICE = N_("a name stands there twice")
SYSTEM = (
    *(N_("Permission denied"), N_("Operation not permitted"), N_("No such file or directory"), N_("File exists")),
    *(N_("Not a directory"), N_("Is a directory"), N_("Directory not empty"), N_("Read-only file system")),
    *(N_("No space left on device"), N_("Disk quota exceeded"), N_("File too large"), N_("File name too long")),
    *(N_("Too many levels of symbolic links"), N_("Invalid argument"), N_("Input/output error")),
    *(N_("Device or resource busy"), N_("Text file busy"), N_("Exec format error"), N_("Cannot allocate memory")),
    *(N_("Too many open files"), N_("Connection refused"), N_("Connection reset by peer"), N_("Broken pipe")),
    *(N_("Connection timed out"), N_("No route to host"), N_("Network is unreachable")),
)
"""The words of strerror(3) that a person meets. Python never asks the system for another language's."""

PLACES = (
    (pattern(r" \(at line (\d+), column (\d+)\)$"), N_(" (line {0}, column {1})")),
    (pattern(r" \(at end of document\)$"), N_(" (at the end of the file)")),
)
TOML = (
    (pattern(r"Expected '=' after a key in a key/value pair"), N_("`=` is missing after a name")),
    (pattern(r"Expected newline or end of document after a statement"), N_("more stands on a line than one answer")),
    (pattern(r"Expected '?(\]+)'? at the end of .*"), N_("`{0}` is missing at the end of a heading")),
    (pattern(r"(?:Unterminated string|Expected .*['\"].*)"), N_("a quotation mark is missing")),
    (pattern(r"Unescaped '\\\\?' in a string"), N_("a `\\` in a text must be written twice")),
    (
        pattern(r"Escaped character is not a Unicode scalar value|Invalid hex value"),
        N_("there is no such character"),
    ),
    (pattern(r"(?:Illegal|Found invalid) character (.*)"), N_("the character {0} may not stand there")),
    (
        pattern(r"Cannot (?:overwrite a value|declare .* twice|redefine .*|mutate .*)"),
        TWICE,
    ),
    (pattern(r"Duplicate inline table key (.*)"), TWICE),
    (pattern(r"Unclosed array"), N_("`]` is missing at the end of a list")),
    (pattern(r"Unclosed inline table"), N_("a brace is missing at the end of a table")),
    (
        pattern(r"Invalid initial character for a key part"),
        N_("a name is missing, or begins with what it may not"),
    ),
    (pattern(r"Invalid date or datetime"), N_("there is no such date")),
    (pattern(r"Invalid value"), N_("what is answered is no value: a text stands between quotation marks")),
    (pattern(r"Invalid statement"), N_("this is no line of TOML")),
)
"""What tomllib and tomli say of a document, and what a person can mend by."""


def os_words(error: OSError) -> str:
    """What went wrong; what the system itself says, translated."""
    words = str(error.strerror or error)
    return translated(words) if words in SYSTEM else words


def toml_words(text: str) -> str:
    """What is wrong with a TOML document and where, in words of who writes it; what is not known stays as it is."""
    place = ""
    for position, said in PLACES:
        if found := position.search(text):
            place, text = translated(said).format(*found.groups()), text[: found.start()]
    for fault, said in TOML:
        if found := fault.fullmatch(text):
            return translated(said).replace("{0}", (*found.groups(), "")[0]) + place
    return text + place
