from __future__ import annotations

import pytest

from wizard.base.cookies import Jar, Refusal


def jar(line: str, scheme: str = "http", host: str = "serveur") -> Jar:
    """A jar after one answer of a host."""
    made = Jar(scheme)
    made.keep((line,), host)
    return made


@pytest.mark.parametrize(
    ("line", "scheme", "host", "why"),
    [
        ("a=1; Secure; Path=/", "http", "serveur", "secure"),
        ("a=1; SECURE", "http", "localhost", "secure"),
        ("a=1; Secure", "https", "serveur", ""),
        ("a=1; Domain=b.example", "http", "a.example", "domain"),
        ("a=1; Domain=.example", "http", "a.example", ""),
        ("a=1; Domain=a.example", "http", "A.EXAMPLE", ""),
        ("a=1; Domain=0.0.1", "http", "127.0.0.1", "domain"),
        ("a=1; Domain=127.0.0.1", "http", "127.0.0.1", ""),
        ("a=1; SameSite=None", "http", "serveur", "samesite"),
        ("a=1; SameSite=Lax; HttpOnly", "http", "serveur", ""),
    ],
)
def test_what_a_browser_does_not_keep(line: str, scheme: str, host: str, why: str) -> None:
    made = jar(line, scheme, host)
    assert [one.why for one in made.refused] == ([why] if why else [])
    assert (made.values == {}) is bool(why)


def test_the_domain_that_was_refused_is_told() -> None:
    assert list(jar("s=1; Domain=other.example").refused) == [Refusal("s", "domain", "other.example")]


def test_what_is_kept_is_sent_below_its_path_until_it_is_taken_back() -> None:
    made = jar('a="1"; Path=/portal')
    made.keep(("b=2", "no name", "=x"), "serveur")
    assert made.sent("/portal/sign/?next=/") == "a=1; b=2"
    assert made.sent("/portals") == made.sent("/") == "b=2"
    made.keep(("b=; expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=; Max-Age=0"), "serveur")
    assert made.values == {}


@pytest.mark.parametrize(
    "expires",
    [
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Mon, 01 Jan 99999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 99999999999999999999999:00:00 +0",
        "9" * 5000,
    ],
    ids=["zone", "year", "hour", "digits"],
)
def test_a_date_that_is_none_keeps_the_cookie(expires: str) -> None:
    assert jar(f"a=1; expires={expires}").values == {"a": "1"}
