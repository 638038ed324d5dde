"""The command line's promises: exit statuses, streams, languages, and words instead of tracebacks."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.forkserver import ROOT
from tests.unit.running import jalon, nobody
from wizard.base.language import set_language
from wizard.base.toml import loads

OK, RED, PENDING, USAGE, BAD, WRITE, LOCKED, ROOT_NEEDED, UNHEARD = 0, 1, 2, 64, 65, 74, 75, 77, 141
VERBS = ("plan", "apply", "verify", "fix", "report", "render", "export", "undo")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with an answers file and the place of a state, which any user may enter."""
    (tmp_path / "answers.toml").write_text(f'folder = "{tmp_path}/made"\n')
    tmp_path.chmod(0o755)
    return tmp_path


def given(work: Path, *words: str) -> tuple[str, ...]:
    return (*words, "--answers", str(work / "answers.toml"), "--state-dir", str(work / "state"))


def applied(work: Path, *words: str) -> None:
    done = jalon(*given(work, "apply", "madeup", "--yes", *words), root=True)
    assert done.returncode == OK, done.stderr


def stopped(status: int, *words: str, **more: Any) -> str:
    """What is said on standard error by a command that ends so, with nothing on standard output."""
    done = jalon(*words, **more)
    assert (done.returncode, done.stdout) == (status, ""), (done.returncode, done.stdout, done.stderr)
    assert done.stderr.strip()
    return done.stderr


# --- 64: usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "nonsense"),
        (("verify",), "GUIDE"),
        (("verify", "nonsense"), "there is no guide `nonsense`; the guides are: alone, madeup, own"),
        (("questions", "nonsense"), "madeup"),
        (("answers", "nonsense"), "madeup"),
        (("verify", "madeup", "--format", "yaml"), "yaml"),
        (("verify", "madeup", "--lang", "xx"), "xx"),
        (("verify", "madeup", "--answ", "x"), "--answ"),
        (("verify", "madeup", "more"), "more"),
        (("plan", "madeup", "--set", "level"), "--set takes KEY=VALUE, not `level`"),
        (("plan", "madeup", "--set", "password=hunter22"), "process list"),
        (("plan", "madeup", "--set", "level=1", "--set", "token="), "--set token is refused"),
        (("verify", "madeup"), "no instance of madeup"),
        (("verify", "madeup", "--set", "level=1", "--only", "nowhere"), "they are: ground, work"),
        (("report", "madeup", "--set", "level=1", "--skip", "work"), "--skip takes ID=REASON, not `work`"),
        (("report", "madeup", "--set", "level=1", "--skip", "nowhere=x"), "no checkpoint or probe `nowhere`"),
        (("report", "madeup", "--set", "level=1", "--skip", "work=x"), "no state to keep a reason in"),
        (("report", "madeup", "--set", "level=1", "--output", "/"), "/ is a folder"),
        (("render", "madeup", "--set", "level=1"), "--output"),
        (("export", "madeup", "--set", "level=1", "--format", "rst"), "script"),
        (("verify", "alone", "--set", "level=1", "--instance", "other"), "no instances"),
    ],
)
def test_bad_usage_is_64_and_says_what_is_wrong(work: Path, words: Sequence[str], said: str) -> None:
    more = ("--state-dir", str(work / "state")) if words[0] in VERBS else ()
    told = stopped(USAGE, *words, *more)
    assert said in told
    assert "hunter22" not in told
    assert not (work / "state").exists()


def test_an_unknown_checkpoint_of_apply_is_64(work: Path) -> None:
    words = given(work, "apply", "madeup", "--yes", "--until", "nowhere")
    assert "they are: ground, work" in stopped(USAGE, *words, root=True)
    assert not (work / "state").exists()


@pytest.mark.parametrize("verb", ["apply", "fix", "undo"])
def test_nobody_to_ask_and_no_yes_is_64(work: Path, verb: str) -> None:
    assert "--yes" in stopped(USAGE, *given(work, verb, "madeup"), root=True)
    assert "--yes" in stopped(USAGE, *given(work, verb, "madeup"), root=True, input="y\n")
    assert not (work / "state").exists()


def test_several_instances_are_64_with_the_list(work: Path) -> None:
    applied(work, "--instance", "one")
    applied(work, "--instance", "two", "--set", f"folder={work}/other")
    state = ("--state-dir", str(work / "state"))
    for words in (("verify", "madeup"), ("verify", "madeup", "--set", "level=3")):
        assert "there are several instances: one, two; choose one with --instance" in stopped(USAGE, *words, *state)
    told = stopped(USAGE, "verify", "madeup", "--instance", "three", *state)
    assert "`three`" in told and "one, two" in told
    done = jalon("verify", "madeup", "--instance", "two", "--format", "json", *state)
    assert (done.returncode, json.loads(done.stdout)["instance"]) == (OK, "two")


def test_undo_of_what_was_never_applied_is_64(work: Path) -> None:
    assert "nothing was applied" in stopped(USAGE, *given(work, "undo", "madeup", "--yes"), root=True)


def test_fix_of_what_was_never_applied_is_64(work: Path) -> None:
    assert "nothing was applied" in stopped(USAGE, *given(work, "fix", "madeup", "--yes"), root=True)


def test_fix_without_a_secret_is_65_and_writes_nothing(work: Path) -> None:
    applied(work, "--instance", "one")
    (work / "state/madeup/one/secrets.toml").write_text("")
    words = ("fix", "madeup", "--yes", "--state-dir", str(work / "state"))
    assert "password" in stopped(BAD, *words, root=True)


def test_fix_says_what_is_repaired_and_what_is_left(work: Path) -> None:
    applied(work, "--instance", "one")
    (work / "made/plain").unlink()
    words = ("fix", "madeup", "--yes", "--state-dir", str(work / "state"))
    assert "0 changes" in jalon(*words, root=True).stdout
    done = jalon(*words, "--set", "mood=red", root=True)
    assert done.returncode == 1
    assert "left: the greeting: it must be agreed to: find it" in done.stdout
    assert "find /" in done.stdout
    assert (work / "made/plain").exists()


# --- which instance is meant


def test_the_only_instance_is_meant(work: Path) -> None:
    applied(work, "--instance", "one")
    state = ("--state-dir", str(work / "state"), "--format", "json")
    for words in ((), ("--set", "port=9"), ("--instance", "one")):
        done = jalon("verify", "madeup", *words, *state)
        assert (done.returncode, json.loads(done.stdout)["instance"]) == (OK, "one"), done.stderr


def test_an_answers_file_without_a_name_finds_its_instance_again(work: Path) -> None:
    applied(work)
    kept = (work / "state/madeup/first/secrets.toml").read_text()
    assert "password" in kept
    applied(work)
    assert (work / "state/madeup/first/secrets.toml").read_text() == kept
    assert jalon(*given(work, "plan", "madeup")).returncode == OK


def test_a_state_of_an_older_version_is_read_with_the_answers_that_are_no_longer_asked(work: Path) -> None:
    state = work / "state/biomaid/demo"
    state.mkdir(parents=True)
    (state / "answers.toml").write_text(
        'instance = "demo"\ntls = "none"\nurl_prefix = ""\nbackup_remote = ""\nservice_manager = "systemd"\n'
        "upgrade_system = false\n"
    )
    words = ("render", "biomaid", "--state-dir", str(work / "state"), "--output", str(work / "files"))
    done = jalon(*words, madeup=False)
    assert done.returncode == OK, done.stderr
    told = stopped(BAD, *words, "--set", "tls=files", madeup=False)
    assert "tls: not supported yet" in told


def test_what_follows_from_another_answer_follows_it_later_too(work: Path) -> None:
    applied(work, "--set", "port=9")

    def kept() -> dict[str, Any]:
        return loads((work / "state/madeup/first/answers.toml").read_text())

    assert (kept()["limit"], kept()["port"]) == (30, 9)
    applied(work, "--set", "level=4")
    assert (kept()["limit"], kept()["port"]) == (40, 9), "what follows, and what was chosen"
    applied(work, "--set", "limit=7")
    applied(work, "--set", "level=5")
    assert kept()["limit"] == 7, "once chosen it stays"


def test_a_guide_without_instances_has_one(work: Path) -> None:
    done = jalon(*given(work, "apply", "alone", "--yes"), root=True)
    assert done.returncode == OK, done.stderr
    done = jalon("verify", "alone", "--format", "json", "--state-dir", str(work / "state"))
    assert (done.returncode, json.loads(done.stdout)["instance"]) == (OK, "default")


# --- 65: answers


@pytest.mark.parametrize("verb", ["plan", "apply", "verify", "export"])
def test_bad_answers_are_65_all_named_and_nothing_is_touched(work: Path, verb: str) -> None:
    bad = {
        "level": "0",
        "port": "seventy",
        "fast": "perhaps",
        "names": "ok,not ok",
        "mood": "sad",
        "folder": "../up",
        "levle": "3",
    }
    words = [word for key, value in bad.items() for word in ("--set", f"{key}={value}")]
    yes = ("--yes",) if verb == "apply" else ()
    told = stopped(BAD, *given(work, verb, "madeup"), *words, *yes, root=True)
    for key in bad:
        assert f"  {key}: " in told
    assert "did you mean `level`?" in told
    assert not (work / "state").exists() and not (work / "made").exists()


@pytest.mark.parametrize("value", ["²", "--5", "9" * 5000, "1e3", "", " "])
def test_what_looks_like_a_number_and_is_none_is_65(work: Path, value: str) -> None:
    assert "level: a whole number is wanted" in stopped(BAD, *given(work, "plan", "madeup"), "--set", f"level={value}")


@pytest.mark.parametrize("value", ["a\nb", "\x1b[2J", "caf\udce9"])
def test_hostile_text_is_65(work: Path, value: str) -> None:
    assert "folder: " in stopped(BAD, *given(work, "plan", "madeup"), "--set", f"folder={value}")


def test_two_names_that_differ_are_65(work: Path) -> None:
    words = given(work, "plan", "madeup", "--instance", "one", "--set", "instance=two")
    told = stopped(BAD, *words)
    assert "one" in told and "two" in told
    (work / "answers.toml").write_text('instance = "three"\n')
    assert "three" in stopped(BAD, *given(work, "plan", "madeup", "--instance", "one"))


def test_a_name_that_leads_out_of_the_state_is_65(work: Path) -> None:
    assert "instance: " in stopped(BAD, *given(work, "plan", "madeup", "--instance", "../../etc"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"level = ", "not valid TOML"),
        (b"level = 1\nlevel = 2\n", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"folder = 1979-05-27\n", "folder: a text is wanted"),
        (b"[level]\nx = 1\n", "level: a whole number is wanted"),
        (b"password = 5\n", "password: a text is wanted"),
        (b"names = [1]\n", "names: a list of texts is wanted"),
    ],
)
def test_an_answers_file_that_is_none_is_65(work: Path, text: bytes, said: str) -> None:
    (work / "answers.toml").write_bytes(text)
    (work / "answers.toml").chmod(0o600)
    assert said in stopped(BAD, *given(work, "plan", "madeup"))


@pytest.mark.parametrize("place", ["missing", "folder", "folder/in/none", "answers.toml/below"])
def test_an_answers_file_that_cannot_be_read_is_65(work: Path, place: str) -> None:
    (work / "folder").mkdir()
    assert str(work / place) in stopped(BAD, "plan", "madeup", "--answers", str(work / place))


def test_a_secret_that_others_may_read_is_65(work: Path) -> None:
    path = work / "answers.toml"
    path.write_text(path.read_text() + 'password = "hunter2hunter2"\n')
    path.chmod(0o640)
    told = stopped(BAD, *given(work, "plan", "madeup"))
    assert f"chmod 600 {path}" in told and "hunter2" not in told
    path.chmod(0o600)
    assert jalon(*given(work, "plan", "madeup")).returncode == PENDING


# --- 77: root


def test_an_undo_waits_for_no_run_of_another_instance_and_names_it(work: Path) -> None:
    applied(work)
    applied(work, "--instance", "other")
    state = ("--state-dir", str(work / "state"))
    with (work / "state" / "madeup" / "other" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = stopped(LOCKED, "undo", "madeup", "--instance", "first", "--yes", *state, root=True)
    assert "the instance other, which may share something with this one" in said
    assert jalon("undo", "madeup", "--instance", "first", "--yes", *state, root=True).returncode == OK


@pytest.mark.parametrize("words", [("apply", "--yes"), ("undo", "--yes"), ("verify", "--trials")])
def test_what_changes_a_machine_needs_root(work: Path, words: Sequence[str]) -> None:
    told = stopped(ROOT_NEEDED, *given(work, words[0], "madeup"), *words[1:], become=nobody())
    assert "sudo" in told
    assert not (work / "state").exists()


def test_anybody_may_verify_what_root_applied(work: Path) -> None:
    applied(work)
    words = ("verify", "madeup", "--state-dir", str(work / "state"), "--format", "json")
    done = jalon(*words, become=nobody())
    assert done.returncode == OK, done.stderr
    assert json.loads(done.stdout)["facts"]["root"] is (os.geteuid() == 0 and not nobody())


# --- the state


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_the_state_is_readable_but_for_its_secrets(work: Path) -> None:
    applied(work)
    folder = work / "state/madeup/first"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    found = modes(folder)
    assert found["answers.toml"] == 0o644
    assert {found[name] for name in ("secrets.toml", "journal.jsonl")} == {0o600}
    assert found["replaced"] == 0o700
    assert "password" not in (folder / "answers.toml").read_text()


@pytest.fixture(scope="module")
def done_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of an instance, to be copied."""
    folder = tmp_path_factory.mktemp("done")
    (folder / "answers.toml").write_text(f'folder = "{folder}/made"\n')
    applied(folder)
    return folder


@pytest.mark.parametrize("name", ["answers.toml", "secrets.toml", "journal.jsonl"])
@pytest.mark.parametrize(
    ("verb", "damage"),
    [
        ("verify", b"\x00\xff\n"),
        ("plan", b"what = is = this\n"),
        ("apply", b'{"event": "begun", "number": 1}\n'),
        ("undo", b"[5]\n-\n"),
    ],
)
def test_a_damaged_state_is_named_with_what_to_do(
    work: Path, done_once: Path, name: str, damage: bytes, verb: str
) -> None:
    shutil.copytree(done_once / "state", work / "state")
    path = work / "state/madeup/first" / name
    path.write_bytes(damage + path.read_bytes())
    yes = ("--yes",) if verb in ("apply", "undo") else ()
    told = stopped(BAD, verb, "madeup", "--state-dir", str(work / "state"), *yes, root=True)
    assert f"{path} is damaged: " in told
    assert "by hand" in told
    assert path.read_bytes().startswith(damage)


def test_a_line_that_a_crash_cut_short_is_taken_away(work: Path) -> None:
    applied(work)
    path = work / "state/madeup/first/journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"event": "begun", "num')
    state = ("--state-dir", str(work / "state"))
    assert jalon("verify", "madeup", *state).returncode == OK
    applied(work, "--set", "level=7")
    lines = path.read_bytes().splitlines()
    assert b"\n".join(lines).startswith(whole.rstrip(b"\n"))
    assert [json.loads(line)["event"] for line in lines[len(whole.splitlines()) :]] == ["begun", "done"] * 2
    done = jalon("undo", "madeup", "--yes", *state, root=True)
    assert (done.returncode, (work / "made").exists()) == (OK, False), done.stderr


def test_a_path_with_letters_of_any_kind_can_be_undone(work: Path) -> None:
    strange = work / "a\u2028b\x85c"
    strange.mkdir()
    (work / "answers.toml").write_text("")
    from wizard.changes.files import DirectoryMade
    from wizard.host.bare import BareHost
    from wizard.record.journal import Journal
    from wizard.record.state import State

    state = State(work / "state/madeup/first")
    journal = Journal(state)
    names = [f"{strange}/made", f"{work}/caf\udce9"]
    for name in names:
        journal.done(journal.begin("ground", DirectoryMade(name), BareHost()))
    assert [entry.subject for entry in Journal(state).entries()] == names


@pytest.mark.parametrize("verb", ["apply", "verify"])
def test_a_state_that_cannot_be_written_is_said_in_words(work: Path, verb: str) -> None:
    (work / "state").write_text("a file where a folder should be")
    told = stopped(WRITE, *given(work, verb, "madeup", "--format", "json"), root=True)
    assert str(work / "state") in told and "a file stands where a folder should be" in told


def test_a_state_of_somebody_else_is_said_in_words(work: Path) -> None:
    become = nobody()
    closed = work / "closed"
    closed.mkdir(mode=0o500)
    words = ("apply", "madeup", "--answers", str(work / "answers.toml"), "--state-dir", str(closed), "--yes")
    told = stopped(WRITE, *words, root=True, become=become)
    assert f"{closed}/madeup" in told and "as a user who may" in told


FULL = 'ulimit -f 0; trap "" XFSZ; exec "$@"'


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_said_in_words(work: Path, form: str) -> None:
    told = stopped(WRITE, *given(work, "apply", "madeup", "--yes", "--format", form), root=True, shell=FULL)
    assert f"{work}/state/madeup/first/" in told and "File too large" in told
    assert not (work / "made").exists()


@pytest.mark.parametrize("env", [{"HOME": None}, {"HOME": ""}, {"HOME": None, "XDG_STATE_HOME": "not/absolute"}])
def test_no_home_is_no_trouble(work: Path, env: dict[str, str | None]) -> None:
    words = ("verify", "madeup", "--answers", str(work / "answers.toml"))
    assert jalon(*words, env=env).returncode == RED
    done = jalon(*words, env=env, become=nobody())
    assert done.returncode == RED, done.stderr
    assert not (ROOT / ".local").exists() and not (ROOT / "not").exists()


def test_a_user_without_a_name_is_told_to_choose(work: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become a user without a name")
    become = [word.replace("=65534", "=64999") for word in nobody()]
    with pytest.raises(KeyError):
        pwd.getpwuid(64999)
    told = stopped(USAGE, "verify", "madeup", "--set", "level=1", env={"HOME": None}, become=become)
    assert "--state-dir" in told
    facts = json.loads(jalon("facts", "--format", "json", become=become).stdout)
    assert facts["user"] == "64999"


# --- streams


def test_jalon_alone_prints_help() -> None:
    done = jalon()
    assert (done.returncode, done.stderr) == (OK, "")
    for verb in ("guides", "facts", "questions", "answers", *VERBS):
        assert verb in done.stdout


def test_the_version_is_that_of_the_package() -> None:
    from wizard import __version__

    done = jalon("--version", madeup=False)
    assert (done.returncode, done.stdout, done.stderr) == (OK, f"jalon {__version__}\n", "")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("guide", ["madeup", "biomaid"])
def test_answers_prints_a_valid_answers_file(work: Path, guide: str) -> None:
    done = jalon("answers", guide, madeup=guide == "madeup")
    assert (done.returncode, done.stderr) == (OK, "")
    path = work / "from-answers.toml"
    path.write_text(done.stdout)
    asked = json.loads(jalon("questions", guide, "--format", "json", madeup=guide == "madeup").stdout)
    assert list(loads(done.stdout)) == [one["key"] for one in asked if not one["secret"]]
    assert loads(done.stdout) == {one["key"]: one["default"] for one in asked if not one["secret"]}
    assert {one["key"] for one in asked if f"# {one['key']} = " in done.stdout} == {
        one["key"] for one in asked if one["secret"]
    }
    used = jalon("export", guide, "--answers", str(path), "--state-dir", str(work), madeup=guide == "madeup")
    assert (used.returncode, used.stderr) == (OK, "")


def test_questions_shows_defaults_as_an_answers_file_has_them() -> None:
    shown = dict(line.split(None, 1) for line in jalon("questions", "biomaid", madeup=False).stdout.splitlines())
    assert shown["debug"].endswith("[false]")
    assert shown["extras"].endswith("[[]]")
    assert shown["instance"].endswith('["instance"]')
    assert shown["workers"].endswith("[4]")
    assert shown["db_password"].endswith("[(generated)]")


def test_standard_output_holds_the_result_and_nothing_else(work: Path) -> None:
    applied(work)
    state = ("--state-dir", str(work / "state"))
    for words in (
        ("guides", "--format", "json"),
        ("facts", "--format", "json"),
        ("questions", "madeup", "--format", "json"),
        ("plan", "madeup", "--format", "json", *state),
        ("verify", "madeup", "--format", "json", *state),
        ("verify", "madeup", "--trials", "--format", "json", *state),
    ):
        done = jalon(*words, root=True)
        json.loads(done.stdout)
        assert done.stderr == ""
    done = jalon(*given(work, "apply", "madeup", "--yes", "--set", "level=5"), root=True)
    assert done.stdout.count("\n") == 1 and done.stdout.startswith("Done. 2 changes")
    assert "+ write" in done.stderr


@pytest.mark.parametrize("words", [("answers", "biomaid"), ("guides",), ("--help",), ("facts", "--format", "json")])
@pytest.mark.parametrize("reader", ["head -c 1", "true"])
def test_a_reader_that_has_heard_enough_is_no_trouble(words: Sequence[str], reader: str) -> None:
    shell = f'"$@" | {reader} >/dev/null; exit "${{PIPESTATUS[0]}}"'
    done = jalon(*words, madeup=False, shell=shell)
    assert done.returncode in (OK, UNHEARD)
    assert done.stderr == ""


def test_a_reader_that_is_gone_before_we_speak_is_141() -> None:
    done = jalon("guides", madeup=False, shell='(sleep 0.1; "$@"; echo $? >&2) | true')
    assert done.stderr == f"{UNHEARD}\n"


def test_an_application_whose_reader_goes_ends_in_order(work: Path) -> None:
    done = jalon(
        *given(work, "apply", "madeup", "--format", "json", "--set", "mood=well"),
        root=True,
        shell='("$@"; echo $? >&2) | head -n 3 >/dev/null',
    )
    assert done.stderr.splitlines()[-1] in ("130", "0")
    applied(work)
    assert jalon(*given(work, "plan", "madeup")).returncode == OK


@pytest.mark.parametrize("words", [("guides",), ("answers", "biomaid"), ("facts", "--format", "json"), ("--help",)])
def test_a_full_standard_output_is_said_in_words(words: Sequence[str]) -> None:
    done = jalon(*words, madeup=False, shell='exec "$@" >/dev/full')
    assert done.returncode == WRITE
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_trouble(work: Path, closed: str) -> None:
    shell = f'exec "$@" {closed}'
    assert jalon("guides", madeup=False, shell=shell).returncode == OK
    assert jalon(*given(work, "apply", "madeup"), root=True, shell=shell).returncode == USAGE
    assert jalon(*given(work, "apply", "madeup", "--format", "json"), root=True, shell=shell).returncode == OK
    assert jalon(*given(work, "verify", "madeup"), shell=shell).returncode == OK


# --- languages and letters

PLAIN_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = {"LC_ALL": None, "LANG": "fr_FR.ISO-8859-1", "PYTHONIOENCODING": "iso-8859-1:strict", "PYTHONUTF8": "0"}
ASCII = {"LC_ALL": None, "LANG": "fr_FR", "PYTHONIOENCODING": "ascii:strict"}
LOCALES: list[dict[str, str | None]] = [
    {"LC_ALL": "C"},
    {"LC_ALL": None, "LANG": "fr_FR.UTF-8"},
    {**PLAIN_C},
    {**LATIN},
    {**ASCII},
]


@pytest.mark.parametrize("env", LOCALES)
def test_letters_that_a_locale_lacks_stop_nothing(work: Path, done_once: Path, env: dict[str, str | None]) -> None:
    shutil.copytree(done_once / "state", work / "state")
    state = ("--state-dir", str(work / "state"))
    for words, status in [
        (("questions", "madeup"), OK),
        (("--help",), OK),
        (("verify", "madeup", *state), OK),
        (("verify", "madeup", "--only", "é→\N{SNOWMAN}", *state), USAGE),
        (("plan", "madeup", "--set", "level=9", *state), PENDING),
        (("apply", "madeup", "--yes", "--set", f"folder={work}/made", *state), OK),
    ]:
        done = jalon(*words, "--lang", "fr", env=env, root=True)
        assert done.returncode == status, (words, done.stderr)


@pytest.mark.parametrize("env", LOCALES)
def test_what_programs_read_is_utf_8_in_every_locale(done_once: Path, env: dict[str, str | None]) -> None:
    state = ("--state-dir", str(done_once / "state"))
    assert "Names é" in jalon("answers", "madeup", env=env).stdout
    listed = {one["id"]: one for one in json.loads(jalon("guides", "--format", "json", env=env).stdout)}
    assert "For tests é" in listed["madeup"]["summary"]
    assert "héllo" in jalon("verify", "madeup", "--format", "json", *state, env=env).stdout
    assert "héllo" in jalon("verify", "madeup", "--format", "junit", *state, env=env).stdout
    assert "Work é" in jalon("export", "madeup", *state, env=env).stdout


@pytest.mark.parametrize(
    ("env", "asked", "spoken"),
    [
        ({"LANG": "fr_FR.UTF-8"}, None, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, None, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_CH"}, None, "fr"),
        ({"LANG": "fr_FR.UTF-8"}, "en", "en"),
        ({"LANG": "de_DE.UTF-8"}, None, "en"),
        ({"LANG": "frr_DE"}, None, "en"),
        ({}, "fr", "fr"),
        ({}, None, "en"),
    ],
)
def test_the_language_is_that_asked_for_or_the_locale_s(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], asked: str | None, spoken: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    try:
        assert set_language(asked) == spoken
    finally:
        set_language("en")


@pytest.mark.skipif(not list((ROOT / "wizard").glob("locale/fr/*/*.mo")), reason="there is no catalogue yet")
@pytest.mark.parametrize("lang", [("--lang", "fr", "guides"), ("guides", "--lang", "fr"), ("guides", "--lang=fr")])
def test_french_is_spoken_where_it_is_asked_for(lang: Sequence[str]) -> None:
    english, french = jalon("guides", madeup=False).stdout, jalon(*lang, madeup=False).stdout
    assert english != french
    assert jalon("guides", madeup=False, env={"LC_ALL": None, "LANG": "fr_FR.UTF-8"}).stdout == french
