"""Where the state of an instance lies: below the state folder, whatever its name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wizard.base.errors import BadData
from wizard.base.values import replace
from wizard.guides.registry import find, guides
from wizard.instances import all_instances, known_instances, remember, state_of

FREE = find("biomaid")


@pytest.mark.parametrize("name", ["../../../y", "a/b", "/etc", "..", ".", "", "a\nb", "a\x1b[2J"])
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    assert FREE is not None
    with pytest.raises(BadData, match="cannot name an instance"):
        state_of(replace(FREE, state=""), name, str(tmp_path))


def test_any_other_is_a_folder_of_the_state(tmp_path: Path) -> None:
    assert FREE is not None
    assert state_of(replace(FREE, state=""), "démo 2", str(tmp_path)).folder == tmp_path / "biomaid" / "démo 2"


def test_a_second_practice_instance_is_listed_while_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.instances.root_of", lambda state_dir: tmp_path / "state")
    monkeypatch.setattr("wizard.instances.default_name", lambda guide, given: str(tmp_path / "first"))
    guide = guides()["maquette"]
    folders = [str(tmp_path / name) for name in ("first", "second", "third")]
    for folder in folders:
        state = state_of(guide, folder, None)
        state.folder.mkdir(parents=True)
        state.answers.touch()
        remember(guide, folder, None)
    assert list(all_instances(guide)) == folders
    assert list(known_instances(guide)) == [folders[0]], "a command finds its own by name"
    assert list(known_instances(guide, name=folders[1])) == [folders[1]]
    shutil.rmtree(folders[1])
    assert list(all_instances(guide)) == [folders[0], folders[2]]
