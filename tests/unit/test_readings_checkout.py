"""What is read of a checkout: as git wrote it, and as somebody may have left it to mislead who reads."""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.host import git
from wizard.host.git import Checkout, CheckoutAt
from wizard.host.reading import Unknown

COMMIT, TAG = "a" * 40, "b" * 40
CONFIG = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://git.example/r.git ; a comment\n'


def read(folder: Path) -> Checkout | Unknown | None:
    [found] = git.answer([CheckoutAt(str(folder))]).values()
    assert found is None or isinstance(found, Checkout | Unknown)
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small one, made by hand."""
    for name, text in {
        "HEAD": "ref: refs/heads/main\n",
        "config": CONFIG,
        "refs/heads/main": f"{COMMIT}\n",
        "refs/tags/v1": f"{TAG}\n",
        "refs/tags/other": f"{'c' * 40}\n",
        "packed-refs": f"# pack-refs with: peeled\n{'d' * 40} refs/tags/v0\n^{COMMIT}\n",
        "jalon.json": f'{{"revision": "main", "commit": "{COMMIT}"}}',
    }.items():
        path = tmp_path / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    put_object(tmp_path, f"tag 60\0object {COMMIT}\ntype commit\n".encode())
    return tmp_path


def put_object(folder: Path, data: bytes) -> None:
    path = folder / ".git/objects/bb" / ("b" * 38)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(data, 9))


def test_what_git_wrote(tmp_path: Path) -> None:
    """Whatever git writes is read as it says itself."""

    def run(*words: str) -> str:
        who = ("-c", "user.name=x", "-c", "user.email=x@localhost")
        return subprocess.run(
            ["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True, text=True
        ).stdout

    run("init", "-q", "-b", "feature/x")
    run("commit", "-q", "--allow-empty", "-m", "x")
    run("tag", "light")
    run("tag", "-a", "-m", "x", "noted/v1")
    run("remote", "add", "origin", "https://git.example/a b;c#d.git")
    commit = run("rev-parse", "HEAD").strip()
    expected = Checkout(commit, "feature/x", "https://git.example/a b;c#d.git", tags=("light", "noted/v1"))
    assert read(tmp_path) == expected
    run("pack-refs", "--all")
    assert read(tmp_path) == expected
    run("gc", "-q")
    assert read(tmp_path) == expected
    run("checkout", "-q", "--detach")
    found = read(tmp_path)
    assert isinstance(found, Checkout) and (found.commit, found.branch) == (commit, "")


def test_a_small_one(checkout: Path) -> None:
    wanted = Checkout(COMMIT, "main", "https://git.example/r.git", "main", COMMIT, ("v0", "v1"))
    assert read(checkout) == wanted


def test_no_password_of_an_address_is_handed_on(checkout: Path) -> None:
    (checkout / ".git/config").write_text(CONFIG.replace("https://", "https://labo:T0KEN@"))
    found = read(checkout)
    assert isinstance(found, Checkout)
    assert found.origin.endswith("git.example/r.git") and "T0KEN" not in found.origin


def test_where_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert read(tmp_path) is None


@pytest.mark.parametrize(
    "said",
    [
        "ref: refs/heads/../../../../etc/passwd",
        "ref: refs/heads/.invalid",
        "ref: /etc/passwd",
        "ref: refs/heads/a b",
        "ref: refs/heads/x.lock",
        "root:x:0:0:root:/root:/bin/bash",
        "",
        "ref: ",
    ],
)
def test_a_head_that_git_would_not_write_is_not_known(checkout: Path, said: str) -> None:
    (checkout / ".git/HEAD").write_text(said + "\n")
    found = read(checkout)
    assert isinstance(found, Unknown)
    assert "passwd" not in found.why.replace(str(checkout), "") and "/bin/bash" not in found.why


@pytest.mark.parametrize("name", ["HEAD", "config", "packed-refs"])
@pytest.mark.parametrize("to", ["/etc/shadow", "nowhere", "HEAD", "config"])
def test_no_link_is_followed(checkout: Path, name: str, to: str) -> None:
    path = checkout / ".git" / name
    path.unlink()
    path.symlink_to(to)
    assert isinstance(read(checkout), Unknown)


def test_no_link_on_the_way_to_a_reference_is_followed(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "main").write_text("e" * 40)
    (checkout / ".git/refs/heads/main").unlink()
    (checkout / ".git/refs/heads").rmdir()
    (checkout / ".git/refs/heads").symlink_to(outside)
    found = read(checkout)
    assert isinstance(found, Checkout) and found.commit == ""


@pytest.mark.parametrize(
    "damage",
    [
        lambda git: (git / "refs/tags/root").symlink_to("/"),
        lambda git: (git / "refs/tags/round").symlink_to("."),
        lambda git: os.mkfifo(git / "refs/tags/fifo"),
        lambda git: (git / "refs/tags/x").mkdir(),
        lambda git: (git / "refs/tags/long").write_text("x" * 10_000),
        lambda git: (git / "refs/tags/\udce9").write_text("x"),
        lambda git: (git / "refs/tags/up").write_text("../../../../etc/passwd"),
    ],
)
def test_what_lies_among_the_tags_hides_no_tag(checkout: Path, damage: Callable[[Path], None]) -> None:
    damage(checkout / ".git")
    found = read(checkout)
    assert isinstance(found, Checkout) and found.tags == ("v0", "v1")


def test_very_many_tags_come_to_an_end(checkout: Path) -> None:
    place = checkout / ".git/refs/tags"
    for _n in range(30):
        place = place / "deeper"
    place.mkdir(parents=True)
    (place / "v9").write_text(COMMIT)
    assert isinstance(read(checkout), Checkout)


def test_an_object_that_grows_is_read_at_its_beginning_alone(checkout: Path) -> None:
    put_object(checkout, f"tag 60\0object {COMMIT}\ntype commit\n".encode() + bytes(50_000_000))
    found = read(checkout)
    assert isinstance(found, Checkout) and "v1" in found.tags


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ('[remote "origin"]\nurl = "a b;#c" ; d', "a b;#c"),
        ('[REMOTE "origin"] URL=x', "x"),
        ('[remote "Origin"]\nurl = x', ""),
        ('[remote "origin"]\nurl = a\\\nb', "ab"),
        ('[remote "origin"]\nurl = "a\\"b"', 'a"b'),
        ('[remote "origin"]\n# url = x\nfetch = y\nurl = one\nurl = two', "one"),
        ('[branch "x"]\nurl = x\n[core]\nbare', ""),
        ('[remote "origin"]\r\nurl = x\r\n', "x"),
        ("", ""),
    ],
)
def test_an_origin_as_git_reads_it(checkout: Path, text: str, origin: str) -> None:
    (checkout / ".git/config").write_text(text)
    found = read(checkout)
    assert isinstance(found, Checkout) and found.origin == origin


@pytest.mark.parametrize("text", ['[remote "origin"]\nurl = "a', "[remote", "= x", "url \0 x", "[core]\nx = \\q"])
def test_a_config_that_git_could_not_read_is_not_known(checkout: Path, text: str) -> None:
    (checkout / ".git/config").write_text(text)
    found = read(checkout)
    assert isinstance(found, Unknown) and "line" in found.why


def test_bytes_of_latin_1_are_borne(checkout: Path) -> None:
    for name in ("config", "packed-refs"):
        path = checkout / ".git" / name
        path.write_bytes(b"# \xe9t\xe9\n" + path.read_bytes())
    assert isinstance(read(checkout), Checkout)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[]",
        '{"revision": 1, "commit": "x"}',
        f'{{"revision": "\\u001b]52;", "commit": "{COMMIT}"}}',
        "\0",
    ],
)
def test_a_receipt_of_another_kind_is_none(checkout: Path, text: str) -> None:
    (checkout / ".git/jalon.json").write_text(text)
    found = read(checkout)
    assert isinstance(found, Checkout) and (found.held_revision, found.held_commit) == ("", "")
