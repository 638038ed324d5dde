"""Where the state of an instance lies: below the state folder, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.base.errors import BadData
from wizard.base.values import replace
from wizard.guides.registry import find
from wizard.instances import state_of

FREE = find("biomaid")


@pytest.mark.parametrize("name", ["../../../y", "a/b", "/etc", "..", ".", "", "a\nb", "a\x1b[2J"])
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    assert FREE is not None
    with pytest.raises(BadData, match="cannot name an instance"):
        state_of(replace(FREE, state=""), name, str(tmp_path))


def test_any_other_is_a_folder_of_the_state(tmp_path: Path) -> None:
    assert FREE is not None
    assert state_of(replace(FREE, state=""), "démo 2", str(tmp_path)).folder == tmp_path / "biomaid" / "démo 2"
