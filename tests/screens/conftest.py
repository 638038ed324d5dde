"""What holds for every test of the screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wizard.base.language import set_language


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of whoever runs the tests shows on a screen, and the next test finds the language as it was."""
    for name in ("NO_COLOR", "LANG", "LC_ALL", "LC_MESSAGES", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    yield
    set_language("en")
