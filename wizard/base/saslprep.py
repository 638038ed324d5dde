"""Passwords as SASLprep has them (RFC 4013), as PostgreSQL takes them."""

from __future__ import annotations

import stringprep
import unicodedata

# What SASLprep prohibits in its output (RFC 4013, 2.3).
PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,
)


def prepared(password: str) -> str:
    """Normalise a password with SASLprep (RFC 4013); like PostgreSQL, use it unchanged if SASLprep prohibits it."""
    # U+200B is in both tables: a space wins, as it does in PostgreSQL.
    spaced = (" " if stringprep.in_table_c12(letter) else letter for letter in password)
    text = unicodedata.normalize("NFKC", "".join(one for one in spaced if not stringprep.in_table_b1(one)))
    if not text or any(refuses(letter) for letter in text for refuses in PROHIBITED):
        return password
    if any(map(stringprep.in_table_d1, text)):
        ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
        if not ends or any(map(stringprep.in_table_d2, text)):
            return password
    return text
