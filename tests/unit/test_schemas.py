"""Real outputs held against the schemas that say what programs may count on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.unit.running import jalon
from wizard.base.resources import schemas
from wizard.findings.finding import OUTCOMES

NAMES = (
    *(
        "adopt",
        "apply",
        "causes",
        "facts",
        "fix",
        "guides",
        "instances",
        "plan",
        "questions",
        "render",
        "report",
        "undo",
    ),
    *("verify", "verify-all", "watch", "guide-check", "guide-new"),
)


def loaded(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((schemas() / f"{name}.json").read_text())
    return schema


def validator(name: str) -> Draft202012Validator:
    known: Registry[Any] = Registry().with_resources(
        (f"urn:jalon:{one}", Resource.from_contents(loaded(one))) for one in NAMES
    )
    return Draft202012Validator(loaded(name), registry=known)


def held(name: str, data: Any) -> Any:
    """The data, which that schema must allow."""
    errors = [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(data)]
    assert not errors, "\n".join(errors)
    return data


def refused(name: str, data: Any) -> bool:
    return not validator(name).is_valid(data)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object that lists its properties, wherever it stands."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder that the made-up guide writes below, and its state."""
    (tmp_path / "answers.toml").write_text(f'folder = "{tmp_path}/made"\n')
    return tmp_path


def run(work: Path, *words: str, input: str | None = None) -> tuple[int, str]:
    verb, *rest = words
    given = () if verb in ("guides", "facts", "questions") else ("--state-dir", str(work / "state"))
    done = jalon(verb, *rest, *given, "--format", "json", root=True, input=input)
    return done.returncode, done.stdout


def apply(work: Path, *words: str, input: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    status, out = run(work, "apply", "madeup", "--answers", str(work / "answers.toml"), *words, input=input)
    return status, [held("apply", json.loads(line)) for line in out.splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_is_strict(name: str) -> None:
    schema = loaded(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:jalon:{name}"
    assert schema["description"]
    for one in objects(schema):
        if one is schema and "oneOf" in schema:
            continue  # its events are strict, each by itself
        assert one["additionalProperties"] is False, one
        assert set(one["required"]) | {"event"} == set(one["properties"]) | {"event"}, one


def test_no_schema_is_forgotten() -> None:
    assert {path.stem for path in schemas().iterdir()} == set(NAMES)


def test_outcomes_are_those_of_the_code() -> None:
    assert loaded("verify")["$defs"]["outcome"]["enum"] == list(OUTCOMES)


def test_guides(work: Path) -> None:
    status, out = run(work, "guides")
    assert status == 0
    assert [one["id"] for one in held("guides", json.loads(out))] == ["alone", "madeup", "own"]


def test_the_real_guides_and_their_questions() -> None:
    known = held("guides", json.loads(jalon("guides", "--format", "json", madeup=False).stdout))
    for guide in known:
        done = jalon("questions", guide["id"], "--format", "json", madeup=False)
        assert done.returncode == 0
        assert held("questions", json.loads(done.stdout))


def test_facts(work: Path) -> None:
    status, out = run(work, "facts")
    assert status == 0
    held("facts", json.loads(out))
    assert refused("facts", {**json.loads(out), "more": 1})


def test_questions_of_every_kind(work: Path) -> None:
    status, out = run(work, "questions", "madeup")
    assert status == 0
    asked = held("questions", json.loads(out))
    assert {one["kind"] for one in asked} == set(loaded("questions")["items"]["properties"]["kind"]["enum"])
    secret = next(one for one in asked if one["secret"])
    assert secret["default"] is None
    assert refused("questions", [{**secret, "default": "told"}])


@pytest.mark.parametrize(("mood", "status"), [("well", 2), ("blocked", 1), ("unknown", 2)])
def test_plan(work: Path, mood: str, status: int) -> None:
    told = run(work, "plan", "madeup", "--answers", str(work / "answers.toml"), "--set", f"mood={mood}")
    assert told[0] == status
    plan = held("plan", json.loads(told[1]))
    assert plan["changes"] == sum(len(step["changes"]) for step in plan["steps"]) == 4
    assert [bool(step["blocked"]) for step in plan["steps"]][-1] == (mood == "blocked")
    assert [bool(step["unknown"]) for step in plan["steps"]][-1] == (mood == "unknown")
    assert any("+level = 3" in change["difference"] for step in plan["steps"] for change in step["changes"])


def test_render_tells_what_became_of_each_file(work: Path) -> None:
    given = ("render", "madeup", "--answers", str(work / "answers.toml"))

    def files(*words: str) -> dict[str, Any]:
        status, out = run(work, *given, *words)
        assert status == 0
        return {Path(one["path"]).name: one for one in held("render", json.loads(out))["files"]}

    coming = files()
    assert {one["state"] for one in coming.values()} == {"coming"}
    assert not (work / "made").exists()
    (work / "made").mkdir()
    (work / "made/plain").write_text("theirs\n")
    assert files()["plain"]["state"] == "edited"
    assert run(work, "apply", *given[1:], "--replace-edited")[0] == 0
    current = files()
    assert {one["state"] for one in current.values()} == {"current"}
    assert current["plain"]["before"] == "theirs\n"
    assert current["hidden"]["written"] == current["hidden"]["disk"] == current["hidden"]["now"]
    assert "********" in current["hidden"]["now"]
    outdated = files("--set", "level=4")
    assert {one["state"] for one in outdated.values()} == {"outdated"}
    hidden = work / "made/hidden"
    hidden.write_text(hidden.read_text() + "token = 'mine alone'\n")
    edited = files()["hidden"]
    assert (edited["state"], edited["written"]) == ("edited", current["hidden"]["now"])
    assert edited["disk"].startswith(current["hidden"]["now"])
    assert "mine alone" not in json.dumps(edited)
    run(work, "apply", *given[1:], "--yes")
    assert files()["hidden"]["state"] == "kept"


def test_a_question_shows_the_file_from_three_sides(work: Path) -> None:
    apply(work)
    plain, hidden = work / "made/plain", work / "made/hidden"
    before = plain.read_text()
    plain.write_text(before + "# mine\n")
    hidden.write_text(hidden.read_text().replace("level = 3", "level = 7"))
    secret = hidden.read_text().split('"')[1]
    _status, events = apply(work, "--set", "level=4", input="")
    asked = {Path(event["path"]).name: event["sides"] for event in events if event["event"] == "question"}
    assert asked["plain"]["written"] == before
    assert asked["plain"]["disk"] == before + "# mine\n"
    assert asked["plain"]["now"] == before.replace("3", "4")
    assert asked["hidden"]["written"] == 'level = 3\npassword = "********"\n'
    assert asked["hidden"]["now"] == 'level = 4\npassword = "********"\n'
    assert asked["hidden"]["disk"].splitlines()[1] == 'password = "********"'
    assert secret not in json.dumps(events)
    _status, out = run(work, "undo", "madeup", input="")
    undone = [json.loads(line) for line in out.splitlines()]
    asked = {Path(event["path"]).name: event["sides"] for event in undone if event["event"] == "question"}
    assert (asked["plain"]["disk"], asked["plain"]["now"]) == (before + "# mine\n", None)
    assert secret not in json.dumps(asked)


def test_verify_in_every_outcome(work: Path) -> None:
    seen = set()
    for mood, fast, status in [
        ("well", "true", 77),
        ("well", "false", 0),
        ("odd", "false", 0),
        ("red", "false", 1),
        ("crashed", "false", 1),
    ]:
        given = ("--answers", str(work / "answers.toml"), "--set", f"mood={mood}", "--set", f"fast={fast}")
        # On what is not there yet, then on what is.
        missing = held("verify", json.loads(run(work, "verify", "madeup", "--set", f"folder={work}/no")[1]))
        assert {point["outcome"] for point in missing["checkpoints"]} == {"skipped"}
        assert missing["outcome"] == "failed"
        apply(work)
        told = run(work, "verify", "madeup", *given)
        verified = held("verify", json.loads(told[1]))
        assert told[0] == status, mood
        seen |= {probe["outcome"] for point in verified["checkpoints"] for probe in point["probes"]}
    assert seen == set(OUTCOMES)


def test_trials_are_dated(work: Path) -> None:
    apply(work)
    for words in ((), ("--trials",)):
        verified = held("verify", json.loads(run(work, "verify", "madeup", *words)[1]))
        tried = verified["checkpoints"][1]["probes"][-1]
        assert tried["trial"] and tried["outcome"] == "passed" and tried["when"] > 0
        assert tried["evidence"] == "it said tried"
        assert tried["because"].startswith("tried on ") == (not words)


def test_apply_and_undo_in_every_event(work: Path) -> None:
    seen: list[dict[str, Any]] = []

    def told(status: int, outcome: str, *words: str, input: str | None = None) -> list[dict[str, Any]]:
        got, events = apply(work, *words, input=input)
        assert (got, events[-1]["event"], events[-1]["outcome"]) == (status, "end", outcome)
        seen.extend(events)
        return events

    told(1, "blocked", "--set", "mood=blocked")
    assert not (work / "made").exists()
    broken = told(1, "failed", "--set", "mood=broken")
    failure = next(event for event in broken if event["event"] == "failure")
    assert failure["output"] == ["all is lost"]
    first = told(0, "done", "--set", "mood=well")
    assert {"event": "output", "text": "héllo"} in first
    assert [event["changes"] for event in first if event["event"] == "step"][-2:] == [1, 0]
    assert told(0, "done")[-1]["changes"] == 0
    red = told(1, "failed", "--set", "mood=red")
    told(0, "done", "--set", "mood=well")
    assert any(event.get("cause", None) == {"id": "all-is-lost", "text": "it is lost", "page": ""} for event in red)

    plain = work / "made/plain"
    plain.write_text("mine\n")
    kept = told(0, "done", "--set", "level=4", input="")
    assert [event["kind"] for event in kept if event.get("state") == "declined"] == ["FileWritten"]
    assert plain.read_text() == "mine\n"
    told(0, "done", "--set", "level=5", input='{"answer": "replace"}\n')
    assert "5" in plain.read_text()

    plain.write_text("mine again\n")
    status, out = run(work, "undo", "madeup", input='{"answer": "replace"}\n')
    undone = [held("undo", held("apply", json.loads(line))) for line in out.splitlines()]
    assert (status, undone[-1]["outcome"]) == (0, "done")
    assert any(event["event"] == "question" for event in undone)
    assert {event["event"] for event in seen + undone} == set(loaded("apply")["properties"]["event"]["enum"])


def fix(work: Path, *words: str, input: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    status, out = run(work, "fix", "madeup", *words, input=input)
    return status, [held("fix", json.loads(line)) for line in out.splitlines()]


def test_fix_in_every_event(work: Path) -> None:
    apply(work)
    status, whole = fix(work)
    assert (status, [event["event"] for event in whole]) == (0, ["end"])
    (work / "made/plain").unlink()
    status, events = fix(work, "--set", "mood=red", input='{"answer": "leave"}\n')
    assert status == 1
    seen = {event["event"] for event in events}
    assert {"probe", "change", "step", "question", "end"} <= seen
    end = events[-1]
    assert [one["id"] for one in end["left"]] == ["work.greeting"]
    assert end["left"][0]["because"]
    offer = next(event for event in events if event["event"] == "question")
    assert offer["commands"] == ["find /", "true"]
    assert refused("apply", offer)
    assert (work / "made/plain").exists(), "what is red may come from it"
    for event in events:
        assert refused("fix", {**event, "more": 1}), event


def test_fix_asks_nothing_with_yes(work: Path) -> None:
    apply(work)
    status, events = fix(work, "--set", "mood=red", "--yes")
    assert status == 1
    assert "question" not in {event["event"] for event in events}


def test_report(work: Path) -> None:
    apply(work)
    for words in ((), ("--for-help",), ("--set", "mood=red"), ("--skip", "work.greeting=for later", "--for-help")):
        status, out = run(work, "report", "madeup", *words)
        found = held("report", json.loads(out))
        assert (status, found["for_help"]) == (0, "--for-help" in words)
        seen = held("verify", {key: found[key] for key in loaded("verify")["required"]})
        assert found["counts"]["passed"] == sum(
            probe["outcome"] == "passed" for point in seen["checkpoints"] for probe in point["probes"]
        )
    assert [one["id"] for one in found["skips"]] == ["work.greeting"]
    assert found["arrival"]["account"] == {
        "name": "chief",
        "secret": "password",
        "file": f"{work}/state/madeup/first/secrets.toml",
    }
    assert run(work, "undo", "madeup", "--yes")[0] == 0
    undone = held("report", json.loads(run(work, "report", "madeup")[1]))
    assert {one["state"] for one in undone["changes"]} == {"undone"}
    none = held("report", json.loads(run(work, "report", "alone", "--set", "level=1")[1]))
    assert (none["arrival"], none["changes"], none["commands"]["undo"]) == (None, [], "")


def test_an_event_has_no_more_than_is_said(work: Path) -> None:
    for event in apply(work)[1]:
        assert refused("apply", {**event, "more": 1}), event
        for key in event:
            assert refused("apply", {name: value for name, value in event.items() if name != key}), (event, key)


def test_no_secret_is_printed(work: Path) -> None:
    secret = 'hunter2-"$(x)'
    answers = work / "answers.toml"
    answers.write_text(f"folder = \"{work}/made\"\npassword = '{secret}'\n")
    answers.chmod(0o600)
    out = run(work, "plan", "madeup", "--answers", str(answers))[1]
    out += run(work, "apply", "madeup", "--answers", str(answers))[1]
    answers.write_text(answers.read_text().replace("hunter2", "hunter3"))
    for words in (("plan", "madeup"), ("apply", "madeup"), ("verify", "madeup"), ("report", "madeup")):
        out += run(work, *words, "--answers", str(answers))[1]
    assert "hunter" not in out
    assert secret.replace("hunter2", "hunter3") in json.loads(
        json.dumps((work / "made/hidden").read_text().replace('\\"', '"'))
    )
