"""The language of the messages."""

from __future__ import annotations

import pytest

from tests.launcher.place import (
    Place,
    pythonless,
)


@pytest.mark.parametrize(
    ("variables", "arguments", "french"),
    [
        ({}, [], False),
        ({"LANG": "fr_FR.UTF-8"}, [], True),
        ({"LANG": "fr"}, [], True),
        ({"LANG": "fr_CA@euro"}, [], True),
        ({"LANG": "fry_NL"}, [], False),
        ({"LANGUAGE": "fr:en"}, [], True),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr"}, [], False),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, [], False),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_FR", "LANG": "en_US.UTF-8"}, [], True),
        ({"LC_MESSAGES": "en_US", "LANG": "fr_FR"}, [], False),
        ({"LC_ALL": "fr_FR", "LC_MESSAGES": "en_US"}, [], True),
        ({"LANG": "en_US.UTF-8"}, ["verify", "--lang", "fr"], True),
        ({}, ["--lang=fr"], True),
        ({"LANG": "fr_FR.UTF-8"}, ["--lang", "en"], False),
        ({}, ["--lang"], False),
        ({}, ["--", "--lang", "fr"], False),
    ],
)
def test_language(place: Place, variables: dict[str, str], arguments: list[str], french: bool) -> None:
    said = pythonless(place).with_variables(**variables).refused(*arguments)
    assert ("cette machine n'a aucun Python" in said) == french
    assert ("this machine has no Python" in said) != french
