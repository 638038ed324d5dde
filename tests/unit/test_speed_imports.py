"""What the start of `jalon verify` pays for, and what it must not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.guide_folders import made_up_guides
from tests.unit.running import environment, jalon

REPORT = """
import sys
from tests.unit.madeup import main
try:
    main()
finally:
    print("\\n".join(["", "LOADED", *sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    """The modules that `jalon` has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, "--guides", str(made_up_guides()), *words],
        env=environment(),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1, 2, 77), done.stderr
    return set(done.stderr.split("LOADED\n")[1].split())


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """An instance of the made-up guide, applied."""
    folder = tmp_path_factory.mktemp("speed")
    words = ("--set", f"folder={folder}/made", "--state-dir", str(folder / "state"))
    assert jalon("apply", "madeup", "--yes", *words, root=True).returncode == 0
    return words


NEVER = ("sh", "textual", "rich", "screens")
NOT_TO_VERIFY = (
    *("jinja2", "difflib", "http.client", "email", "ssl", "concurrent", "unittest", "secrets"),
    *("dataclasses", "inspect", "encodings.idna"),
    *("wizard.carry_out", "wizard.outputs.script", "wizard.walk.application", "wizard.changes.kinds"),
    *("wizard.outputs.report", "wizard.outputs.redaction", "wizard.record.skips", "wizard.host.people"),
    *("wizard.commands.watch", "wizard.commands.hook", "wizard.outputs.watching"),
    *("crossplane", "wizard.host.nginx", "wizard.outputs.adoption"),
)


def test_an_import_that_is_named_is_found(given: Sequence[str]) -> None:
    found = loaded("verify", "madeup", *given)
    assert {"wizard.walk.verification", "argparse"} <= found
    assert "jinja2" in loaded("plan", "madeup", *given)


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_verify_loads_neither_what_changes_nor_what_draws(given: Sequence[str], form: str) -> None:
    found = loaded("verify", "madeup", *given, "--format", form)
    assert found & set(NEVER) == set()


def test_verify_loads_little(given: Sequence[str]) -> None:
    found = loaded("verify", "madeup", *given, "--format", "json")
    assert found & set(NOT_TO_VERIFY) == set()
    assert "xml" not in found and "wizard.outputs.junit" not in found


@pytest.mark.parametrize("verb", ["guides", "facts"])
def test_a_list_loads_no_engine(verb: str) -> None:
    found = loaded(verb)
    assert found & {*NEVER, "jinja2", "wizard.walk.plan", "wizard.carry_out"} == set()


def test_no_module_of_the_wizard_imports_the_screens() -> None:
    for path in Path(ROOT, "wizard").rglob("*.py"):
        text = path.read_text()
        assert "import textual" not in text and "from textual" not in text, path
        assert "import screens" not in text and "from screens" not in text, path
