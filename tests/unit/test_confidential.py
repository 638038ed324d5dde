"""No secret that is known shows in any spelling, and none that looks like one."""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest

from wizard.base.confidential import forget, masked, masked_output, remember
from wizard.base.secret import MASK, Secret
from wizard.base.visible import json_text, output_line, visible
from wizard.findings.finding import Cause, Remedy, failed
from wizard.findings.outside import LONGEST, outside

PASSWORD = 'it\'s "Zk4"/é&+%\\<abcdef'


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    forget()
    remember([Secret("password", PASSWORD), Secret("weak", "demo"), Secret("short", "lynx"), Secret("tiny", "it")])
    yield
    forget()


@pytest.mark.parametrize(
    "form",
    [
        PASSWORD,
        repr(PASSWORD),
        ascii(PASSWORD),
        json.dumps(PASSWORD),
        json.dumps(PASSWORD, ensure_ascii=False),
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote_plus(PASSWORD),
        html.escape(PASSWORD),
        html.escape(PASSWORD, quote=False),
        shlex.quote(PASSWORD),
        PASSWORD.replace("'", "''"),
        *(base64.b64encode(b"u" * before + PASSWORD.encode()).decode() for before in range(4)),
        base64.urlsafe_b64encode(b"admin:" + PASSWORD.encode()).decode(),
        # An error that names it, handed on; and a locale that lacks its letters.
        json.dumps(f"RuntimeError: {(PASSWORD, 1)}"),
        json.dumps(json.dumps(PASSWORD)),
        repr(f"said {PASSWORD!r}"),
        ascii(json.dumps(PASSWORD)),
        *(PASSWORD.encode("ascii", way).decode() for way in ("backslashreplace", "xmlcharrefreplace", "replace")),
        *(PASSWORD.encode().decode("ascii", way) for way in ("backslashreplace", "surrogateescape", "replace")),
        json.dumps(PASSWORD.encode("ascii", "backslashreplace").decode()),
        PASSWORD.encode().decode("latin-1"),
    ],
)
def test_a_known_secret_is_found_however_it_is_spelt(form: str) -> None:
    for text in (form, f"x{form}x", f"DETAIL: {form}\nnext"):
        assert MASK in masked(text)
        assert "Zk4" not in masked(text) and "abcdef" not in masked(text)


def test_short_ones_are_whole_words_and_the_shortest_are_left() -> None:
    assert masked("a lynx, and lynxes; it is so") == f"a {MASK}, and lynxes; it is so"


def test_what_everybody_may_know_is_not_masked() -> None:
    assert masked("demo") == MASK
    remember([], ["demo.example.org"])
    assert masked("/home/demo and the password demo") == "/home/demo and the password demo"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("postgres://u:pw@h/x", f"postgres://u:{MASK}@h/x"),
        ("redis://:pw@h", f"redis://:{MASK}@h"),
        ("https://ghp_0123456789012345678901@host/x", f"https://{MASK}@host/x"),
        (
            "ssh://git@host/x git@host:x http://localhost:8000/a@b",
            "ssh://git@host/x git@host:x http://localhost:8000/a@b",
        ),
        ("http://u:${PASSWORD}@h", "http://u:${PASSWORD}@h"),
    ],
)
def test_passwords_in_addresses_are_masked_wherever_they_stand(text: str, wanted: str) -> None:
    assert masked(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("password=abc; x", f"password={MASK}; x"),
        ("SECRET_KEY = 'abc def'; x", f"SECRET_KEY = {MASK}; x"),
        ('{"api_key": "k-1"}', f'{{"api_key": {MASK}}}'),
        ("password: wrong", "password: wrong"),
        ('PGPASSWORD="$JALON_DB_PASSWORD" psql', 'PGPASSWORD="$JALON_DB_PASSWORD" psql'),
        ("password=None", "password=None"),
        ("token = read_token()", "token = read_token()"),
    ],
)
def test_what_a_program_gives_to_such_a_name_is_masked(text: str, wanted: str) -> None:
    assert masked_output(text) == wanted
    assert masked(text) == text


def test_every_way_out_masks() -> None:
    assert visible(f"<{PASSWORD}>") == f"<{MASK}>"
    data = {"text": PASSWORD, "list": [PASSWORD], "id": "weak", "deep": {"more": (PASSWORD,)}}
    assert json.loads(json_text(data)) == {"text": MASK, "list": [MASK], "id": "weak", "deep": {"more": [MASK]}}
    assert output_line(f"\x1b[1mpass\x1b[0m: {PASSWORD}") == f"pass: {MASK}"


def test_findings_are_masked_cut_and_on_one_line() -> None:
    command = f"echo {PASSWORD}"
    found = outside(failed(f"a\nb {PASSWORD}", cause=Cause("some", PASSWORD), remedy=Remedy(PASSWORD, (command,))))
    assert found.evidence == f"a\\nb {MASK}"
    assert found.cause == Cause("some", MASK)
    assert found.remedy == Remedy(MASK, (command,)), "what is run stays"
    assert len(outside(failed("x" * 50_000_000)).evidence) < LONGEST + 20
    edge = "x" * (LONGEST - 5) + PASSWORD
    assert "it's" not in outside(failed(edge)).evidence, "no half of a secret is left where a text is cut"


def test_nothing_is_searched_for_long() -> None:
    for text in ("a" * 100_000, "password" * 12_000, "://" * 30_000, "a://" * 20_000, "x" * 50_000 + "://u:p@h"):
        visible(text)
        outside(failed(text))
        output_line(text)
