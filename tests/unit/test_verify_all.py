"""`jalon verify --all-instances`: all instances of a guide in one go, each judged as by itself."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.unit.running import jalon
from tests.unit.test_schemas import held
from wizard.commands.status import NEEDS_ROOT, OK, RED, USAGE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three instances, each in its own folder."""
    place = tmp_path_factory.mktemp("made")
    for name in ("first", "second", "third"):
        given = ("--instance", name, "--set", f"folder={place}/{name}", "--state-dir", str(place / "state"))
        assert jalon("apply", "madeup", "--yes", *given, root=True).returncode == 0
    return place


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Iterator[Path]:
    """The same, put back afterwards."""
    kept = tmp_path / "kept"
    shutil.copytree(made, kept)
    yield made
    shutil.rmtree(made)
    shutil.copytree(kept, made)


def mood(work: Path, name: str, new: str) -> None:
    """What the probes of that instance find."""
    answers = work / f"state/madeup/{name}/answers.toml"
    answers.write_text(re.sub('mood = ".*"', f'mood = "{new}"', answers.read_text()))


def verify(work: Path, *words: str) -> tuple[int, str]:
    done = jalon("verify", "madeup", "--state-dir", str(work / "state"), *words)
    return done.returncode, done.stdout


def every(work: Path, *words: str) -> tuple[int, dict[str, Any]]:
    status, out = verify(work, "--all-instances", "--format", "json", *words)
    return status, held("verify-all", json.loads(out))


def judged(report: dict[str, Any]) -> Any:
    """What a verification of one instance says, but for times."""
    probes = [
        {**probe, "seconds": 0, "when": 0}
        for point in report["checkpoints"]
        for probe in [{"checkpoint": point["id"], "reached": point["reached"]}, *point["probes"]]
    ]
    return report["instance"], report["outcome"], report["outside"], probes


def test_each_is_judged_as_by_itself(work: Path) -> None:
    mood(work, "second", "red")
    status, found = every(work)
    assert (status, found["outcome"]) == (RED, "failed")
    alone = [
        json.loads(verify(work, "--instance", name, "--format", "json")[1]) for name in ("first", "second", "third")
    ]
    assert [judged(one) for one in found["instances"]] == [judged(one) for one in alone]
    assert [one["outcome"] for one in found["instances"]] == ["passed", "failed", "passed"]


def test_each_has_its_own_journal(work: Path) -> None:
    # What was applied and is gone since is a failure of that instance; what never was is not reached. Both look at the
    # same files.
    (work / "state/madeup/second/journal.jsonl").unlink()
    answers = work / "state/madeup/second/answers.toml"
    answers.write_text(answers.read_text().replace(f"{work}/second", f"{work}/third"))
    for made in (work / "third").rglob("*"):
        if made.is_file():
            made.unlink()
    _status, found = every(work)
    reached = {one["instance"]: [point["reached"] for point in one["checkpoints"]] for one in found["instances"]}
    assert all(reached["first"]) and all(reached["third"]) and not all(reached["second"])


def test_one_that_cannot_be_opened_hides_no_other(work: Path) -> None:
    (work / "state/madeup/second/answers.toml").write_text("level = [")
    status, found = every(work)
    assert status == RED
    first, second, third = found["instances"]
    assert first["outcome"] == third["outcome"] == "passed"
    assert "answers.toml" in second["refused"]
    status, out = verify(work, "--all-instances")
    assert status == RED and "answers.toml" in out and "2 of 3 instances are in order" in out


def test_a_state_that_breaks_later_hides_no_other(work: Path) -> None:
    trials = work / "state/madeup/second/trials.json"
    trials.write_text("{}")
    trials.chmod(0o666)
    status, found = every(work)
    assert status == RED
    assert [one.get("outcome") for one in found["instances"]] == ["passed", None, "passed"]
    assert "trials.json" in found["instances"][1]["refused"]


def test_what_cannot_be_opened_at_all_hides_no_other(work: Path) -> None:
    answers = work / "state/madeup/second/answers.toml"
    answers.unlink()
    answers.mkdir()
    status, found = every(work)
    assert status == RED
    assert [one.get("outcome") for one in found["instances"]] == ["passed", None, "passed"]


def test_the_text_has_what_is_wrong_and_with_all_everything(work: Path) -> None:
    mood(work, "second", "red")
    status, out = verify(work, "--all-instances")
    lines = out.splitlines()
    assert status == RED
    assert [line.split(":")[0].split()[-1] for line in lines if line.startswith("[")] == ["first", "second", "third"]
    assert "[passed]     first" in out and "[failed]     second" in out
    assert out.count("[failed]") == 1 + sum("[failed]" in line and line.startswith(" ") for line in lines) > 1
    assert "2 of 3 instances are in order" in lines[-1]
    assert len(verify(work, "--all-instances", "--all")[1].splitlines()) > 3 * len(lines) / 2


def test_junit_has_the_suites_of_each(work: Path) -> None:
    mood(work, "second", "crashed")
    (work / "state/madeup/third/answers.toml").write_text("level = [")
    status, out = verify(work, "--all-instances", "--format", "junit")
    assert status == RED
    root = ElementTree.fromstring(out.split("\n", 1)[1])
    suites = root.findall("testsuite")
    for word in ("tests", "errors", "failures", "skipped"):
        assert int(root.attrib[word]) == sum(int(one.attrib[word]) for one in suites)
    names = [one.attrib["name"] for one in suites]
    assert "first.ground" in names and "second.ground" in names and "third" in names
    assert {one.attrib["name"].split(".")[0] for one in suites if one.find("testcase/error") is not None} == {
        "second",
        "third",
    }


def test_one_checkpoint_of_each(work: Path) -> None:
    status, found = every(work, "--only", "ground")
    assert status == OK
    assert [[point["id"] for point in one["checkpoints"]] for one in found["instances"]] == [["ground"]] * 3


def test_the_worst_of_them_is_the_exit_status(work: Path) -> None:
    assert every(work)[0] == OK
    answers = work / "state/madeup/first/answers.toml"
    answers.write_text(re.sub("fast = .*", "fast = true", answers.read_text()))
    assert every(work)[0] == NEEDS_ROOT
    mood(work, "third", "red")
    assert every(work)[0] == RED


@pytest.mark.parametrize("words", [("--instance", "first"), ("--trials",), ("--watch",), ("--set", "level=3")])
def test_options_of_one_instance_are_refused(work: Path, words: tuple[str, ...]) -> None:
    done = jalon("verify", "madeup", "--all-instances", "--state-dir", str(work / "state"), *words)
    assert done.returncode == USAGE and words[0] in done.stderr


def test_without_any_it_is_said(tmp_path: Path) -> None:
    done = jalon("verify", "madeup", "--all-instances", "--state-dir", str(tmp_path))
    assert done.returncode == USAGE and "no instance of madeup here" in done.stderr
