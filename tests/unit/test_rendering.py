"""Quoting: hostile text is refused with a reason, or arrives byte for byte where the target's own reader reads it."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, UndefinedError

from tests.unit.support import HOSTILE
from wizard.base import rendering, resources
from wizard.base.rendering import (
    QUOTING,
    Rendered,
    Text,
    cron_command,
    hash_of,
    nginx_string,
    python_literal,
    shell_word,
    systemd_word,
    toml_string,
)
from wizard.base.secret import MASK, Secret
from wizard.base.toml import loads

ANY = st.text(st.characters(exclude_categories=["Cs"]))
UNREADABLE = re.compile(r"[\x00-\x1f\x7f]")


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Templates made up by a test, by name, for the one environment."""
    made: dict[str, str] = {}
    environment: Environment = rendering.environment().overlay(loader=DictLoader(made))
    monkeypatch.setattr(rendering, "environment", lambda folder=None: environment)
    return made


def through(templates: dict[str, str], quoting: str, value: Any) -> str:
    """A value as it stands in a file."""
    templates["value"] = "{{ value | " + quoting + " }}"
    return Rendered("value", {"value": value}).render().decode()


class TestPython:
    @given(ANY | st.booleans() | st.integers() | st.lists(ANY))
    def test_python_reads_back_what_was_given(self, value: Any) -> None:
        assert ast.literal_eval(python_literal(value)) == value

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_stays_one_literal_of_a_module(self, text: str, templates: dict[str, str]) -> None:
        tree = ast.parse(f"VALUE = {through(templates, 'python_literal', text)}\n")
        assert len(tree.body) == 1
        assignment = tree.body[0]
        assert isinstance(assignment, ast.Assign)
        assert ast.literal_eval(assignment.value) == text

    def test_a_tuple_becomes_a_list(self) -> None:
        assert python_literal(("a", "b")) == "['a', 'b']"


class TestToml:
    @given(ANY)
    def test_toml_reads_back_what_was_given(self, text: str) -> None:
        assert loads(f"value = {toml_string(text)}\nnext = 1\n") == {"value": text, "next": 1}

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text(self, text: str, templates: dict[str, str]) -> None:
        assert loads(f"value = {through(templates, 'toml_string', text)}\n") == {"value": text}


class TestShell:
    @given(ANY.filter(lambda text: "\0" not in text))
    def test_it_is_one_word(self, text: str) -> None:
        assert shlex.split(shell_word(text)) == [text]

    def test_a_real_shell_reads_every_hostile_word_as_it_is(self) -> None:
        words = [text for text in HOSTILE if "\0" not in text]
        script = "printf '%s\\0' " + " ".join(map(shell_word, words))
        done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
        assert done.stdout.split(b"\0")[:-1] == [word.encode() for word in words]
        assert done.stderr == b""

    def test_a_nul_which_no_shell_can_hold_is_refused(self) -> None:
        with pytest.raises(ValueError, match="a shell word"):
            shell_word("nul\0byte")


def nginx_reads(text: str) -> str:
    """A quoted string as nginx's ngx_conf_read_token takes it."""
    assert text[0] == text[-1] == '"'
    out, inner = [], iter(text[1:-1])
    for letter in inner:
        assert letter != '"', "the string ends too early"
        if letter == "\\":
            following = next(inner)
            letter = {"t": "\t", "r": "\r", "n": "\n"}.get(following, following if following in "\"'\\" else "")
            assert letter, f"nginx keeps the backslash before {following}"
        assert letter != "$", "nginx would look a variable up"
        out.append(letter)
    return "".join(out)


class TestNginx:
    @given(ANY)
    def test_it_is_refused_or_one_string(self, text: str) -> None:
        if UNREADABLE.search(text) or "$" in text:
            with pytest.raises(ValueError, match="nginx's configuration"):
                nginx_string(text)
        else:
            assert nginx_reads(nginx_string(text)) == text

    @pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed here")
    @pytest.mark.parametrize("text", HOSTILE)
    def test_nginx_itself_reads_it_back(self, text: str, tmp_path: Path) -> None:
        # The name of a log file is opened as it was read: the folder then shows how nginx read it.
        if UNREADABLE.search(text) or "$" in text:
            pytest.skip("refused")
        name = "x" + text.replace("/", "_")
        conf = tmp_path / "nginx.conf"
        logs = tmp_path / "logs"
        logs.mkdir()
        conf.write_text(
            f"error_log {nginx_string(f'{logs}/{name}')};\npid {nginx_string(str(tmp_path / 'pid'))};\nevents {{}}\n"
        )
        done = subprocess.run(["nginx", "-t", "-c", str(conf)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert [path.name for path in logs.iterdir()] == [name]


def systemd_reads(text: str) -> str:
    """A quoted word of an Exec line (systemd.syntax(7), systemd.unit(5), systemd.service(5))."""
    assert text[0] == text[-1] == '"'
    out, inner = [], iter(text[1:-1])
    for letter in inner:
        assert letter != '"', "the word ends too early"
        if letter == "\\":
            letter = next(inner)
            assert letter in "\\\"'"
        elif letter in "%$":
            assert next(inner) == letter, f"systemd would expand the {letter}"
        out.append(letter)
    return "".join(out)


class TestSystemd:
    @given(ANY)
    def test_it_is_refused_or_one_word(self, text: str) -> None:
        if UNREADABLE.search(text):
            with pytest.raises(ValueError, match="a unit file"):
                systemd_word(text)
        else:
            assert systemd_reads(systemd_word(text)) == text

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed here")
    def test_systemd_has_nothing_to_say_about_hostile_words(self, tmp_path: Path) -> None:
        lines = [f"ExecStart=/bin/echo {systemd_word(text)}" for text in HOSTILE if not UNREADABLE.search(text)]
        unit = tmp_path / "jalon-words.service"
        unit.write_text("[Service]\nType=oneshot\n" + "\n".join(lines) + "\n")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        assert "jalon-words" not in done.stdout + done.stderr


def cron_reads(text: str) -> str:
    """A command as Debian's cron hands it to the shell: `\\%` is a percent sign, a bare one ends it."""
    out: list[str] = []
    escaped = False
    for letter in text:
        if escaped and letter == "%":
            out.pop()
        elif letter == "%":
            break
        escaped = letter == "\\" and not escaped
        out.append(letter)
    return "".join(out)


class TestCron:
    @given(ANY)
    def test_it_is_refused_or_one_command(self, text: str) -> None:
        try:
            line = cron_command(text)
        except ValueError:
            assert UNREADABLE.search(text) or "\\%" in text
        else:
            assert "\n" not in line
            assert cron_reads(line) == text

    @pytest.mark.parametrize("text", ["date +%H%M", "100%", "%", "\\\\%", "a\\b%c", "x > /dev/null 2>&1; echo $(id)"])
    def test_commands_that_pass(self, text: str) -> None:
        assert cron_reads(cron_command(text)) == text

    @pytest.mark.parametrize("text", ["two\nlines", "nul\0", "a\\%b", "\\\\\\%"])
    def test_what_a_crontab_cannot_hold_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="a crontab"):
            cron_command(text)


class TestSecrets:
    @pytest.mark.parametrize("template", ["{{ key }}", "{{ key | default('none') }}", "{% set k = key %}{{ k }}"])
    def test_a_secret_without_a_filter_is_an_error_and_not_a_mask_on_the_disk(
        self, templates: dict[str, str], template: str
    ) -> None:
        templates["t"] = template
        with pytest.raises(TypeError, match="key stands in a template without a quoting filter"):
            Rendered("t", {"key": Secret("key", "s3cret")}).render()

    @pytest.mark.parametrize("quoting", [name for name in QUOTING if name != "nginx_string"])
    def test_a_secret_is_whole_on_the_disk_masked_for_the_eyes_and_named_in_a_script(
        self, templates: dict[str, str], quoting: str
    ) -> None:
        templates["t"] = "a = {{ key | " + quoting + " }}"
        body = Rendered("t", {"key": Secret("db_password", "s3cret")})
        assert body.render().decode() == f"a = {QUOTING[quoting]('s3cret')}"
        assert body.redacted() == f"a = {QUOTING[quoting](MASK)}"
        assert body.with_placeholders() == f"a = @@JALON_DB_PASSWORD:{quoting}@@"
        assert body.confidential

    def test_two_renderings_do_not_leak_into_each_other(self, templates: dict[str, str]) -> None:
        templates["t"] = "{{ key | shell_word }}"
        body = Rendered("t", {"key": Secret("key", "s3cret")})
        assert body.render() == b"s3cret"
        assert "s3cret" not in body.redacted() + body.with_placeholders()
        assert body.render() == b"s3cret"

    def test_a_body_does_not_show_its_secret_when_printed(self) -> None:
        assert "s3cret" not in repr(Rendered("t", {"key": Secret("key", "s3cret")}))

    def test_without_secrets_a_body_is_not_confidential(self, templates: dict[str, str]) -> None:
        templates["t"] = "x"
        assert not Rendered("t", {"a": 1}).confidential


class TestTemplates:
    def test_an_answer_that_is_missing_is_an_error_that_names_it_and_the_template(
        self, templates: dict[str, str]
    ) -> None:
        templates["folder/t.conf"] = "{{ nobody_gave_this }}"
        with pytest.raises(UndefinedError, match=r"^folder/t\.conf: 'nobody_gave_this'"):
            Rendered("folder/t.conf", {}).render()

    def test_an_answer_is_not_rendered_again(self, templates: dict[str, str]) -> None:
        templates["t"] = "{{ a | python_literal }}\n"
        assert Rendered("t", {"a": "{{ 7 * 7 }}{% if x %}"}).render() == b"'{{ 7 * 7 }}{% if x %}'\n"

    @pytest.mark.parametrize("path", sorted(Path(resources.templates()).rglob("*")))
    def test_every_template_is_one(self, path: Path) -> None:
        # The pages of a report land on no host; they have an environment, and tests, of their own. The sample
        # application is copied as it is, and so is the guide to start from.
        if path.is_file() and path.stem != "report" and not {"application", "_guide"} & {*path.parts}:
            rendering.environment().get_template(str(path.relative_to(resources.templates())))


def test_text_is_what_it_is() -> None:
    body = Text("é\n")
    assert (body.render(), body.redacted(), body.with_placeholders(), body.confidential) == (
        b"\xc3\xa9\n",
        "é\n",
        "é\n",
        False,
    )


def test_hashes_tell_files_apart() -> None:
    assert hash_of(b"a") != hash_of(b"b")
    assert hash_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
