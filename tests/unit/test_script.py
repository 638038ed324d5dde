"""The exported script: sound, without secrets, and carrying those it reads byte for byte."""

from __future__ import annotations

import ast
import os
import pwd
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import ClassVar

import pytest

from tests.unit.running import environment, jalon
from wizard.answers.questions import Answers
from wizard.base.rendering import python_literal, shell_word, toml_string
from wizard.base.secret import Secret
from wizard.base.toml import loads
from wizard.base.values import Value
from wizard.changes.change import Change, Hands, Typed
from wizard.guide import Checkpoint
from wizard.host.overlay import Effect
from wizard.host.reading import Host
from wizard.outputs import script
from wizard.steps.step import Step
from wizard.walk.plan import Planned, PlannedStep

HOSTILE = [
    "plain",
    "two words",
    " spaces at both ends ",
    'quote\' and "double"',
    "$HOME $(id) `id` ${x}",
    "a=b=c",
    "=leading",
    "trailing=",
    "base64==",
    "back\\slash \\n \\\\",
    "per%cent %s %%",
    "{{ braces }} @@JALON_OTHER:python_literal@@",
    "*?[a] ~ ! # ; & | < >",
    "é€😀\u2028\x7f",
    "-n",
]
LETTERS = "".join(chr(number) for number in range(32, 127))


class Everything(Value):
    """A body that places a secret by each quoting there is."""

    secret: Secret

    def render(self) -> bytes:
        raise NotImplementedError

    def redacted(self) -> str:
        raise NotImplementedError

    def with_placeholders(self) -> str:
        place = f"@@{self.secret.variable}:"
        return f"{place}python_literal@@\n{place}shell_word@@\nx = {place}toml_string@@\n$HOME `id` \\ 'é'\n"

    @property
    def confidential(self) -> bool:
        return True


class TypedOut(Change):
    """A change that is only typed."""

    kind: ClassVar[str] = "TypedOut"
    told: tuple[Typed, ...] = field(hash=False)

    @property
    def title(self) -> str:
        return "type"

    def carry_out(self, hands: Hands) -> None:
        raise NotImplementedError

    def effect(self, host: Host) -> Iterable[Effect]:
        return ()

    def typed(self) -> Sequence[Typed]:
        return self.told


class Nothing(Step):
    title: str = "step"
    key: str = "step"

    def changes(self, host: Host) -> Iterator[Change]:
        return iter(())


def written(*told: Typed, secrets: Sequence[Secret]) -> str:
    """A script of these words that asks for no root."""
    answers = Answers({secret.name: secret for secret in secrets})
    point = Checkpoint("point", "A `point` $(with) 'quotes'", "")
    text = script.render(
        "Title", "name", answers, [PlannedStep(point, Nothing(), (Planned(TypedOut(told), typed=tuple(told)),))]
    )
    needs = next(line for line in text.splitlines() if "id -u" in line)
    return text.replace(needs, "")


def run(text: str, folder: Path, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    path = folder / "script.sh"
    path.write_text(text)
    return subprocess.run(
        ["bash", str(path), *words],
        env=environment(**(env or {})),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def given(folder: Path, text: str) -> str:
    path = folder / "secrets"
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return str(path)


def accepted(text: str, tmp_path: Path) -> None:
    path = tmp_path / "exported.sh"
    path.write_text(text)
    subprocess.run(["bash", "-n", str(path)], check=True)
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_real_guide_s_script_is_sound(tmp_path: Path, lang: str) -> None:
    state = ("--state-dir", str(tmp_path / "state"))
    done = jalon("export", "biomaid", "--set", "hostnames=demo.example", "--lang", lang, *state, madeup=False)
    assert (done.returncode, done.stderr) == (0, "")
    accepted(done.stdout, tmp_path)
    assert not (tmp_path / "state").exists()
    for variable in ("JALON_DB_PASSWORD", "JALON_SECRET_KEY", "JALON_FIRST_ACCOUNT_PASSWORD"):
        assert f"#   {variable}\n" in done.stdout


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('password = "hunter2hunter2"\ntoken = "hunter3hunter3"\n')
    path.chmod(0o600)
    for guide in ("madeup", "alone"):
        done = jalon("export", guide, "--answers", str(path), "--state-dir", str(tmp_path / "state"))
        assert done.returncode == 0
        assert "hunter" not in done.stdout + done.stderr
        assert "#   JALON_PASSWORD\n" in done.stdout
        # This one is used nowhere, so that it is not asked for.
        assert "JALON_TOKEN" not in done.stdout
        accepted(done.stdout, tmp_path)


@pytest.mark.parametrize("value", [*HOSTILE, LETTERS])
@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
def test_a_secret_arrives_byte_for_byte(tmp_path: Path, value: str, end: str) -> None:
    secret, other = Secret("password", value), Secret("other", "X")
    lays = Typed("cat {laid}", lays=Everything(secret))
    says = Typed(f'printf "%s\\n" "${secret.variable}" "${other.variable}"; env')
    text = written(lays, says, secrets=(secret, other))
    accepted(text, tmp_path)
    lines = f"# a comment=1\n\nJALON_OTHER=X\nPATH=/nowhere\n{secret.variable}={value}{end}"
    done = run(text, tmp_path, given(tmp_path, lines))
    assert done.returncode == 0, done.stderr
    _nothing, heading, python, shell, toml, static, told, third, *environ = done.stdout.split("\n")
    assert heading == "== A `point` $(with) 'quotes'"
    assert ast.literal_eval(python) == value and python == python_literal(value)
    assert shlex.split(shell) == [value] and shell == shell_word(value)
    assert loads(toml)["x"] == value and toml == f"x = {toml_string(value)}"
    assert static == "$HOME `id` \\ 'é'"
    assert (told, third) == (value, "X")
    assert not [line for line in environ if line.startswith("JALON_")]
    assert done.stdout.endswith("\n== all done\n")


def test_secrets_come_from_the_environment_too_and_go_no_further(tmp_path: Path) -> None:
    secret = Secret("password", "")
    text = written(
        Typed("cat {laid}; env", lays=Everything(Secret("password", "x"))), secrets=(Secret("password", "x"),)
    )
    done = run(text, tmp_path, env={secret.variable: "from = 'outside'"})
    assert "\"from = 'outside'\"\n" in done.stdout
    assert secret.variable not in done.stdout


def test_a_missing_secret_is_named_before_anything_is_done(tmp_path: Path) -> None:
    secrets = (Secret("first", "x"), Secret("second", "x"))
    text = written(Typed('echo "$JALON_FIRST" "$JALON_SECOND" >touched'), secrets=secrets)
    done = run(text, tmp_path, given(tmp_path, "JALON_FIRST=x\nJALON_SECOND=\n"))
    assert (done.returncode, done.stdout) == (64, "")
    assert "JALON_SECOND" in done.stderr and not (tmp_path / "touched").exists()
    assert run(text, tmp_path, str(tmp_path / "missing")).returncode != 0
    assert not (tmp_path / "touched").exists()


def test_what_is_laid_is_closed_and_gone_afterwards(tmp_path: Path) -> None:
    secret = Secret("password", "x")
    lays = Typed('stat -c "%a %n" {laid}; stat -c %a "$(dirname {laid})"', lays=Everything(secret))
    done = run(written(lays, Typed("false"), secrets=(secret,)), tmp_path, given(tmp_path, "JALON_PASSWORD=x\n"))
    assert done.returncode == 1
    mode, place = done.stdout.splitlines()[2].split(" ", 1)
    assert (mode, done.stdout.splitlines()[3]) == ("600", "700")
    assert not Path(place).parent.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
@pytest.mark.parametrize("value", [*HOSTILE, LETTERS])
def test_another_user_gets_its_own_home_and_the_secrets_named(tmp_path: Path, value: str) -> None:
    account = next(one for one in pwd.getpwall() if one.pw_uid and Path(one.pw_dir).is_dir())
    secret, other = Secret("password", value), Secret("other", "X")
    first = Typed(
        f'printf "%s\\n" "$(id -un)" "$HOME" "$PWD" "$(umask)" "${secret.variable}" "a\'b"',
        account.pw_name,
        secrets=(secret,),
    )
    second = Typed(f"echo ${{{other.variable}:-not}} told", account.pw_name)
    text = written(first, second, secrets=(secret, other))
    accepted(text, tmp_path)
    done = run(text, tmp_path, given(tmp_path, f"JALON_OTHER=X\n{secret.variable}={value}\n"))
    assert done.returncode == 0, done.stderr
    _nothing, _heading, *told = done.stdout.split("\n")
    home = str(Path(account.pw_dir))
    assert told[:6] == [account.pw_name, home, str(Path(home).resolve()), "0022", value, "a'b"]
    assert told[6] == "not told"
