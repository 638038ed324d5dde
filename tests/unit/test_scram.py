"""PostgreSQL's verifiers, against the exchange that RFC 7677 prints."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.base.scram import ITERATIONS, matches, verifier

# RFC 7677, section 3: user "user", password "pencil".
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
AUTH_MESSAGE = (
    b"n=user,r=rOprNGfwEbeRWgbNEkqO,"
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
)
CLIENT_PROOF = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
SERVER_SIGNATURE = base64.b64decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")


def keys(kept: str) -> tuple[bytes, bytes]:
    """The stored key and the server key of a verifier (RFC 5803)."""
    stored, server = kept.split("$")[2].split(":")
    return base64.b64decode(stored), base64.b64decode(server)


def test_the_proof_of_the_rfc_opens_it() -> None:
    stored, _server = keys(verifier("pencil", SALT, 4096))
    signature = hmac.digest(stored, AUTH_MESSAGE, "sha256")
    client = bytes(a ^ b for a, b in zip(CLIENT_PROOF, signature, strict=True))
    assert hashlib.sha256(client).digest() == stored


def test_the_server_signs_as_in_the_rfc() -> None:
    _stored, server = keys(verifier("pencil", SALT, 4096))
    assert hmac.digest(server, AUTH_MESSAGE, "sha256") == SERVER_SIGNATURE


def test_its_form_is_that_of_rfc_5803() -> None:
    method, parameters, _keys = verifier("pencil", SALT).split("$")
    assert method == "SCRAM-SHA-256"
    assert parameters == f"{ITERATIONS}:W22ZaJ0SNY7soEsUEjb6gQ=="


def test_each_has_a_salt_of_its_own() -> None:
    assert verifier("pencil") != verifier("pencil")


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_it_matches_its_password_and_no_other(password: str) -> None:
    kept = verifier(password, iterations=2)
    assert matches(password, kept)
    assert not matches(password + "x", kept)


def test_the_password_is_not_in_it() -> None:
    assert "pencil" not in verifier("pencil")


@pytest.mark.parametrize("password", ["e\u0301te\u0301", "a\u00a0b", "\ufb01n", "soft\u00adhyphen", "zero\u200bwidth"])
def test_a_password_is_prepared_as_the_client_prepares_it(password: str) -> None:
    """libpq sends the proof of what SASLprep (RFC 4013) makes of it: the verifier must be of the same."""
    prepared = unicodedata.normalize("NFKC", password.replace("\u00ad", "").replace("\u200b", " "))
    assert verifier(password, SALT) == verifier(prepared, SALT)


@pytest.mark.parametrize("password", ["🦠 virus", "a\u0007b", "\u0627a"])
def test_what_saslprep_prohibits_is_taken_as_it_is(password: str) -> None:
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, 4096)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    assert keys(verifier(password, SALT))[0] == stored


@pytest.mark.parametrize(
    "kept", ["", "md5abcdef", "plain", "SCRAM-SHA-256$4096:?$a:b", "SCRAM-SHA-256$x:AAAA$a:b", "a$b:c$d:e", "$$$"]
)
def test_a_verifier_of_another_kind_matches_nothing(kept: str) -> None:
    assert not matches("pencil", kept)


def test_another_method_matches_nothing() -> None:
    assert not matches("pencil", verifier("pencil", SALT).replace("SHA-256", "SHA-512"))
