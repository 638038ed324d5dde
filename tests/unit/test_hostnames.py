"""Names of hosts, in every odd spelling that people and programs give them."""

from __future__ import annotations

import pytest

from wizard.answers import checks
from wizard.answers.questions import Answers
from wizard.base.hostnames import distinct_names, django_allows, is_host_name, normalised_host, server_has
from wizard.host.facts import Facts


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("serveur", "serveur"),
        ("Bio.CHU.Example", "bio.chu.example"),
        ("bio.example.", "bio.example"),
        ("bio.example.:8080", "bio.example"),
        ("bio.example:80", "bio.example"),
        ("bio.example:", "bio.example"),
        (" bio.example ", "bio.example"),
        ("192.0.2.7:8080", "192.0.2.7"),
        ("Hôpital.example", "xn--hpital-ixa.example"),
        ("HÔPITAL.example", "xn--hpital-ixa.example"),
        ("xn--hpital-ixa.example", "xn--hpital-ixa.example"),
        ("my_host", "my_host"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("[::1]:8080", "[::1]"),
        ("[2001:DB8:0:0::7]:80", "[2001:db8::7]"),
        ("[what:ever]", "[what:ever]"),
        ("*.Example.org", "*.example.org"),
        ("", ""),
        ("_", "_"),
    ],
)
def test_one_spelling(text: str, same: str) -> None:
    assert normalised_host(text) == same
    assert normalised_host(same) == same


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("serveur", True),
        ("Bio.CHU.example", True),
        ("192.0.2.7", True),
        ("xn--hpital-ixa.example", True),
        ("a" * 63, True),
        ("a" * 64, False),
        (".".join(["a" * 49] * 6), False),
        ("bio.example.", False),
        ("bio.example:80", False),
        ("my_host", False),
        ("-a", False),
        ("a..b", False),
        ("hôpital", False),
        ("[::1]", False),
        ("::1", False),
        ("*.example.org", False),
        (".example.org", False),
        ("~^www", False),
        ("$hostname", False),
        ("a b", False),
        ("a\n", False),
        ("", False),
    ],
)
def test_what_a_host_name_is(text: str, holds: bool) -> None:
    assert is_host_name(text) is holds
    assert (checks.host_names((text,), Answers({}), Facts()) == "") is holds


def test_a_name_counts_once() -> None:
    names = ("Bio.example", "bio.example", "bio.example.", "localhost", "LOCALHOST:80", "::1", "[::1]")
    assert [*distinct_names(names)] == ["Bio.example", "localhost", "::1"]


@pytest.mark.parametrize(
    ("name", "names", "has"),
    [
        ("bio.example", ["Bio.EXAMPLE"], True),
        ("BIO.example.", ["bio.example"], True),
        ("::1", ["[::1]"], True),
        ("bio.example", ["bio.example."], False),
        ("bio.example", ["bio.example:80"], False),
        ("bio.example", [".example", "*.example", "~^bio"], False),
        ("hôpital.example", ["xn--hpital-ixa.example"], True),
        ("", ["_"], False),
    ],
)
def test_the_names_of_a_server(name: str, names: list[str], has: bool) -> None:
    assert server_has(name, names) is has


@pytest.mark.parametrize(
    ("name", "patterns", "allowed"),
    [
        ("Bio.example", ["bio.example"], True),
        ("bio.example.", ["BIO.example"], True),
        ("bio.example:8080", ["bio.example"], True),
        ("bio.example", ["*"], True),
        ("bio.example", [".example"], True),
        ("a.bio.example", [".Bio.example"], True),
        ("bio.example", [".bio.example"], True),
        ("antibio.example", [".bio.example"], False),
        ("[::1]", ["::1"], False),
        ("::1", ["[::1]"], True),
        # Django compares what the browser sent, which is in ASCII, has no port left, and no dot at its end.
        ("hôpital.example", ["hôpital.example"], False),
        ("hôpital.example", ["xn--hpital-ixa.example"], True),
        ("bio.example", ["bio.example:8080"], False),
        ("bio.example", ["bio.example."], False),
        ("bio.example", [None, 7, object()], False),
    ],
)
def test_what_django_allows(name: str, patterns: list[object], allowed: bool) -> None:
    assert django_allows(name, patterns) is allowed
