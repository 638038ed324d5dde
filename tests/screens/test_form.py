"""Answers while somebody gives them."""

from __future__ import annotations

import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from screens.model.form import Form
from screens.model.instance import changed, opened
from tests.screens.support import FACTS, NOWHERE, there
from wizard.answers.questions import CHOICE, BadAnswers
from wizard.base.values import replace
from wizard.guides.registry import guides
from wizard.host.facts import Facts
from wizard.host.sockets import Listener
from wizard.record.own import write_private


def form(guide: str = "biomaid", facts: Facts = FACTS, state_dir: Path | str = NOWHERE) -> Form:
    return Form(guides()[guide], facts, str(state_dir))


class TestDefaults:
    def test_all_is_answered_from_the_machine(self) -> None:
        one = form(facts=replace(FACTS, hostname="biomed"))
        assert one.errors == {}
        assert one.shown("hostnames") == "biomed, 192.0.2.7"
        assert one.given == {}

    def test_they_follow_an_earlier_answer(self) -> None:
        one = form()
        one.typed("instance", "demo")
        assert (one.shown("db_name"), one.shown("backup_directory")) == ("demo_db", "/var/backups/demo")

    def test_but_not_where_somebody_touched_them(self) -> None:
        one = form()
        one.typed("db_name", "mine")
        one.typed("instance", "demo")
        assert (one.shown("db_name"), one.shown("db_user")) == ("mine", "demo_user")

    def test_what_is_typed_as_the_default_is_untouched_again(self) -> None:
        one = form()
        one.typed("db_name", "mine")
        one.typed("db_name", "instance_db")
        one.typed("instance", "demo")
        assert one.shown("db_name") == "demo_db"


class TestErrors:
    def test_they_are_told_in_words_by_question(self) -> None:
        one = form()
        one.typed("http_port", "x")
        one.typed("hostnames", "")
        assert one.errors == {"http_port": "a whole number is wanted", "hostnames": "at least one name is wanted"}
        assert one.shown("http_port") == "x", "what was typed stays"

    def test_what_only_follows_from_a_wrong_answer_is_not_told_besides(self) -> None:
        one = form()
        one.typed("instance", "Été à")
        assert list(one.errors) == ["instance"]

    @pytest.mark.parametrize("text", ["", " ", "$(id)", "a\nb", "\x00", "../..", "\ud800", "é" * 5000])
    def test_nothing_that_is_typed_breaks_it(self, text: str) -> None:
        one = form()
        for question in one.questions:
            one.typed(question.key, text)
        assert one.errors
        assert one.shown("instance") == text

    def test_an_instance_that_is_here_is_told(self, tmp_path: Path) -> None:
        there(tmp_path, "biomaid", "demo")
        one = form(state_dir=tmp_path)
        assert one.errors == {}
        one.typed("instance", "demo")
        assert "is here already" in one.errors["instance"]

    def test_where_one_may_not_look_nothing_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def closed(path: Path) -> bool:
            raise PermissionError(13, "closed", str(path))

        monkeypatch.setattr("screens.model.form.exists", closed)
        one = form("maquette")
        one.typed("folder", "/root/x")
        assert "folder" not in one.errors and not one.begun

    def test_another_one_gets_a_name_and_a_port_of_its_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """nginx gives a name on a port to one site alone: the second instance would be installed and never seen."""
        monkeypatch.setattr("wizard.beside.listened", lambda table: iter(()))
        first = 'instance = "instance"\nhostnames = ["biomed"]\nhttp_port = 80\nasked_as = "localhost"\n'
        there(tmp_path, "biomaid", "instance", first)
        beside = form(facts=replace(FACTS, hostname="biomed"), state_dir=tmp_path)
        assert (beside.shown("instance"), beside.shown("db_name")) == ("instance2", "instance2_db")
        assert (beside.shown("http_port"), beside.errors) == ("8081", {})
        beside.typed("http_port", "80")
        assert "`instance` answers there" in beside.errors["http_port"]
        # Another name is as good as another port; then this machine asks it by that name.
        beside.typed("hostnames", "other.example")
        assert (beside.errors, beside.answers["asked_as"]) == ({}, "other.example")
        beside.typed("http_port", "8082")
        assert (beside.errors, beside.answers["asked_as"]) == ({}, "localhost")

    def test_a_folder_with_an_instance_in_it_is_told(self) -> None:
        # A folder of pytest's own may be longer than the guide takes.
        with TemporaryDirectory(prefix="jalon-") as home:
            state = Path(home, "biomaid-maquette", ".jalon")
            state.mkdir(parents=True)
            (state / "answers.toml").touch()
            one = form("maquette", replace(FACTS, home=home), "")
        assert "is here already" in one.errors["folder"]


class TestSecrets:
    def test_they_are_generated_once(self) -> None:
        one = form()
        before = one.shown("db_password")
        one.typed("instance", "demo")
        assert one.shown("db_password") == before
        assert len(before) == 24

    def test_one_can_be_made_anew(self) -> None:
        one = form()
        before, other = one.shown("db_password"), one.shown("secret_key")
        one.typed("db_password", "typed by hand")
        one.renew("db_password")
        assert one.shown("db_password") not in (before, "typed by hand")
        assert one.shown("secret_key") == other

    def test_one_that_is_never_generated_stays_empty(self) -> None:
        one = form()
        one.renew("gmao_password")
        assert one.shown("gmao_password") == ""


class TestFolded:
    def test_what_has_one_answer_only_is_folded(self) -> None:
        one = form()
        assert one.advanced(replace(one.question("db_name"), kind=CHOICE, choices=("only",)))
        assert one.advanced(one.question("debug"))
        assert not one.advanced(one.question("instance"))


class TestFiles:
    def test_a_saved_file_is_loaded_with_the_same_answers(self, tmp_path: Path) -> None:
        one, other = form(), form()
        one.typed("instance", "demo")
        one.typed("extras", "ldap, oracle")
        one.typed("debug", "true")
        file = tmp_path / "answers.toml"
        write_private(file, one.file().encode())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        other.load(str(file))
        assert {key: other.shown(key) for key in other.answers} == {key: one.shown(key) for key in one.answers}

    def test_what_follows_still_follows_after_loading(self, tmp_path: Path) -> None:
        one, other = form(), form()
        one.typed("instance", "demo")
        file = tmp_path / "answers.toml"
        write_private(file, one.file().encode())
        other.load(str(file))
        other.typed("instance", "production")
        assert other.shown("db_name") == "production_db"

    def test_all_that_is_wrong_is_told_and_nothing_is_taken(self, tmp_path: Path) -> None:
        one = form()
        file = tmp_path / "answers.toml"
        file.write_text('instance = "demo"\nhttp_port = "x"\nworkerz = 3\n')
        with pytest.raises(BadAnswers) as raised:
            one.load(str(file))
        assert [key for key, _text in raised.value.errors] == ["workerz", "http_port"]
        assert one.shown("instance") == "instance"

    def test_a_secret_that_others_may_read_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "answers.toml"
        file.write_text('db_password = "abcdefgh"\n')
        file.chmod(0o644)
        with pytest.raises(BadAnswers, match="chmod 600"):
            form().load(str(file))

    def test_one_of_an_older_version_holds_what_is_no_longer_asked(self, tmp_path: Path) -> None:
        file = tmp_path / "answers.toml"
        file.write_text('instance = "demo"\ntls = "none"\n')
        one = form()
        one.load(str(file))
        assert (one.shown("instance"), "tls" in one.given, one.errors) == ("demo", False, {})
        file.write_text('tls = "files"\n')
        with pytest.raises(BadAnswers):
            one.load(str(file))


class TestWhere:
    def test_what_takes_root_is_kept_by_root(self) -> None:
        one = form(state_dir="")
        assert (
            one.where(one.question("instance")) == "This will be kept in /var/lib/jalon/biomaid/instance/answers.toml."
        )
        assert "/var/lib/jalon/biomaid/instance/secrets.toml" in one.where(one.question("db_password"))

    def test_a_guide_that_keeps_its_own_state_keeps_it_inside(self) -> None:
        one = form("maquette", state_dir="")
        assert (
            one.where(one.question("folder"))
            == "This will be kept in /nonexistent/home/biomaid-maquette/.jalon/answers.toml."
        )


class TestOfAnInstance:
    """The answers of an instance that is here, to change."""

    @pytest.fixture
    def here(self, tmp_path: Path) -> Form:
        there(tmp_path, "biomaid", "demo", 'instance = "demo"\nhttp_port = 8080\n')
        write_private(tmp_path / "biomaid/demo/secrets.toml", b'db_password = "s3cret"\n')
        instance = opened("biomaid", "demo", str(tmp_path))
        return Form(guides()["biomaid"], FACTS, str(tmp_path), of=instance)

    def test_they_stand_in_it_and_nothing_is_changed(self, here: Form) -> None:
        assert (here.shown("http_port"), here.shown("db_name"), here.shown("db_password")) == (
            "8080",
            "demo_db",
            "s3cret",
        )
        assert (here.errors, here.changed) == ({}, False)
        here.typed("http_port", "80")
        assert here.changed
        here.typed("http_port", "8080")
        assert not here.changed

    def test_no_secret_is_made_for_one_that_has_its_own(self, here: Form) -> None:
        assert here.shown("first_account_password") == "", "one that this user may not know"
        here.renew("db_password")
        assert here.shown("db_password") == "s3cret"
        assert not here.changed

    def test_a_secret_that_is_not_known_stays_as_it_is(self, here: Form, tmp_path: Path) -> None:
        assert here.of
        here.typed("http_port", "81")
        other = changed(here.of, here.answers, tmp_path)
        text = Path(other.file).read_text()
        assert "http_port = 81" in text and 'db_password = "s3cret"' in text
        assert "first_account_password" not in text
        assert stat.S_IMODE(Path(other.file).stat().st_mode) == 0o600
        assert (other.name, other.kept) == ("demo", True)


def test_what_this_machine_has_given_to_others_is_told_at_the_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.model.form.listeners", lambda: (Listener("0.0.0.0", 22, "sshd", 7),))
    one = form(facts=Facts(), state_dir=tmp_path)
    assert one.errors == {}
    for key, text, told in (
        ("instance", "root", "one of the system's"),
        ("http_port", "22", "held by sshd"),
        ("workers", "999", "at most 64"),
        ("revision", "$(id)", "cannot be the name"),
    ):
        before = one.shown(key)
        one.typed(key, text)
        assert told in one.errors[key], key
        one.typed(key, before)
    assert one.errors == {}
