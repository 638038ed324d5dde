"""Making the environment: when, once, whole or not at all, and what is said when it cannot be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.launcher.place import (
    ENGLISH,
    Place,
)


def test_standard_input_is_left_to_the_program(stale: Place) -> None:
    stale.ready.unlink()
    process = stale.popen("read", stdin=subprocess.PIPE)
    out, err = process.communicate("an answer\n", timeout=120)
    assert ENGLISH in err and "1 packages of Python" in err and "Done, in " in err
    assert json.loads(out)["input"] == "an answer\n"


def test_through_a_chain_of_links(stale: Place, root: Path) -> None:
    root.chmod(0o755)
    (root / "first").symlink_to(stale.launcher)
    (root / "second").symlink_to("first")
    stale.ready.unlink()
    assert ENGLISH in stale.start(by=[str(root / "second")]).stderr


def test_changed_requirements(stale: Place) -> None:
    requirements = stale.folder / "requirements.txt"
    text = requirements.read_text()
    os.utime(requirements)
    stale.facts()
    requirements.write_text("# another\n" + text)
    run = stale.start("a b")
    assert ENGLISH in run.stderr
    facts = json.loads(run.stdout)
    assert facts["arguments"] == ["a b"]
    assert "JALON_ENVIRONMENT" not in facts["environment"]
    stale.facts()


def test_python_of_another_version(stale: Place) -> None:
    tag, rest = stale.ready.read_text().split("\n", 1)
    assert tag.startswith("cpython-3")
    stale.ready.write_text(f"cpython-39\n{rest}")
    assert ENGLISH in stale.start().stderr
    stale.facts()


def test_python_gone(stale: Place) -> None:
    for link in (stale.environment / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nonexistent/python3")
    assert ENGLISH in stale.start().stderr
    stale.facts()


def test_interrupted_at_any_moment(place: Place) -> None:
    """Killed with all its children at several moments: the next start makes the environment."""
    moments = [
        place.environment / "bin",
        place.environment / "bin" / "pip",
        place.environment / "requirements.txt",
    ]
    for moment in moments:
        process = place.popen(start_new_session=True)
        until = time.monotonic() + 60
        while not moment.exists() and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        assert moment.exists()
        assert not place.ready.exists()
    run = place.start()
    assert ENGLISH in run.stderr and "Another start" not in run.stderr
    place.facts()


def test_interrupted_from_the_keyboard(place: Place) -> None:
    process = place.popen(start_new_session=True)
    while not (place.environment / "bin").exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode in (130, -signal.SIGINT)
    assert out == "" and "Interrupted" in err and "could not be made" not in err
    assert not place.ready.exists()


def test_several_at_once(place: Place) -> None:
    starts = [place.popen(str(number)) for number in range(4)]
    ends = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0, 0]
    assert [json.loads(out)["arguments"] for out, _ in ends] == [["0"], ["1"], ["2"], ["3"]]
    assert sum(ENGLISH in err for _, err in ends) == 1
    assert sum("waiting" in err for _, err in ends) >= 1


def test_copy_without_requirements(place: Place) -> None:
    (place.folder / "requirements.txt").unlink()
    assert "requirements.txt is missing" in place.refused()


def test_no_network(place: Place) -> None:
    offline = place.with_variables(PIP_NO_INDEX=None, PIP_FIND_LINKS=None, PIP_INDEX_URL="http://127.0.0.1:9/")
    said = offline.refused()
    assert "    ERROR:" in said
    assert "network" in said and "https_proxy" in said
    assert f"the whole log is in {place.environment}.log" in said
    assert "127.0.0.1" in Path(f"{place.environment}.log").read_text()
    assert not place.ready.exists()
    assert ENGLISH in place.start().stderr


def test_package_that_is_not_the_locked_one(place: Place) -> None:
    requirements = place.folder / "requirements.txt"
    name, _ = requirements.read_text().split(" ")
    requirements.write_text(f"{name} --hash=sha256:{'0' * 64}\n")
    assert "is not what requirements.txt locks" in place.refused()
    requirements.write_text(f"{name}\n")
    place.refused()
    assert not place.ready.exists()


def test_pip_settings_that_would_lead_elsewhere(stale: Place, root: Path) -> None:
    stale.ready.unlink()
    root.chmod(0o777)
    stale.with_variables(PIP_TARGET=str(root / "x"), PIP_USER="1", PIP_PREFIX=str(root / "y")).start()
    assert not list(root.iterdir())
