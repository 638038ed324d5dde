"""What OMERO's own command and pip are told to do, and that it is then as it was said to be."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from tests.unit.probes.fake import Untouched
from tests.unit.support import HOSTILE, bare, read
from wizard.base.secret import Secret
from wizard.changes.change import Change, to_data
from wizard.changes.files import TreeRemoved
from wizard.changes.pip import LONGEST, ModulesInstalled, VenvMade
from wizard.changes.receipts import Receipt
from wizard.guides.omero_web.parts.changes import OmeroStaticsCollected, PropertyListed, PropertySet
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.properties import answer
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.reading import Unknown

OMERO = Omero("/opt/web", "/opt/venv", "omero-web")
PROGRAM = "/opt/venv/bin/omero"
MIDDLEWARE = "omero.web.middleware"
DEFAULTS = ["a default of OMERO's"]


@dataclass
class Hands(Untouched):
    """Notes what is run, and in which surroundings."""

    ran: list[tuple[tuple[str, ...], dict[str, Any]]] = field(default_factory=list)

    def run(self, words: Sequence[str], **more: Any) -> str:
        """Notes it."""
        self.ran.append((tuple(words), more))
        return ""


def run(change: Change) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The one program that a change runs."""
    hands = Hands()
    change.carry_out(hands)
    [one] = hands.ran
    return one


@dataclass
class Pretended(Untouched):
    """OMERO's `config` as its own source has it: what it keeps, and how it appends and removes."""

    folder: Path
    kept: dict[str, str] = field(default_factory=dict)

    def run(self, words: Sequence[str], *, stdin: str | None = None, **more: Any) -> str:
        """`set`, `append` or `remove`, and the file."""
        _program, _config, verb, *rest = words
        if verb == "set":
            self._set(rest, stdin)
        else:
            key, value = rest[-2], json.loads(rest[-1])
            found = json.loads(self.kept[key]) if key in self.kept else list(DEFAULTS)
            if verb == "remove":
                found.remove(value)
            elif "--set" not in rest or value not in found:
                found.append(value)
            self.kept[key] = json.dumps(found)
        self._write()
        return ""

    def _set(self, rest: list[str], stdin: str | None) -> None:
        if rest[:2] == ["-f", "-"]:
            self.kept[rest[2]] = (stdin or "").rstrip()
        elif rest[0] == "--":
            self.kept[rest[1]] = rest[2]
        else:
            self.kept.pop(rest[0], None)

    def _write(self) -> None:
        inner = "".join(f"<property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in self.kept.items())
        place = self.folder / "etc/grid/config.xml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f'<icegrid><properties id="default">{inner}</properties></icegrid>')


class TestProperties:
    @pytest.mark.parametrize(
        ("value", "words", "stdin"),
        [
            ("wsgi-tcp", ("set", "--", "omero.web.x", "wsgi-tcp"), None),
            ("--timeout 90", ("set", "--", "omero.web.x", "--timeout 90"), None),
            (None, ("set", "omero.web.x"), None),
            (Secret("public_password", "s3cret"), ("set", "-f", "-", "omero.web.x"), "s3cret"),
        ],
    )
    def test_its_words_and_surroundings(self, value: Any, words: tuple[str, ...], stdin: str | None) -> None:
        ran, more = run(PropertySet("omero.web.x", OMERO, value))
        assert ran == (PROGRAM, "config", *words)
        path = "/opt/venv/bin:/usr/local/bin:/usr/bin:/bin"
        env = {"OMERODIR": "/opt/web", "PATH": path}
        assert more == {"user": "omero-web", "env": env, "cwd": "/opt/web", "stdin": stdin}

    def test_a_secret_goes_by_standard_input_alone(self) -> None:
        secret = Secret("public_password", "s3cret")
        change = PropertySet("omero.web.public.password", OMERO, secret)
        ran, more = run(change)
        [typed] = change.typed()
        assert "s3cret" not in " ".join((*ran, *more["env"].values(), change.title, change.subject, repr(change)))
        assert "s3cret" not in typed.text
        assert typed.text.startswith('printf %s "$JALON_PUBLIC_PASSWORD" | OMERODIR=/opt/web ')
        assert (typed.user, typed.secrets) == ("omero-web", (secret,))
        assert change.undo(bare({OMERO.properties: {"omero.web.public.password": "old"}}), lambda path: "") == ()
        with pytest.raises(TypeError, match="holds a secret"):
            to_data(change)

    @pytest.mark.parametrize("value", [text for text in HOSTILE if "\0" not in text])
    def test_a_shell_hands_every_value_on_as_it_is(self, value: str) -> None:
        [typed] = PropertySet("omero.web.x", OMERO, value).typed()
        words = shlex.split(typed.text)
        assert words == ["OMERODIR=/opt/web", PROGRAM, "config", "set", "--", "omero.web.x", value]

    @pytest.mark.parametrize(
        "change",
        [
            PropertySet("omero.web.prefix", OMERO, "/image & data"),
            PropertySet("omero.web.prefix", OMERO, None),
            PropertySet("omero.web.debug", OMERO, None),
            PropertySet("omero.web.public.password", OMERO, Secret("p", "s3 cr'et\"<&>")),
            PropertyListed(MIDDLEWARE, '{"index": 1, "class": "b"}', OMERO),
            PropertyListed(MIDDLEWARE, '{"class": "a"}', OMERO, removed=True),
            PropertyListed("omero.web.apps", '"omero_figure"', OMERO),
        ],
    )
    def test_what_is_read_afterwards_is_what_was_said(self, change: Any, tmp_path: Path) -> None:
        """The list holds one value twice: `omero config remove` takes the first."""
        before = {
            "omero.web.prefix": "/old",
            MIDDLEWARE: json.dumps([{"class": "a"}, {"class": "c"}, {"class": "a"}]),
            "omero.web.apps": "[]",
        }
        host = bare({OMERO.properties: before})
        host.lay(change.effect(host))
        reading = Omero(str(tmp_path), OMERO.venv, OMERO.user).properties
        change.carry_out(Pretended(tmp_path, dict(before)))
        assert answer([reading])[reading] == host.get(OMERO.properties)
        entry = host.get(EntryAt(OMERO.properties.file))
        assert entry == Entry("file", "omero-web", "omero-web", 0o644, changed=host.clock)

    def test_a_list_that_was_never_set_holds_omero_s_own_first(self, tmp_path: Path) -> None:
        """The plan knows only what is added; that is all that is asked of it."""
        change, host = PropertyListed(MIDDLEWARE, '{"class": "b"}', OMERO), bare()
        host.lay(change.effect(host))
        hands = Pretended(tmp_path)
        change.carry_out(hands)
        assert json.loads(hands.kept[MIDDLEWARE]) == [*DEFAULTS, {"class": "b"}]
        assert host.get(OMERO.properties) == {MIDDLEWARE: '[{"class": "b"}]'}

    @pytest.mark.parametrize("kept", ["not json", "[]"])
    def test_a_list_that_cannot_be_read_is_begun_anew(self, kept: str) -> None:
        host = bare({OMERO.properties: {"k": kept}})
        host.lay(PropertyListed("k", '"v"', OMERO, removed=kept == "[]").effect(host))
        assert host.get(OMERO.properties) == {"k": "[]" if kept == "[]" else '["v"]'}

    def test_the_words_of_lists(self) -> None:
        ran, _more = run(PropertyListed("k", '"-v"', OMERO))
        assert ran == (PROGRAM, "config", "append", "--set", "--", "k", '"-v"')
        change = PropertyListed("k", '"-v"', OMERO, removed=True)
        assert run(change)[0] == (PROGRAM, "config", "remove", "--", "k", '"-v"')
        assert shlex.split(change.typed()[0].text)[1:] == list(run(change)[0])
        assert change.subject == 'k "-v"'


class TestStatics:
    INPUTS: Mapping[str, str] = {"omero-web": "5.33.2"}

    def test_the_receipt_is_left_last_and_by_its_user(self) -> None:
        receipt, hands = Receipt("/home/omero-web/r.json", self.INPUTS), Hands()
        OmeroStaticsCollected("/opt/web/var/static", OMERO, receipt).carry_out(hands)
        (first, _env), (last, more) = hands.ran
        assert first == (PROGRAM, "web", "syncmedia")
        assert last[-2:] == (receipt.path, receipt.text().decode())
        assert more["user"] == "omero-web"

    def test_what_is_in_the_folder_comes_from_elsewhere(self) -> None:
        receipt, host = Receipt("/home/omero-web/r.json", self.INPUTS), bare()
        change = OmeroStaticsCollected("/opt/web/var/static", OMERO, receipt)
        host.lay(change.effect(host))
        assert isinstance(read(host, EntryAt("/opt/web/var/static/logo.png")), Unknown)
        assert host.get(Content(receipt.path)) == receipt.text()
        assert change.undo(host, lambda path: "") == (TreeRemoved("/opt/web/var/static"),)


class TestPip:
    def test_an_environment_is_made_over_what_lies_there(self) -> None:
        change, host = VenvMade("/opt/a b", "python3.10"), bare()
        ran, more = run(change)
        assert ran == ("python3.10", "-m", "venv", "--clear", "/opt/a b") and more == {"user": "root"}
        assert shlex.split(change.typed()[0].text) == list(ran)
        host.lay(change.effect(host))
        found = host.get(EnvironmentAt("/opt/a b"))
        assert isinstance(found, Environment) and not found.distributions
        assert isinstance(read(host, EntryAt("/opt/a b/bin/python")), Unknown)
        assert change.undo(host, lambda path: "") == (TreeRemoved("/opt/a b"),)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({}, ()),
            ({"index": "https://m.example.org/simple"}, ("--index-url", "https://m.example.org/simple")),
            ({"proxy": "http://p.example.org:3128"}, ("--proxy", "http://p.example.org:3128")),
        ],
    )
    def test_one_run_of_pip(self, given: dict[str, str], words: tuple[str, ...]) -> None:
        change = ModulesInstalled("/opt/venv", ("a>=1,<2", "b[c]"), (("a", ""), ("b", "")), **given)
        ran, more = run(change)
        pip = ("/opt/venv/bin/python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check")
        assert ran == (*pip, *words, "a>=1,<2", "b[c]")
        assert more == {"user": "root", "deadline": LONGEST}
        assert shlex.split(change.typed()[0].text) == list(ran)
        assert change.subject == "/opt/venv a>=1,<2 b[c]"

    def test_what_was_there_stays(self) -> None:
        host = bare({EnvironmentAt("/opt/venv"): Environment("3.10.4", "/usr/bin", {"pip": "25", "a": "0.1"})})
        host.lay(ModulesInstalled("/opt/venv", ("a", "b"), (("a", ""), ("b", "2"))).effect(host))
        assert host.get(EnvironmentAt("/opt/venv")) == Environment(
            "3.10.4", "/usr/bin", {"pip": "25", "a": "", "b": "2"}
        )

    def test_what_a_person_should_know_is_its_title(self) -> None:
        assert ModulesInstalled("/v", ("a",), (), "build it").title == "build it"
        assert "a b" in ModulesInstalled("/v", ("a", "b"), ()).title
