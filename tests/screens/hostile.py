"""A child of a hostile host: python -m tests.screens.hostile PROGRAM WORD... runs that, and puts what a terminal would
obey into every text of its JSON, as it may be in the name of a file, a unit or a branch, or in a line of a log."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from wizard.base.visible import IDENTIFIERS

HARM = "\x1b]52;c;Y2FsYw==\x07\x1b[2J\u202egpj\u200b\x9b2J"
"""Reaches the clipboard, wipes the screen, turns the direction of writing, and cannot be seen."""
SPELT = "\\x1b]52;c;Y2FsYw==\\x07\\x1b[2J\\u202egpj\\u200b\\x9b2J"
RAW = "\x1b\x07\u202e\u200b\x9b"


def harmed(data: Any, key: str = "") -> Any:
    """The same with that behind the first letter of each text, but of those by which programs go."""
    if isinstance(data, dict):
        return {name: harmed(one, name) for name, one in data.items()}
    if isinstance(data, list):
        return [harmed(one, key) for one in data]
    if isinstance(data, str) and data and key not in {*IDENTIFIERS, *KEPT}:
        return data[0] + HARM + data[1:]
    return data


# By these the screens ask again, or open a page.
KEPT = {"guide", "instance", "step", "default", "probe"}


def main() -> int:
    """Runs it; standard input and errors are its own."""
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
    assert child.stdout is not None
    whole = b""
    for line in child.stdout:
        # An event is an object on a line of its own; an answer may be indented.
        if line.startswith(b'{"'):
            sys.stdout.write(json.dumps(harmed(json.loads(line))) + "\n")
            sys.stdout.flush()
        else:
            whole += line
    if whole:
        try:
            sys.stdout.write(json.dumps(harmed(json.loads(whole))))
        except ValueError:
            sys.stdout.buffer.write(whole)
    print(f"a{HARM}b", file=sys.stderr)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
