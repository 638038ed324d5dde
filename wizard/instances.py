"""Finds the instances of a guide on this host: those with a state, and those installed by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from wizard.answers.found import Found
from wizard.answers.questions import Answers
from wizard.base.errors import BadData, Refused
from wizard.base.excerpt import excerpt
from wizard.base.language import _
from wizard.guide import Guide
from wizard.host.facts import gather
from wizard.host.reading import Host
from wizard.record.own import make_folder, need_own, read_own, write_private
from wizard.record.state import State, instances, root_of


def known_instances(
    guide: Guide, state_dir: str | None = None, name: str | None = None, given: Mapping[str, Any] | None = None
) -> Mapping[str, State]:
    """The instances with a state, by name, among which a command finds its own. For a guide whose state lies within
    the instance, only one folder is looked at: `name`, the one in the answers `given`, or the default."""
    if not guide.state:
        return instances(state_dir, guide.id)
    given = given or {}
    name = str(name or given.get(guide.instance_key) or default_name(guide, given))
    state = state_of(guide, name, state_dir)
    return {name: state} if os.path.lexists(state.answers) else {}


def all_instances(guide: Guide, state_dir: str | None = None) -> Mapping[str, State]:
    """The instances with a state, by name, wherever they are: for a guide whose state lies within the instance, those
    that `remember` noted too, while they are there."""
    found = dict(known_instances(guide, state_dir))
    for name in _noted(guide, state_dir) if guide.state else ():
        # What others have come to write since is refused by its name, and does not hide the rest.
        with suppress(Refused):
            state = state_of(guide, name, state_dir)
            if os.path.lexists(state.answers):
                found.setdefault(name, state)
    return found


def remember(guide: Guide, name: str, state_dir: str | None) -> None:
    """Notes an instance that keeps its state within itself in the state of whoever made it, to be found again. The
    default one is found without: nothing of it lies anywhere else."""
    noted = _noted(guide, state_dir)
    if guide.state and name not in (*noted, default_name(guide, {})):
        kept = [one for one in noted if os.path.lexists(state_of(guide, one, state_dir).answers)]
        make_folder(_list(guide, state_dir).parent, 0o755)
        write_private(_list(guide, state_dir), json.dumps([*kept, name]).encode())


def _noted(guide: Guide, state_dir: str | None) -> list[str]:
    try:
        noted = json.loads(read_own(_list(guide, state_dir)))
    except (OSError, ValueError):
        return []
    return [one for one in noted if isinstance(one, str) and one.startswith("/")] if isinstance(noted, list) else []


def _list(guide: Guide, state_dir: str | None) -> Path:
    return root_of(state_dir) / guide.id / "folders.json"


def found_instances(guide: Guide, known: Mapping[str, State], host: Host) -> dict[str, Found]:
    """The instances installed by hand, by name, without those `known` by a state."""
    found = guide.discover(host) if guide.discover else ()
    return {one.name: one for one in found if one.name not in known}


def state_of(guide: Guide, name: str, state_dir: str | None) -> State:
    """The state of that instance, which need not exist. Raises `BadData` for a name that would lead to another folder:
    a guide from outside may let any text be one; and `NotOurs` where others may write what is kept there."""
    state = _state_of(guide, name, state_dir)
    need_own(state.folder)
    return state


def _state_of(guide: Guide, name: str, state_dir: str | None) -> State:
    if not guide.state:
        if name in ("", ".", "..") or "/" in name or not name.isprintable():
            text = _("{name} cannot name an instance: its state lies in a folder of that name")
            raise BadData(text.format(name=f"`{excerpt(name)}`"))
        return State(root_of(state_dir) / guide.id / name)
    if state_dir:
        # The name is a path, which has to become the name of one folder.
        return State(root_of(state_dir) / guide.id / name.strip("/").replace("/", "-"))
    return State(Path(name) / guide.state, Path(name))


def default_name(guide: Guide, given: Mapping[str, Any]) -> str:
    """The default name of an instance with these answers."""
    question = next(one for one in guide.questions() if one.key == guide.instance_key)
    return str(question.default_for(Answers(given), gather()))


def several_instances(names: Iterable[str]) -> Refused:
    """The error for an ambiguous selection of an instance."""
    text = _("there are several instances: {names}; choose one with --instance")
    return Refused(text.format(names=", ".join(names)))
