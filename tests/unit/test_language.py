"""The catalogues: complete, in step with the code, and French that a French reader would not stumble over."""

from __future__ import annotations

import argparse
import ast
import gettext
import re
import runpy
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importing import parsed, walk
from wizard.base.language import _, _n, set_language, using_language
from wizard.cli import COMMANDS, main
from wizard.findings.words import joined, outcome_count, outcome_word

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "wizard/locale/catalogue"
FRENCH = ROOT / "wizard/locale/fr/LC_MESSAGES/jalon.po"
CATALOGUE = runpy.run_path(str(SCRIPT))


def translations(catalog: Any) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What a catalogue says for each text, of a plural for each of its forms."""

    def forms(text: str | tuple[str, ...] | None) -> tuple[str, ...]:
        return text if isinstance(text, tuple) else (text or "",)

    return {forms(message.id): forms(message.string) for message in catalog if message.id}


@cache
def in_french() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every text with what is said for it in French."""
    return translations(CATALOGUE["read"](FRENCH, "fr"))


@cache
def in_pairs() -> list[tuple[str, str]]:
    """Each text in English beside what is said for it in French: of a plural, every form beside the form that it
    stands for."""
    return [pair for text, french in in_french().items() for pair in zip(text, french, strict=True)]


@cache
def texts() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every text of the code; read when a test asks, for it takes a second or two."""
    return translations(CATALOGUE["template"]())


AGAIN = "run wizard/locale/catalogue"


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """Whatever a test speaks, the next one finds English."""
    yield
    set_language("en")


def prose(text: str) -> str:
    """A text without what it quotes, and without what is put into it."""
    return re.sub(r"`[^`]*`|\{[^}]*\}|%\([^)]*\)[sr]|%[sr]", "X", text)


def strange(pairs: list[tuple[str, str]], wrong: str) -> list[str]:
    """What is said in French where the prose of it has this in it."""
    return [french for _english, french in pairs if re.search(wrong, prose(french))]


class TestCatalogue:
    def test_it_is_in_step_with_the_code(self) -> None:
        wanted = CATALOGUE["wanted"]()
        assert len(wanted) == 3
        assert [path.name for path, data in wanted.items() if path.read_bytes() != data] == [], AGAIN

    def test_it_is_complete(self) -> None:
        assert set(in_french()) == set(texts()), AGAIN
        assert CATALOGUE["left"]() == []
        assert not re.search(r"^#~|^#,.*\bfuzzy\b", FRENCH.read_text(), re.MULTILINE)

    def test_every_text_of_the_code_is_found(self) -> None:
        """As often as the code names `_`, `_n` and `N_` for calling, other than where they are defined."""
        paths = [path for room in ("wizard", "screens") for path in (ROOT / room).rglob("*.py")]
        calls = [node for path in paths for node in walk(parsed(path)) if isinstance(node, ast.Call)]
        named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("_", "_n", "N_")]
        found = [text for path in paths for text in CATALOGUE["extracted"](path)]
        assert len(found) == len(named) > 800

    def test_no_text_stands_within_an_f_string(self) -> None:
        """Before Python 3.12 an f-string is one token, and Babel, which reads tokens, finds no text in it."""
        paths = [path for room in ("wizard", "screens") for path in (ROOT / room).rglob("*.py")]
        within = [
            f"{path.relative_to(ROOT)}:{call.lineno}"
            for path in paths
            for string in walk(parsed(path))
            if isinstance(string, ast.JoinedStr)
            for call in walk(string)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "_n", "N_")
        ]
        assert within == []

    def test_what_is_compiled_says_what_is_written(self) -> None:
        with FRENCH.with_suffix(".mo").open("rb") as stream:
            spoken = gettext.GNUTranslations(stream)
        for text, said in in_french().items():
            if len(text) == 1:
                assert spoken.gettext(text[0]) == said[0]
            else:
                # None and one are singular in French.
                one, many = said
                heard = [spoken.ngettext(text[0], text[1], count) for count in (0, 1, 2, 11)]
                assert heard == [one, one, many, many]

    def test_another_reader_of_po_reads_the_same(self, tmp_path: Path) -> None:
        """A text as Poedit leaves it, folded and commented, is read as one that was written here."""
        path = tmp_path / "jalon.po"
        path.write_text(
            'msgid ""\nmsgstr "Language: fr\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
            '# From a person.\n#. from the code\n#: wizard/a.py:3\n#, fuzzy, python-brace-format\n#| msgid "old {n}"\n'
            'msgid ""\n"new "\n"{n}\\n"\n"\\"x\\""\nmsgstr ""\n"neuf "\n"{n}"\n\n'
            'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "un"\nmsgstr[1] "des"\n\n#~ msgid "gone"\n#~ msgstr "parti"\n'
        )
        found = CATALOGUE["read"](path, "fr")
        assert translations(found) == {('new {n}\n"x"',): ("neuf {n}",), ("one", "many"): ("un", "des")}
        assert [CATALOGUE["done"](found[text]) for text in ('new {n}\n"x"', "one")] == [False, True]

    def test_translations_are_kept_and_a_reworded_text_is_marked(self) -> None:
        code, french = (CATALOGUE["Undated"](language) for language in (None, "fr"))
        for text in ("stays", "The service runs very well.", "quite other"):
            code.add(text, locations=[("a.py", 3)])
        french.add("The service runs well.", "Le service tourne bien.")
        french.add("Gone for good.", "Parti pour de bon.")
        french.add("stays", "reste")
        french.update(code)
        assert list(translations(french)) == list(translations(code))
        assert [CATALOGUE["done"](message) for message in french if message.id] == [True, False, False]
        assert french["The service runs very well."].string == "Le service tourne bien."
        text = CATALOGUE["written"](french).decode()
        assert '#: a.py\n#, fuzzy\nmsgid "The service runs very well."\n' in text
        assert "Gone" not in text
        compiled = CATALOGUE["compiled"](french)
        assert b"reste" in compiled and b"tourne" not in compiled

    def test_its_form_is_the_one_that_gettext_writes(self) -> None:
        """No line numbers, no dates: the file changes only when a text does."""
        text = FRENCH.read_text()
        assert not re.search(r"^#: .*:\d", text, re.MULTILINE)
        header = text.split("\n\n")[0]
        assert "Date" not in header and "Babel" not in header


def placeholders(text: str) -> Counter[str]:
    """What is put into a text, each with its conversion and its form."""
    percent = re.findall(r"%(?:\(\w+\))?[a-z]", text)
    named = [f"{name}!{kind}:{form}" for _text, name, form, kind in string.Formatter().parse(text) if name is not None]
    return Counter((*percent, *named))


class TestFrench:
    def test_it_takes_what_the_english_takes(self) -> None:
        assert [french for english, french in in_pairs() if placeholders(french) != placeholders(english)] == []

    def test_what_is_quoted_is_typed_as_it_is(self) -> None:
        quoted = [(sorted(re.findall(r"`[^`]*`", text)) for text in pair) for pair in in_pairs()]
        assert [french for english, french in quoted if english != french] == []

    def test_it_begins_and_ends_as_the_english_does(self) -> None:
        def edges(text: str) -> tuple[bool, bool, int]:
            return text[:1].isspace(), text[-1:].isspace(), text.count("\n")

        assert [french for english, french in in_pairs() if edges(french) != edges(english)] == []

    def test_a_sentence_stays_a_sentence(self) -> None:
        ends = [french for english, french in in_pairs() if english.endswith(".") != french.endswith(".")]
        begins = [
            french
            for english, french in in_pairs()
            if english[:1].islower() and french[:1].isupper() and english[:2] not in ("gu", "ng", "pg")
        ]
        assert ends == [] and begins == []

    def test_its_signs_are_set_as_in_french(self) -> None:
        """A no-break space stands before a double sign, and within the quotation marks."""
        assert strange(in_pairs(), r"(?<!\u00a0)(?:[;?!»]|:(?=\s|$))") == []
        assert strange(in_pairs(), r"«(?!\u00a0)") == []
        # Columns are as wide as in English.
        assert strange([pair for pair in in_pairs() if "  " not in pair[0]], r"[\u00a0 ]{2}") == []
        assert strange(in_pairs(), r"\"|“|”") == []

    def test_a_console_can_show_it(self) -> None:
        """Its font has Latin letters, and neither a curly apostrophe nor a narrow space."""
        shown = {french: french.encode("iso8859-15", "ignore").decode("iso8859-15") for _english, french in in_pairs()}
        assert [french for french, seen in shown.items() if french != seen] == []

    def test_no_english_is_left_in_it(self) -> None:
        assert [french for _english, french in in_pairs() if english_in(french)] == []

    @pytest.mark.parametrize(
        ("english", "french"),
        [
            (r"checkpoints?", r"points? d'étape|POINT"),
            (r"guides?", r"guides?"),
            (r"trials?", r"essais?|essayée?s?|essaient"),
            (r"remed(?:y|ies)", r"remèdes?"),
            (r"instances?", r"instances?|maquettes?"),
            (r"repositor(?:y|ies)", r"dépôts?"),
            (r"roles?", r"rôles?"),
            (r"databases?", r"bases?"),
            (r"folders?", r"dossiers?"),
            (r"services?", r"services?"),
            (r"the answers? X", r"réponses? X"),
            (r"(?:make|create|keep|remove) the links?|The link", r"liens?"),
            (r"groups?", r"groupes?"),
            (r"(?<!-)skip(?:s|ped)?", r"omettre|omise?s?"),
        ],
    )
    def test_a_word_is_used_for_one_thing(self, english: str, french: str) -> None:
        pairs = [
            (one, said) for one, said in in_pairs() if re.search(rf"\b(?:{english})(?!\w)", prose(one), re.IGNORECASE)
        ]
        assert pairs
        missing = [said for one, said in pairs if not re.search(rf"\b(?:{french})\b", prose(said), re.IGNORECASE)]
        assert missing == []


NEVER_FRENCH = re.compile(
    r"(?:the|of|and|is|are|was|were|not|what|with|which|from|by|it|its|to|be|been|has|have|this|that|there|"
    r"should|may|cannot|does|no|as|in|for|at|user|folder|file|role|password|database|checkpoint|step|"
    r"answer|missing|show|print|required|argument's|choose|nothing|known|once|after|before|when|than|needs|"
    r"run)",
    re.IGNORECASE,
)


def english_in(text: str) -> set[str]:
    """The words in a text that French does not have; what stands in backquotes, paths and options are no words."""
    words = re.findall(r"(?<![\w/.@=-])[A-Za-z][a-z']*(?![\w/.@=-]|:/)", prose(text))
    return {one for one in words if NEVER_FRENCH.fullmatch(one)}


ROUTE = (
    *("System", "User", "Database", "Code", "Environment", "Local folder", "Settings", "Migrations", "Static files"),
    *("Scheduled jobs", "Backup"),
)


class TestLengths:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("outcome", ["passed", "warning", "failed", "skipped", "unknown", "crashed"])
    def test_an_outcome_fits_its_column(self, language: str, outcome: str) -> None:
        set_language(language)
        assert outcome_word(outcome) != outcome or language == "en"
        assert len(f"[{outcome_word(outcome)}]") <= 12

    def test_outcomes_are_told_apart(self) -> None:
        set_language("fr")
        assert len({outcome_word(one) for one in ("passed", "warning", "failed", "skipped", "unknown", "crashed")}) == 6

    @pytest.mark.parametrize("title", ROUTE)
    def test_a_checkpoint_s_title_fits_a_route(self, title: str) -> None:
        """The route is a narrow column at the left of the screen."""
        set_language("fr")
        assert _(title) != title or title in ("Code", "Migrations", "Service")
        assert len(_(title)) <= 18

    def test_a_short_text_stays_short(self) -> None:
        """A menu outcome_word, a title or a label has no room for a sentence."""
        long = [
            french for english, french in in_pairs() if len(english) <= 20 and len(french) > max(18, 2.2 * len(english))
        ]
        assert long == []

    def test_the_whole_is_no_novel(self) -> None:
        assert sum(len(french) for _english, french in in_pairs()) < 1.35 * sum(
            len(english) for english, _french in in_pairs()
        )
        assert [french for english, french in in_pairs() if len(english) > 20 and len(french) > 2 * len(english)] == []

    def test_help_fits_a_console(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        for command in ("", *COMMANDS):
            lines = said(capsys, *filter(None, [command]), "--help").splitlines()
            assert [line for line in lines if len(line) > 80] == []


class TestSpeaking:
    @pytest.mark.parametrize(
        ("env", "asked", "spoken"),
        [
            ({}, None, "en"),
            ({"LANG": "fr_FR.UTF-8"}, None, "fr"),
            ({"LANG": "fr"}, None, "fr"),
            ({"LANG": "fr_BE@euro"}, None, "fr"),
            ({"LC_MESSAGES": "fr_FR.UTF-8", "LANG": "en_US.UTF-8"}, None, "fr"),
            ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "fr_FR.UTF-8"}, None, "en"),
            ({"LC_ALL": "C", "LC_MESSAGES": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"}, None, "en"),
            ({"LC_ALL": "fr_FR.UTF-8", "LC_MESSAGES": "C", "LANG": "C"}, None, "fr"),
            ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_FR.UTF-8"}, None, "fr"),
            ({"LC_CTYPE": "fr_FR.UTF-8"}, None, "en"),
            ({"LC_ALL": "en_US.UTF-8"}, "fr", "fr"),
            ({"LC_ALL": "fr_FR.UTF-8"}, "en", "en"),
            ({"LC_ALL": "fr_FR.UTF-8"}, "tlh", "en"),
        ],
    )
    def test_what_is_asked_for_wins_then_the_locale_as_posix_ranks_it(
        self, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], asked: str | None, spoken: str
    ) -> None:
        for name in ("LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LANG", "LANGUAGE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        assert set_language(asked) == spoken
        assert _("Backup") == {"en": "Backup", "fr": "Sauvegarde"}[spoken]
        assert (
            _n("{count} change", "{count} changes", 0) == {"en": "{count} changes", "fr": "{count} changement"}[spoken]
        )

    def test_what_is_not_in_the_catalogue_is_said_in_english(self) -> None:
        set_language("fr")
        assert _("a text that nobody wrote") == "a text that nobody wrote"

    @pytest.mark.parametrize("words", [("--lang", "fr", "guides"), ("guides", "--lang", "fr"), ("guides", "--lang=fr")])
    def test_the_option_may_stand_anywhere_and_wins(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
    ) -> None:
        monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
        assert main(words) == 0
        assert "équipement biomédical" in capsys.readouterr().out
        assert main(("guides", "--lang", "en")) == 0
        assert "biomedical equipment" in capsys.readouterr().out


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """All that the command line says in French, on both streams."""
    with suppress(SystemExit):
        main((*words, "--lang", "fr"))
    heard = capsys.readouterr()
    return heard.out + heard.err


class TestOutputs:
    @pytest.mark.parametrize("command", ["", *COMMANDS])
    def test_help_is_french(self, capsys: pytest.CaptureFixture[str], command: str) -> None:
        text = said(capsys, *filter(None, [command]), "--help")
        assert "usage\u00a0: jalon" in text and "afficher cette aide et quitter" in text
        assert english_in(text) == set()

    @pytest.mark.parametrize(
        ("words", "heard"),
        [
            (("plan",), "il manque ces arguments\u00a0: GUIDE"),
            (("plan", "biomaid", "--lol"), "arguments inconnus\u00a0: --lol"),
            (("plan", "biomaid", "--format", "yaml"), "choix inconnu\u00a0: 'yaml'"),
            (("plan", "biomaid", "--set"), "une valeur attendue"),
            (("plan", "biomaid", "--yes=no"), "valeur donnée en trop\u00a0: 'no'"),
            (("plan", "autre"), "il n'y a pas de guide `autre`"),
            (("plan", "biomaid", "--set", "workers=many"), "il faut un nombre entier"),
            (("plan", "biomaid", "--set", "worker=4"), "peut-être `workers`"),
        ],
    )
    def test_a_mistake_is_told_in_french(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...], heard: str
    ) -> None:
        state = ("--state-dir", str(tmp_path / "state")) if len(words) > 2 and words[2] == "--set" else ()
        text = said(capsys, *words[:2], *state, *words[2:])
        assert heard in text
        assert english_in(text.replace("'no'", "")) == set()

    def test_argparse_has_no_words_that_the_catalogue_lacks(self) -> None:
        """What it asks of its gettext where people hear it, in whichever Python this is."""
        asked: set[str] = set()

        def note(text: str) -> str:
            asked.add(text)
            return text

        whole = pytest.MonkeyPatch()
        try:
            whole.setattr(argparse, "_", note)
            for words in (
                ("--help",),
                ("plan", "--help"),
                ("plan",),
                ("plan", "x", "--lol"),
                ("nonsense",),
                ("plan", "--set"),
            ):
                with pytest.raises(SystemExit):
                    main(words)
        finally:
            whole.undo()
        assert len(asked) > 6
        assert {text for text in asked if (text,) not in texts()} == set()

    @pytest.mark.parametrize("command", ["questions", "answers"])
    def test_what_a_guide_asks_is_french(self, capsys: pytest.CaptureFixture[str], command: str) -> None:
        text = said(capsys, command, "biomaid")
        assert "Nom de l'instance" in text and "Dossier des sauvegardes" in text
        assert english_in(re.sub(r"\[.*\]|= .*", "", text)) == set()

    def test_a_plan_is_french(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        words = ("plan", "biomaid", "--state-dir", str(tmp_path), "--set", "hostnames=demo.example")
        text = said(capsys, *words, "--set", "instance=jalontest")
        assert "créer l'utilisateur jalontest" in text and "seraient faits\u00a0; rien n'a été touché." in text
        # The differences of files are what will stand in them, English comments and all.
        assert english_in("\n".join(line for line in text.splitlines() if not line.startswith(" " * 8))) == set()

    def test_facts_are_french(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = said(capsys, "facts")
        assert "mémoire" in text and "Gio" in text and "processeurs" in text


def test_counts_of_outcomes_agree_with_their_number() -> None:
    with using_language("fr"):
        assert [outcome_count("passed", count) for count in (1, 2)] == ["1 réussi", "2 réussis"]
        assert outcome_count("failed", 3) == "3 échecs"
    with using_language("en"):
        assert [outcome_count("warning", count) for count in (1, 2)] == ["1 warning", "2 warnings"]


@pytest.mark.parametrize(("language", "wanted"), [("en", "one; two"), ("fr", "one\u00a0; two")])
def test_statements_in_a_line_are_told_apart_as_the_language_does_it(language: str, wanted: str) -> None:
    set_language(language)
    assert joined("one", "", "two") == wanted
