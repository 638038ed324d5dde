"""Questions to validated answers: all that is wrong at once, kinds, secrets, and the example file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import HOSTILE
from wizard.answers import checks
from wizard.answers.questions import (
    CHOICE,
    LIST,
    NUMBER,
    SECRET,
    TRUTH,
    Answers,
    BadAnswers,
    Question,
    example,
    toml_value,
    validate_answers,
)
from wizard.base.secret import Secret
from wizard.base.toml import loads
from wizard.guides.biomaid import GUIDE
from wizard.guides.biomaid.questions import questions as biomaid
from wizard.host.facts import Facts

FACTS = Facts(hostname="serveur", addresses=("192.0.2.7",))
QUESTIONS = (
    Question("name", "Name", "Its name.\nOn two lines.", default="demo", check=checks.user_name),
    Question("workers", "Workers", kind=NUMBER, default=4, check=checks.at_least_one),
    Question("debug", "Debug", kind=TRUTH, default=False),
    Question("hosts", "Hosts", kind=LIST, default=lambda a, f: (f.hostname, *f.addresses), check=checks.host_names),
    Question("extras", "Extras", kind=LIST, default=(), choices=("ldap", "oracle")),
    Question("tls", "TLS", kind=CHOICE, default="none", choices=("none", "files"), group="Access"),
    Question("database", "Database", default=lambda a, f: f"{a.name}_db", check=checks.identifier, group="Access"),
    Question("password", "Password", kind=SECRET, check=checks.password),
    Question("other", "Another password", kind=SECRET, length=0),
)


def settled(given: dict[str, Any] | None = None, secrets: dict[str, str] | None = None) -> Answers:
    """The answers to the made-up questions."""
    return validate_answers(QUESTIONS, given or {}, FACTS, secrets)


def errors(given: dict[str, Any], secrets: dict[str, str] | None = None) -> dict[str, str]:
    """What is wrong, by key."""
    with pytest.raises(BadAnswers) as caught:
        settled(given, secrets)
    found = dict(caught.value.errors)
    assert len(found) == len(caught.value.errors), "each key is named once"
    return found


class TestDefaults:
    def test_what_is_left_out_takes_its_default(self) -> None:
        answers = settled()
        assert {key: value for key, value in answers.items() if not isinstance(value, Secret)} == {
            "name": "demo",
            "workers": 4,
            "debug": False,
            "hosts": ("serveur", "192.0.2.7"),
            "extras": (),
            "tls": "none",
            "database": "demo_db",
        }

    def test_a_default_follows_from_the_answers_before_it(self) -> None:
        assert settled({"name": "production"}).database == "production_db"

    def test_answers_are_attributes_too(self) -> None:
        answers = settled()
        assert answers.workers == answers["workers"] == 4
        with pytest.raises(AttributeError):
            _ = answers.nobody

    def test_there_are_as_many_answers_as_questions(self) -> None:
        assert list(settled()) == [question.key for question in QUESTIONS]


class TestErrors:
    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        wrong = {
            "name": "Démo",
            "workers": "many",
            "debug": "maybe",
            "hosts": ["fine", "not fine"],
            "extras": ["ldap", "mysql"],
            "tls": "some",
            "database": "a;b",
            "password": "short",
            "nobody": 1,
        }
        assert set(errors(wrong)) == set(wrong)

    @pytest.mark.parametrize(
        ("key", "near"), [("worker", "workers"), ("databse", "database"), ("host", "hosts"), ("zzzzzz", "")]
    )
    def test_an_unknown_key_is_wrong_and_its_neighbour_is_named(self, key: str, near: str) -> None:
        text = errors({key: "x"})[key]
        assert "there is no such question" in text
        assert (f"did you mean `{near}`?" in text) is bool(near)

    @pytest.mark.parametrize("text", [" 2 ", "2\x1f", "\u20092\n"])
    def test_a_number_is_one_among_any_blanks(self, text: str) -> None:
        assert settled({"workers": text})["workers"] == 2

    def test_the_exception_says_it_in_words(self) -> None:
        with pytest.raises(BadAnswers, match="workers: a whole number is wanted"):
            settled({"workers": "x"})

    @pytest.mark.parametrize("text", [text for text in HOSTILE if any(ord(c) < 32 or ord(c) == 127 for c in text)])
    def test_control_characters_stand_in_no_answer(self, text: str) -> None:
        for key in ("name", "database", "password", "other"):
            assert key in errors({key: f"xxxxxxxx{text}"})
        assert "hosts" in errors({"hosts": [text]})

    def test_what_is_no_utf8_stands_in_no_answer(self) -> None:
        assert "UTF-8" in errors({"other": "caf\udce9"})["other"]

    def test_a_wrong_answer_does_not_show_the_secret(self) -> None:
        assert "hunter2" not in str(errors({"password": "hunter2"}))


class TestKinds:
    @pytest.mark.parametrize(("given", "number"), [(8, 8), ("8", 8), (" 8 ", 8)])
    def test_a_number(self, given: Any, number: int) -> None:
        assert settled({"workers": given}).workers == number

    @pytest.mark.parametrize(
        "given", ["", "eight", "8.5", 8.0, True, None, [8], "²", "--5", "1_000", "9" * 5000, "0x8"]
    )
    def test_what_is_no_number(self, given: Any) -> None:
        assert "whole number" in errors({"workers": given})["workers"]

    def test_a_number_is_checked(self) -> None:
        assert "at least 1" in errors({"workers": 0})["workers"]
        assert "at least 1" in errors({"workers": "-3"})["workers"]

    @pytest.mark.parametrize(
        ("given", "truth"), [(True, True), (False, False), ("true", True), ("False", False), ("TRUE", True)]
    )
    def test_a_truth(self, given: Any, truth: bool) -> None:
        assert settled({"debug": given}).debug is truth

    @pytest.mark.parametrize("given", ["", "yes", "1", 1, 0, None, []])
    def test_what_is_no_truth(self, given: Any) -> None:
        assert "true or false" in errors({"debug": given})["debug"]

    @pytest.mark.parametrize(
        ("given", "hosts"),
        [(["a", "b"], ("a", "b")), ("a, b", ("a", "b")), ("a", ("a",)), ("a,,b,", ("a", "b"))],
    )
    def test_a_list(self, given: Any, hosts: tuple[str, ...]) -> None:
        assert settled({"hosts": given}).hosts == hosts

    @pytest.mark.parametrize("given", [1, True, ["a", 1], {"a": 1}, None])
    def test_what_is_no_list(self, given: Any) -> None:
        assert "list of texts" in errors({"hosts": given})["hosts"]

    @pytest.mark.parametrize("given", ["", [], "  "])
    def test_an_empty_list_where_something_is_wanted(self, given: Any) -> None:
        assert "at least one" in errors({"hosts": given})["hosts"]

    @pytest.mark.parametrize("given", [1, True, 1.5, ["a"], {"a": "b"}, None])
    def test_what_is_no_text(self, given: Any) -> None:
        assert "a text is wanted" in errors({"name": given})["name"]

    @pytest.mark.parametrize("given", [1, True, 0, False, ["a"], {}])
    def test_what_is_no_text_is_no_secret(self, given: Any) -> None:
        assert "a text is wanted" in errors({"password": given})["password"]

    def test_a_choice(self) -> None:
        assert settled({"tls": "files"}).tls == "files"
        assert "'some' is none of: none, files" in errors({"tls": "some"})["tls"]


class TestSecrets:
    def test_one_that_nobody_gave_is_made(self) -> None:
        first, second = settled(), settled()
        assert len(first.password.reveal()) == 24
        assert first.password != second.password

    def test_one_without_a_length_stays_empty(self) -> None:
        assert settled().other.reveal() == ""

    def test_one_that_is_known_is_kept(self) -> None:
        assert settled({}, {"password": "known before"}).password.reveal() == "known before"

    def test_one_that_is_given_wins_over_one_that_is_known(self) -> None:
        assert settled({"password": "given now"}, {"password": "known before"}).password.reveal() == "given now"

    @pytest.mark.parametrize("known", [{}, {"password": "known before"}])
    def test_an_empty_one_counts_as_left_out(self, known: dict[str, str]) -> None:
        """The example file has `# password = ""`; whoever uncomments it must not get an empty password."""
        made = settled({"password": ""}, known).password.reveal()
        assert made == known.get("password", made)
        assert made

    def test_they_are_the_secrets_and_the_empty_ones_are_not(self) -> None:
        answers = settled()
        assert answers.secrets == (answers.password,)

    def test_one_is_named_by_its_key(self) -> None:
        assert settled().password.name == "password"

    def test_answers_do_not_show_them(self) -> None:
        answers = settled({"password": "correct horse"})
        assert "correct horse" not in f"{dict(answers)} {answers.password} {list(answers.values())}"


class TestExample:
    @pytest.mark.parametrize("asked", [QUESTIONS, tuple(biomaid())], ids=["made up", "biomaid"])
    def test_it_parses_back_to_the_defaults(self, asked: tuple[Question, ...]) -> None:
        answers = validate_answers(asked, {}, FACTS)
        read = loads(example(asked, answers))
        again = validate_answers(asked, read, FACTS, {secret.name: secret.reveal() for secret in answers.secrets})
        assert dict(again) == dict(answers)
        assert set(read) == {one.key for one in asked if one.kind != SECRET}

    @pytest.mark.parametrize("asked", [QUESTIONS, tuple(biomaid())], ids=["made up", "biomaid"])
    def test_every_question_is_in_it_with_its_title_and_help(self, asked: tuple[Question, ...]) -> None:
        lines = example(asked, validate_answers(asked, {}, FACTS)).splitlines()
        for question in asked:
            assert any(line.removeprefix("# ").startswith(f"{question.key} = ") for line in lines)
            for said in (question.title, *question.help.splitlines()):
                assert f"# {said}" in lines

    def test_no_secret_is_in_it(self) -> None:
        answers = settled({"password": "correct horse"})
        assert "correct horse" not in example(QUESTIONS, answers)

    def test_its_secrets_are_commented_out_and_empty(self) -> None:
        assert '# password = ""' in example(QUESTIONS, settled()).splitlines()

    @given(
        st.text(st.characters(exclude_categories=["Cs"]))
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.lists(st.text(st.characters(exclude_categories=["Cs"])))
    )
    def test_a_value_is_read_back_by_toml(self, value: Any) -> None:
        assert loads(f"value = {toml_value(value)}\n") == {"value": value}


class TestBiomaid:
    def test_no_key_is_asked_twice(self) -> None:
        keys = [question.key for question in biomaid()]
        assert len(keys) == len(set(keys))

    @pytest.mark.parametrize("question", biomaid(), ids=lambda question: question.key)
    def test_hostile_text_is_refused_or_arrives_as_it_is(self, question: Question) -> None:
        for text in HOSTILE:
            given: Any = [text] if question.kind == LIST else text
            try:
                answers = validate_answers(biomaid(), {question.key: given}, FACTS)
            except BadAnswers as bad:
                assert {key for key, _text in bad.errors} >= {question.key}
                continue
            found = answers[question.key]
            if isinstance(found, Secret):
                assert found.reveal() == text or not text
            elif question.kind == LIST:
                assert found == (text,)
            else:
                assert found == text

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("instance", "Production"),
            ("instance", "1st"),
            ("instance", "é"),
            ("instance", "x" * 32),
            ("instance", "../x"),
            ("instance", ""),
            ("local_name", "mon_ets"),
            ("local_name", "local_/etc"),
            ("source", "ext::sh -c id"),
            ("source", "-oProxyCommand=id"),
            ("source", "relative/path"),
            ("revision", "--upload-pack=id"),
            ("revision", ""),
            ("revision", "a..b"),
            ("hostnames", ["a b"]),
            ("hostnames", ["-x"]),
            ("hostnames", ["a;b"]),
            ("http_port", 0),
            ("http_port", 65536),
            ("db_name", "é" * 32),
            ("db_name", "x" * 64),
            ("db_name", "pg_x"),
            ("db_user", 'a"b'),
            ("backup_directory", "relative"),
            ("backup_directory", "/a/../b"),
            ("backup_directory", "/a b"),
            ("backup_time", "24:00"),
            ("backup_time", "2h41"),
            ("backup_keep", 0),
            ("first_account_password", "short"),
            ("first_account_email", "nobody"),
            ("domain", "serveur"),
            ("gmao_name", "asset"),
        ],
    )
    def test_what_would_fail_later_is_refused_now(self, key: str, value: Any) -> None:
        with pytest.raises(BadAnswers) as caught:
            validate_answers(biomaid(), {key: value}, FACTS)
        assert key in dict(caught.value.errors)

    def test_the_answer_that_a_question_no_longer_asked_once_took_is_ignored(self) -> None:
        secrets = {question.key: "x" * 16 * bool(question.length) for question in biomaid() if question.kind == SECRET}
        older = validate_answers(biomaid(), GUIDE.retired, FACTS, secrets, GUIDE.retired)
        assert dict(older) == dict(validate_answers(biomaid(), {}, FACTS, secrets))
        assert "upgrade_system" not in validate_answers(
            biomaid(), {"upgrade_system": "False"}, FACTS, secrets, GUIDE.retired
        )

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("url_prefix", "/production"),
            ("tls", "files"),
            ("tls", ""),
            ("backup_remote", "nas"),
            ("service_manager", "supervisor"),
            ("upgrade_system", True),
            ("upgrade_system", "true"),
        ],
    )
    def test_any_other_answer_to_it_is_refused(self, key: str, value: Any) -> None:
        with pytest.raises(BadAnswers) as caught:
            validate_answers(biomaid(), {key: value}, FACTS, retired=GUIDE.retired)
        assert caught.value.errors == ((key, "not supported yet: leave it out"),)

    def test_no_question_is_both_asked_and_retired(self) -> None:
        assert not GUIDE.retired.keys() & {question.key for question in biomaid()}

    def test_another_database_name_follows_the_instance(self) -> None:
        answers = validate_answers(biomaid(), {"instance": "prod"}, FACTS)
        assert (answers.db_name, answers.db_user) == ("prod_db", "prod_user")

    def test_the_address_in_mails_has_the_port(self) -> None:
        assert validate_answers(biomaid(), {"http_port": 8080}, FACTS).domain == "http://serveur:8080"
        assert validate_answers(biomaid(), {}, FACTS).domain == "http://serveur"

    def test_the_secret_key_has_fifty_letters(self) -> None:
        assert len(validate_answers(biomaid(), {}, FACTS).secret_key.reveal()) == 50
