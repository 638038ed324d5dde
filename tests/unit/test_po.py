"""Catalogues that are read as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po as babel

from wizard.base.language import set_language, translator
from wizard.base.po import read_po

FRENCH = Path(__file__).parents[2] / "wizard/locale/fr/LC_MESSAGES/jalon.po"
OWN = r"""
# A comment.
msgid ""
msgstr "Language: fr\n"

#: questions.py:3
msgid "Folder"
msgstr "Dossier"
msgid "two "
"lines\n"
msgstr ""
"deux "
"lignes\n"

#, fuzzy, python-brace-format
#| msgid "A house"
msgid "A boat"
msgstr "Une maison"

msgid "nothing yet"
msgstr ""

msgid "{count} page"
msgid_plural "{count} pages"
msgstr[0] "{count} feuille"
msgstr[1] "{count} feuilles"

#~ msgid "gone"
#~ msgstr "parti"
"""


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """Whatever a test speaks, the next one finds English."""
    yield
    set_language("en")


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A guide with a catalogue, and a module in a folder of its own."""
    place = tmp_path / "guide/locale/fr/LC_MESSAGES/messages.po"
    place.parent.mkdir(parents=True)
    place.write_text(OWN)
    for folder in ("guide", "guide/parts"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "__init__.py").write_text("")
    return tmp_path / "guide"


def test_what_is_read(guide: Path) -> None:
    assert read_po(guide / "locale/fr/LC_MESSAGES/messages.po") == {
        ("Folder",): ("Dossier",),
        ("two lines\n",): ("deux lignes\n",),
        ("{count} page", "{count} pages"): ("{count} feuille", "{count} feuilles"),
    }


def test_it_reads_jalon_s_own_as_babel_does() -> None:
    def forms(text: Any) -> tuple[str, ...]:
        return (text,) if isinstance(text, str) else tuple(text)

    with FRENCH.open("rb") as stream:
        found = {forms(one.id): forms(one.string) for one in babel(stream, "fr") if one.id and not one.fuzzy}
    assert len(found) > 1000
    assert read_po(FRENCH) == found


def test_what_is_no_catalogue_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "messages.po").write_text('msgid "A"\nmsgstr "B\n')
    with pytest.raises(ValueError, match=r"messages\.po:2"):
        read_po(tmp_path / "messages.po")


def test_a_guide_speaks_through_it_then_through_jalon_s(guide: Path) -> None:
    said = translator(str(guide / "parts/probes.py"))
    assert said("Folder") == "Folder"
    set_language("fr")
    assert said("Folder") == "Dossier"
    assert said("A boat") == "A boat", "what is fuzzy is not spoken"
    assert said("the file {path}") != "the file {path}", "Jalon's own words"
    assert said("neither has this") == "neither has this"
    assert [said.plural("{count} page", "{count} pages", n) for n in (0, 1, 2)] == [
        "{count} feuille",
        "{count} feuille",
        "{count} feuilles",
    ]
