"""The practice instance walked with plain questions alone, as somebody does where screens cannot be drawn."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.screens.terminal import Terminal
from tests.screens.test_plain import LEFT, PROMPT, answer
from tests.unit.running import environment

MAQUETTE = """#!{python}
import sys
sys.path.insert(0, {root!r})
from screens.start import main
sys.exit(main())
"""


@pytest.fixture
def home() -> Iterator[Path]:
    # Not below pytest's own folders: a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="jalon-test-"))
    yield folder
    supervisor = folder / "biomaid-maquette/environment/bin/supervisorctl"
    if supervisor.exists():
        conf = folder / "biomaid-maquette/etc/supervisord.conf"
        subprocess.run([str(supervisor), "-c", str(conf), "shutdown"], check=False, capture_output=True, timeout=60)
    shutil.rmtree(folder, ignore_errors=True)


def test_the_practice_instance_is_walked_from_nothing_to_green(home: Path) -> None:
    jalon = home / "jalon"
    jalon.write_text(MAQUETTE.format(python=sys.executable, root=str(ROOT)))
    jalon.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or "proxy" in name.lower()}
    pip = Path.home() / ".config/pip"
    if pip.is_dir():
        shutil.copytree(pip, home / ".config/pip")
    env = environment(HOME=str(home), TERM="xterm", XDG_RUNTIME_DIR=str(home), **kept)
    with Terminal([str(jalon), "--plain"], env, ROOT) as terminal:
        found = terminal.expect(r"(\d+)  install Practice instance")
        answer(terminal, found.split("  install Practice")[0].split()[-1])
        while "== The answers" not in terminal.expect(PROMPT):
            terminal.type()
        terminal.type()
        answer(terminal, "")
        for number in range(1, 11):
            terminal.expect(rf"== {number} of 10: ")
            answer(terminal, "1")
            told = terminal.expect("Done|Stopped", 240)
            if "Stopped" in told:  # on a machine that is very busy, a person does it once more
                answer(terminal, "1")
                told = terminal.expect("Done|Stopped", 240)
            assert "Stopped" not in told, told
            terminal.expect(r"Number \[6\]", 60)
            terminal.type()
        terminal.expect("== The way")
        answer(terminal, "")
        assert "Everything holds." in terminal.expect("Number", 60)
        terminal.type("q")
        with suppress(AssertionError):
            terminal.expect(LEFT[:20])
        assert terminal.ends() == 0
