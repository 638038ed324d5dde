"""Secrets in texts: those that this process knows, however a program spells them, and what only looks like one.

`remember` is told of the secrets of an instance as soon as they are read; from then on `masked` finds them in all that
is shown or kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from wizard.base.patterns import pattern
from wizard.base.secret import MASK, Secret

SHORTEST = 4
"""Letters of the shortest secret that is looked for: shorter ones are in every text."""
WHOLE = 8
"""Letters from which on a secret is also found within a word, and in base64."""
SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")
NOTHING = "(?!)"

NAMES = r"(?:pass(?:word|wd|phrase)?|pwd|mot de passe|secret(?:_key)?|token|api_?key|sessionid|credentials?)"
# One of these is in each of them: far quicker to look for than the pattern.
ROOTS = ("pass", "pwd", "secret", "token", "key", "session", "credential")
# After a colon it must be quoted: "password: wrong" is a sentence. What a shell or a template fills in later is none.
ASSIGNED = (
    rf"(?P<key>(?i:\b\w{{0,40}}?{NAMES}\w{{0,40}})[\"']?\s{{0,8}}(?:=>?\s{{0,8}}|:\s{{0,8}}(?=[\"'])))"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;,&\"']+)"
)
# `scheme://user:password@`, and a name so long that it is a token: `https://ghp_...@`.
IN_ADDRESS = pattern(
    r"(?P<before>\b[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/:@?#\"'<>]{0,200}:)(?P<password>[^\s/@\"'<>]{1,300})(?=@)"
    r"|(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]{0,20}://)(?P<token>[A-Za-z0-9_.~%-]{20,300})(?=@)"
)
_assigned = pattern(ASSIGNED)
_known: set[str] = set()
_open: set[str] = set()
_pattern: re.Pattern[str] | None = None
_forms: tuple[str, ...] = ()


def remember(secrets: Iterable[Secret], known_to_all: Iterable[str] = ()) -> None:
    """These are masked from now on. One that is a word of what all may know, such as the name of the instance, is not:
    stars in its place would tell it."""
    global _pattern
    _known.update(text for one in secrets if len(text := one.reveal()) >= SHORTEST)
    _open.update(text for text in known_to_all if text)
    _pattern = None


@contextmanager
def remembered(secret: str) -> Iterator[None]:
    """This one is masked within a `with` block, and forgotten afterwards; after an error it stays, for what is said of
    the error may repeat it."""
    global _pattern
    added = {secret} - _known if len(secret) >= SHORTEST else set()
    _known.update(added)
    _pattern = None
    yield
    _known.difference_update(added)
    _pattern = None


def forget() -> None:
    """No secret is known any longer."""
    global _pattern
    _known.clear()
    _open.clear()
    _pattern = None


def masked(text: str) -> str:
    """The text with the secrets that are known, and passwords in addresses, behind a mask."""
    global _pattern, _forms
    if _pattern is None:
        told = {one for one in _known if not _is_open(one)}
        _forms = tuple({form for one in told for form in spellings(one)})
        _pattern = confidential(_forms)
    if any(form in text for form in _forms):
        text = _pattern.sub(MASK, text)
    return IN_ADDRESS.sub(_without_password, text) if "://" in text else text


def masked_output(text: str) -> str:
    """As `masked`, for what a program printed: what is given to a name such as `password` goes too."""
    text = masked(text)
    lower = text.lower()
    return _assigned.sub(_without_value, text) if any(root in lower for root in ROOTS) else text


def confidential(secrets: Collection[str], whole: int = WHOLE) -> re.Pattern[str]:
    """A pattern of these spellings: the longest first, as one may contain another; those of fewer letters than `whole`
    only as whole words."""
    longest = sorted(secrets, key=len, reverse=True)
    alone = (re.escape(one) if len(one) >= whole else rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest)
    return re.compile("|".join(alone) or NOTHING)


def spellings(secret: str) -> set[str]:
    """A secret as it appears in programs: plain, in a URL, as a literal of Python, JSON, SQL, a shell or HTML, as a
    literal within another one, where the locale lacks its letters, and in base64, whatever stands before it."""
    quoted = {_percent(secret, left).replace(" ", "+") for left in (b"", b"/", b" ", b"/ ")}
    quoted |= {re.sub("%..", lambda found: found[0].lower(), one) for one in quoted}
    shell = secret.replace("'", "'\"'\"'"), secret.replace("'", "'\\''")
    html = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    htmls = (html, *(html.replace('"', "&quot;").replace("'", quote) for quote in ("&#x27;", "&#39;", "&apos;", "'")))
    others = (secret.replace("'", "''"), *htmls, *shell, *_without_letters(secret))
    literals = _literals(secret)
    # An error's text holds one, and is itself handed on as JSON or shown by Python.
    literals |= {twice for once in (*literals, *_without_letters(secret)) for twice in _literals(once)}
    return {secret, *quoted, *others, *literals, *(_base64(secret) if len(secret) >= WHOLE else ())}


def _literals(text: str) -> set[str]:
    """What stands between the quotes of a literal of Python or JSON."""
    import json

    return {
        repr(text)[1:-1],
        repr(text + "'\"")[1:-4],
        ascii(text)[1:-1],
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
    }


def _without_letters(text: str) -> set[str]:
    """What a locale that lacks some of its letters makes of it."""
    if text.isascii():
        return set()
    data = text.encode(errors="surrogatepass")
    ways = ("backslashreplace", "xmlcharrefreplace", "replace")
    found = {text.encode("ascii", way).decode() for way in ways}
    misread = (data.decode("ascii", way) for way in ("replace", "backslashreplace", "surrogateescape"))
    return {*found, data.decode("latin-1"), *misread}


def _percent(text: str, left: bytes) -> str:
    data = text.encode(errors="surrogatepass")
    return "".join(chr(byte) if byte in SAFE or byte in left else f"%{byte:02X}" for byte in data)


def _base64(text: str) -> Iterable[str]:
    """What base64 makes of it after zero, one or two bytes, without the letters that depend on what stands around."""
    from binascii import b2a_base64

    data = text.encode(errors="surrogatepass")
    for before in range(3):
        end = (before + len(data)) % 3
        encoded = b2a_base64(bytes(before) + data, newline=False).decode().rstrip("=")
        found = encoded[(0, 2, 3)[before] : len(encoded) - bool(end)]
        yield found
        yield found.replace("+", "-").replace("/", "_")


def _is_open(secret: str) -> bool:
    word = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
    return any(word.search(text) for text in _open)


def _without_password(found: re.Match[str]) -> str:
    if found["token"]:
        return found["scheme"] + MASK
    return found["before"] + (found["password"] if _stands_for(found["password"]) else MASK)


def _without_value(found: re.Match[str]) -> str:
    return found["key"] + (found["value"] if _stands_for(found["value"]) else MASK)


def _stands_for(value: str) -> bool:
    """Whether a value is a mask, a variable, a call or a word such as None: no secret itself."""
    bare = value.strip("\"'")
    return not bare.strip("*") or bare.startswith(("$", "{{", "@@", "<", "%(")) or bare in WORDS or "(" in bare


WORDS = frozenset(["None", "null", "nil", "True", "False", "true", "false", "yes", "no", "on", "off"])
