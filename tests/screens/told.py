"""A child that says what a test wants it to say, and keeps what it was asked: python told.py FOLDER WORD...

FOLDER/COMMAND.json is what it prints; for a document, FOLDER/document is what it writes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> int:
    folder, words = Path(sys.argv[1]), sys.argv[2:]
    with (folder / "asked").open("a") as asked:
        asked.write(json.dumps(words) + "\n")
    if "--output" in words:
        Path(words[words.index("--output") + 1]).write_bytes((folder / "document").read_bytes())
        return 0
    file = folder / f"{words[0]}.json"
    if not file.exists():
        sys.stderr.write("it cannot be told\n")
        return 1
    sys.stdout.write(file.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
