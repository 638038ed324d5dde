"""Files of answers that somebody made to break what reads them, or that somebody else may write."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.unit.running import jalon
from wizard.answers.file import load_given
from wizard.answers.questions import CHOICE, LIST, NUMBER, SECRET, BadAnswers, Question, check_answers
from wizard.base.toml import MOST, MOST_SIGNS, loads
from wizard.host.facts import gather

QUESTIONS = (
    Question("name", "Name"),
    Question("workers", "Workers", kind=NUMBER, default=1),
    Question("hosts", "Hosts", kind=LIST, default=()),
    Question("kind", "Kind", kind=CHOICE, default="a", choices=("a", "b")),
    Question("password", "Password", kind=SECRET),
)
NOBODY = 65534
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def written(folder: Path, data: bytes, mode: int = 0o600) -> str:
    """A file of answers."""
    path = folder / "answers.toml"
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def refused(path: str) -> str:
    """What is said of it, in less than a second and few words."""
    began = time.process_time()
    with pytest.raises(BadAnswers) as caught:
        check = check_answers(QUESTIONS, load_given(path, QUESTIONS), gather())[1]
        raise BadAnswers(check) if check else AssertionError("it was taken")
    assert time.process_time() - began < 1
    text = "\n".join(caught.value.lines)
    assert len(text) < 2000
    assert text.replace("\n", "").isprintable()
    return text


HOSTILE = {
    "nested arrays": (b"name = " + b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
    "nested tables": (b"name = " + b"{a=" * 60_000, "nested too deep"),
    "hidden behind a text": (b'name = ["""a"""", ' + b"[" * 100_000, "nested too deep"),
    "many digits": (b"workers = " + b"9" * 5000, "too many digits"),
    "many digits of another base": (b"workers = 0x" + b"f" * 5000, "too many digits"),
    "a large number": (b"workers = 0x" + b"f" * 900, "workers: a whole number"),
    "a name of many parts": (b"a" + b".a" * 50_000 + b" = 1", "too many parts"),
    "a table of many parts": (b'["a' + b'"."a' * 30_000 + b'"]', "too many parts"),
    "a long text": (b'name = "/' + b"a" * 100_000 + b'"', "name: at most 4096 bytes"),
    "a long choice": (b'kind = "' + b"a" * 100_000 + b'"', "kind: 'aaa"),
    "a long name": (b"z" * 100_000 + b" = 1", "zzz... (100000): there is no such question"),
    "many names": (b"".join(b"a%d = 1\n" % number for number in range(20_000)), "and 19950 more"),
    "a long list": (b"hosts = [" + b'"a",' * 10_000 + b"]", "hosts: at most 500"),
    "a long text in a list": (b'hosts = ["' + b"a" * 5000 + b'"]', "hosts: at most 4096 bytes"),
    "a huge file": (b"#" * 300_000, "at most 262144 bytes"),
    "no UTF-8": (b'name = "caf\xe9"', "not UTF-8"),
    "surrogates": (b'name = "\xed\xa0\x80"', "not UTF-8"),
    "a surrogate written out": (b'name = "\\ud800"', "TOML"),
    "duplicate names": (b'name = "a"\nname = "b"', "TOML"),
    "a list for a text": (b'name = ["a"]', "name: a text is wanted"),
    "a table for a text": (b'name = {a = "b"}', "name: a text is wanted"),
    "a table for a list": (b'hosts = {a = "b"}', "hosts: a list of texts is wanted"),
    "lists in a list": (b'hosts = [["a"]]', "hosts: a list of texts is wanted"),
    "a date": (b"name = 1979-05-27", "name: a text is wanted"),
    "no number": (b"workers = nan", "workers: a whole number"),
    "a truth for a number": (b"workers = true", "workers: a whole number"),
    "a list for a secret": (b'password = ["a"]', "password: a text is wanted"),
    "a NUL": (b'name = "a\\u0000b"', "name: a line's end or another control character"),
    "a raw NUL": (b'name = "a\0b"', "TOML"),
    "an escape": (b'name = "\\u001b]52;c;\\u0007"', "name: a line's end or another control character"),
    "a control of Latin-1": (b'name = "\\u009b2J"', "name: a line's end or another control character"),
    "a line's end": (b'name = "a\\nb"', "name: a line's end or another control character"),
    "a line's end of Unicode": (b'name = "a\\u2028b"', "name: a line's end or another control character"),
    "a turn of direction": (b'name = "a\\u202eb"', "name: U+202E cannot stand in an answer"),
    "what is not seen": (b'name = "a\\u200bb"', "name: U+200B cannot stand in an answer"),
    "a turn of direction in a name": (b'"a\\u202eb" = 1', "a\\u202eb: there is no such question"),
}


@pytest.mark.parametrize(
    "text", ["#" * (MOST + 1), "a = [" + "1," * (MOST_SIGNS + 1) + "]", "[a]\n" * (MOST_SIGNS + 1)]
)
def test_a_document_that_takes_long_is_not_parsed(text: str) -> None:
    """Of a user's checkout or Poetry, which have no bound of their own."""
    with pytest.raises(ValueError, match="too large"):
        loads(text)
    signs = "a = [\n  {file = 'a,b=[c', hash = \"sha256:[=,\"},\n]\n" + "# ,=[\n" * MOST_SIGNS
    assert loads(signs) == {"a": [{"file": "a,b=[c", "hash": "sha256:[=,"}]}


@pytest.mark.parametrize("kind", HOSTILE)
def test_each_is_refused_at_once_by_name(tmp_path: Path, kind: str) -> None:
    data, told = HOSTILE[kind]
    assert told in refused(written(tmp_path, data))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = refused(written(tmp_path, b'name = 1\nworkers = "x"\nhosts = 1\nkind = 1\npassword = 1\nnone = 1'))
    assert [line.strip().partition(":")[0] for line in text.splitlines()[1:]] == [
        "none",
        "name",
        "workers",
        "hosts",
        "kind",
        "password",
    ]


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    assert load_given(written(tmp_path, b'\xef\xbb\xbfname = "a"'), QUESTIONS) == {"name": "a"}


def test_what_people_write_is_taken() -> None:
    """Brackets, quotes and dots in texts and comments are neither depth nor parts."""
    text = (
        "a = '''"
        + "[" * 1000
        + "'''\nb = \""
        + '\\"[.' * 1000
        + '"\n# '
        + "[{." * 1000
        + "\n[x.y]\nc = [[1.5], [[]]]\n"
    )
    assert loads(text)["x"] == {"y": {"c": [[1.5], [[]]]}}


def test_a_check_s_words_repeat_no_long_answer_and_no_secret() -> None:
    def wrong(value: object, answers: object, facts: object) -> str:
        return f"`{value}` is wrong"

    questions = (Question("name", "", check=wrong), Question("password", "", kind=SECRET, check=wrong))
    found = dict(check_answers(questions, {"name": "n" * 4000, "password": "s3cret-canary"}, gather())[1])
    assert found["name"] == f"`{'n' * 60}... (4000)` is wrong"
    assert "s3cret" not in found["password"]


class TestWhoMayWriteIt:
    def test_a_fifo_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "answers.toml", 0o600)
        assert "no regular file" in refused(str(tmp_path / "answers.toml"))

    def test_a_device_is_not_read(self) -> None:
        assert "no regular file" in refused("/dev/zero")

    def test_a_sparse_file_is_not_read(self, tmp_path: Path) -> None:
        path = written(tmp_path, b"")
        os.truncate(path, 40 * 2**30)
        assert "at most 262144 bytes" in refused(path)

    def test_a_nul_in_its_name(self) -> None:
        assert "Invalid argument" in refused("/tmp/\0")

    @root
    def test_one_of_somebody_else(self, tmp_path: Path) -> None:
        path = written(tmp_path, b'name = "a"')
        os.chown(path, NOBODY, NOBODY)
        assert f"belongs to nobody, whose answers are not obeyed: look at it, then `chown root {path}`" in refused(path)

    @root
    def test_one_in_a_folder_of_somebody_else(self, tmp_path: Path) -> None:
        path = written(tmp_path, b'name = "a"')
        os.chown(tmp_path, NOBODY, NOBODY)
        assert f"{tmp_path} belongs to nobody" in refused(path)

    @root
    def test_one_behind_a_link_of_somebody_else(self, tmp_path: Path) -> None:
        path = written(tmp_path, b'name = "a"')
        (tmp_path / "link").symlink_to(path)
        os.chown(tmp_path / "link", NOBODY, NOBODY, follow_symlinks=False)
        assert f"{tmp_path / 'link'} belongs to nobody" in refused(str(tmp_path / "link"))

    @pytest.mark.parametrize("mode", [0o602, 0o620, 0o666])
    def test_one_that_others_may_write(self, tmp_path: Path, mode: int) -> None:
        if os.geteuid() != 0 and not mode & 0o002:
            pytest.skip("an ordinary user's own group may be the user's alone")
        path = written(tmp_path, b'name = "a"', mode)
        assert f"`chmod go-w {path}`" in refused(path)

    def test_one_in_a_folder_that_others_may_write(self, tmp_path: Path) -> None:
        path = written(tmp_path, b'name = "a"')
        tmp_path.chmod(0o777)
        assert f"`chmod go-w {tmp_path}`" in refused(path)
        tmp_path.chmod(0o1777)
        assert load_given(path, QUESTIONS), "nobody can replace it there"

    @root
    def test_whoever_became_root_by_sudo_is_obeyed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = written(tmp_path, b'name = "a"')
        os.chown(path, NOBODY, NOBODY)
        monkeypatch.setenv("SUDO_UID", str(NOBODY))
        assert load_given(path, QUESTIONS) == {"name": "a"}
        monkeypatch.setenv("SUDO_UID", "1")
        assert "belongs to nobody" in refused(path)


@pytest.mark.parametrize("guide", ["madeup", "own"])
@pytest.mark.parametrize(
    "text",
    ['folder = "\\u0000"', f'folder = "/{"a" * 3000}"', f'folder = "/{"a" * 9000}"', "folder = [1]", "folder = 1"],
)
def test_a_name_of_an_instance_that_no_folder_can_have(tmp_path: Path, guide: str, text: str) -> None:
    """With it the state is looked for, before the answers are weighed."""
    done = jalon("plan", guide, "--answers", written(tmp_path, text.encode()), "--state-dir", str(tmp_path / "st"))
    assert done.returncode in (65, 74), done.stderr
    assert len(done.stderr) < 2000
    if done.returncode == 65:
        assert "folder: " in done.stderr


def test_set_is_held_to_the_same(tmp_path: Path) -> None:
    for value in ("\x1b[2J", "a" * 100_000, "a\u202eb"):
        done = jalon("plan", "madeup", "--set", f"folder={value}", "--state-dir", str(tmp_path / "st"))
        assert done.returncode == 65
        assert "folder: " in done.stderr
        assert len(done.stderr) < 2000
        assert done.stderr.replace("\n", "").isprintable()


def test_a_password_in_an_address_is_no_word_of_a_command(tmp_path: Path) -> None:
    words = ("--set", "source=https://labo:canary@git/x")
    done = jalon("plan", "biomaid", *words, "--state-dir", str(tmp_path / "st"), madeup=False)
    assert done.returncode == 64
    assert "canary" not in done.stderr
    path = written(tmp_path, b'source = "https://labo:canary@git/x"', 0o644)
    done = jalon("plan", "biomaid", "--answers", path, "--state-dir", str(tmp_path / "st"), madeup=False)
    assert done.returncode == 65
    assert "chmod 600" in done.stderr
    assert "canary" not in done.stderr
