"""`jalon guide new` and `jalon guide check`: for authors of guides."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from wizard.authoring import skeleton
from wizard.authoring.check import check
from wizard.base.errors import Refused
from wizard.base.language import _, _n
from wizard.base.values import as_dict
from wizard.commands.status import OK, RED
from wizard.outputs.as_json import print_json
from wizard.outputs.text import say

# Where the guides are that come with Jalon.
BUILT_IN = Path(__file__).resolve().parents[1] / "guides"


def new_guide(args: Namespace) -> int:
    """Writes a guide to start from, and prints the commands to try it."""
    output = Path(args.output or ".")
    written = skeleton.write(args.name, output)
    if args.format == "json":
        return _json({"name": args.name, "folder": str(output / args.name), "files": [*map(str, written)]})
    for path in written:
        say(str(path))
    place = output / args.name
    say(_("a guide that works, to change into yours; try it with:"), sys.stderr)
    for line in (f"jalon guide check {place}", f"jalon --guides {place} plan {args.name} --set greeting=Hi"):
        say(f"  {line}", sys.stderr)
    return OK


def check_guide(args: Namespace) -> int:
    """Prints the faults of a guide; exit status 0 without any, otherwise 1."""
    folder = Path(args.folder).absolute()
    if not folder.is_dir():
        raise Refused(_("there is no folder {folder}").format(folder=folder))
    if BUILT_IN in (folder.resolve(), *folder.resolve().parents):
        text = _("{folder} holds what comes with Jalon, which Jalon's own tests check")
        told = _("check the folder of a guide of your own: `jalon guide new NAME` writes one")
        raise Refused(text.format(folder=folder), told)
    faults = check(folder)
    if args.format == "json":
        found = {"guide": folder.resolve().name, "folder": str(folder), "faults": [as_dict(one) for one in faults]}
        _json(found)
        return RED if faults else OK
    for one in faults:
        say(f"{one.place}: {one.what}")
        say(f"    {one.remedy}")
    if faults:
        text = _n("{count} fault", "{count} faults", len(faults)).format(count=len(faults))
    else:
        text = _("the guide keeps its promises")
    say(text)
    return RED if faults else OK


def _json(data: object) -> int:
    print_json(data)
    return OK
