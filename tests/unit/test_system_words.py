"""What the system and libraries say is spoken in the language of whoever reads it; figures are written in it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import pytest

from wizard.base.errors import describe_os_error
from wizard.base.language import Figure, set_language
from wizard.base.system_words import SYSTEM, os_words
from wizard.base.toml import loads


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    set_language("fr")
    yield
    set_language("en")


def test_every_word_is_one_of_the_system_and_has_its_french() -> None:
    said = {os.strerror(number) for number in errno.errorcode}
    assert [words for words in SYSTEM if words not in said] == []
    assert [words for words in SYSTEM if os_words(OSError(1, words)) == words] == []


def test_a_system_error_is_told_in_french() -> None:
    error = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/etc/x")
    assert describe_os_error(error)[0] == "/etc/x: permission refusée"
    assert os_words(OSError(errno.EPERM, "raison donnée par Jalon")) == "raison donnée par Jalon"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("a b", "il manque `=` après un nom (ligne 1, colonne 3)"),
        ('a = "x', "il manque un guillemet (à la fin du fichier)"),
        ("a = [1", "il manque `]` à la fin d'une liste (à la fin du fichier)"),
        ("[a", "il manque `]` à la fin d'un titre de section (à la fin du fichier)"),
        ("a = 1 b = 2", "il y a plus d'une réponse sur une ligne (ligne 1, colonne 7)"),
        ("a = 1\na = 2", "un nom y figure deux fois (à la fin du fichier)"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_in_french(document: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"ligne|fichier") as wrong:
        loads(document)
    assert str(wrong.value).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_fraction_has_a_comma_in_french_alone() -> None:
    assert f"{Figure(23.46):.1f} {Figure(4.0):g}" == "23,5 4"
    set_language("en")
    assert f"{Figure(23.46):.1f}" == "23.5"
