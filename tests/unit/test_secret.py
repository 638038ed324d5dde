"""Secrets show themselves only when asked by name."""

from __future__ import annotations

import json
import logging

import pytest

from wizard.base.secret import ALPHABET, MASK, Secret, generate

SECRET = Secret("db_password", "s3cret")


@pytest.mark.parametrize(
    "shown",
    [str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET!r}", "%s %r" % (SECRET, SECRET), repr([SECRET])],  # noqa: UP031
)
def test_no_way_of_printing_shows_it(shown: str) -> None:
    assert "s3cret" not in shown


def test_no_log_shows_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("the password is %s", SECRET)
    assert "s3cret" not in caplog.text


def test_no_journal_takes_it() -> None:
    with pytest.raises(TypeError):
        json.dumps({"password": SECRET})


def test_it_is_revealed_by_name() -> None:
    assert SECRET.reveal() == "s3cret"
    assert str(SECRET) == MASK
    assert SECRET.variable == "JALON_DB_PASSWORD"


def test_two_of_the_same_text_are_equal() -> None:
    assert Secret("a", "x") == Secret("a", "x")
    assert Secret("a", "x") != Secret("a", "y")


def test_the_mask_does_not_tell_the_length() -> None:
    assert str(Secret("a", "x")) == str(Secret("a", "x" * 100))


@pytest.mark.parametrize("length", [1, 16, 24, 50])
def test_a_generated_one_has_its_length_and_needs_no_quoting(length: int) -> None:
    made = generate(length)
    assert len(made) == length
    assert set(made) <= set(ALPHABET)


def test_two_generated_ones_differ() -> None:
    assert len({generate(24) for _ in range(50)}) == 50
