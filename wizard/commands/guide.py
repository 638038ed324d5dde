"""`jalon guide new`, `jalon guide check`: writing a guide, and holding it to what guides promise."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from wizard.authoring import skeleton
from wizard.authoring.check import check
from wizard.base.errors import Refused
from wizard.base.language import _, _n
from wizard.base.values import as_dict
from wizard.commands.status import OK, RED
from wizard.guides.outside import printable


def new(words: Namespace) -> int:
    """Writes a guide to start from, and says what to do with it."""
    output = Path(words.output or ".")
    written = skeleton.write(words.name, output)
    if words.format == "json":
        return _json({"name": words.name, "folder": str(output / words.name), "files": [*map(str, written)]})
    for path in written:
        print(path)
    place = output / words.name
    print(_("a guide that works, to change into yours; try it with:"), file=sys.stderr)
    for line in (f"jalon guide check {place}", f"jalon --guides {place} plan {words.name} --set greeting=Hi"):
        print(f"  {line}", file=sys.stderr)
    return OK


def hold(words: Namespace) -> int:
    """Says all that is wrong with a guide: 0 where nothing is, otherwise 1."""
    folder = Path(words.folder).absolute()
    if not folder.is_dir():
        raise Refused(_("there is no folder {folder}").format(folder=folder))
    faults = check(folder)
    if words.format == "json":
        found = {"guide": folder.resolve().name, "folder": str(folder), "faults": [as_dict(one) for one in faults]}
        _json(found)
        return RED if faults else OK
    for one in faults:
        print(printable(f"{one.place}: {one.what}"), f"    {printable(one.remedy)}", sep="\n")
    if faults:
        text = _n("{count} fault", "{count} faults", len(faults)).format(count=len(faults))
    else:
        text = _("the guide keeps its promises")
    print(text)
    return RED if faults else OK


def _json(data: object) -> int:
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return OK
