"""What a settings file sets, where only a part of it is written out."""

from __future__ import annotations

import pytest

from wizard.host.settings import COMPUTED, parse_source, settings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("D = {'a': {'N': 'x', 'P': f()}}", {"a": {"N": "x", "P": COMPUTED}}),
        ("D = {'a': 1, **more}", COMPUTED),
        ("D = {name: 1, 'b': f()}", COMPUTED),
        ("D = {'a': 1}\nD['a'] = 2", COMPUTED),
    ],
)
def test_of_a_mapping_what_is_literal_is_told(text: str, found: object) -> None:
    assert settings(parse_source(text.encode(), "x.py"))["D"] == found
