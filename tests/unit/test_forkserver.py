"""A forked process is the one that a fresh interpreter would be, as far as a test can tell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.forkserver import FRESH, forked, fresh, ran

Starts = Callable[[str], list[str]]
PROBE = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), sorted(os.environ), os.umask(0), sys.stdin.read(), __name__,
    [(one.encoding, one.errors, one.isatty(), one.line_buffering) for one in (sys.stdin, sys.stdout, sys.stderr)]]))
print("aside", file=sys.stderr)
sys.exit(7)
"""
BESIDE = "threading.Thread(target=lambda: (time.sleep(0.02), print('beside'))).start()"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes a module that children can run."""
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")

    def write(text: str) -> str:
        (tmp_path / "told.py").write_text(text)
        return "told"

    return write


@pytest.mark.parametrize("locale", ["C.UTF-8", "C", "POSIX"])
def test_it_has_what_a_fresh_one_has(
    module: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")
    monkeypatch.setenv("OF_THIS_TEST", "é")
    name = module(PROBE)

    def heard(starts: Starts) -> tuple[int, list[object], bytes]:
        words = [*starts(name), "a word", "", "\udce9"]
        done = subprocess.run(words, input=b"said", capture_output=True, cwd=tmp_path, umask=0o027, check=False)
        return done.returncode, json.loads(done.stdout), done.stderr

    assert heard(forked) == heard(fresh)
    assert heard(forked)[0] == 7


@pytest.mark.parametrize(
    "end", ["", BESIDE, "sys.exit(0)", "sys.exit(300)", "sys.exit('why')", "1 / 0", "os.close(1)", "os.abort()"]
)
def test_one_that_is_only_heard_ends_as_a_fresh_one(
    module: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    name = module(
        "import atexit, os, sys, threading, time\natexit.register(print, 'at the end')\n"
        f"print(sys.stdin.read(), sys.argv[1:], os.getcwd(), flush=True)\n{end}\n"
    )

    def heard() -> tuple[int, bytes, bytes]:
        done = ran(name, ["a word", "\udce9"], os.environ, b"said")
        # Which stream it was is told alike; what a stream is called is not.
        return done.returncode, done.stdout, done.stderr.partition(b"\n")[0].partition(b" name=")[0]

    forked = heard()
    monkeypatch.setenv(FRESH, "1")
    assert forked == heard()


@pytest.mark.parametrize("starts", [forked, fresh])
def test_a_signal_reaches_it_and_is_how_it_ends(module: Callable[[str], str], starts: Starts) -> None:
    name = module("import signal, time\nprint('here', flush=True)\ntime.sleep(300)\n")
    with subprocess.Popen(starts(name), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait() == -signal.SIGTERM


def test_it_ends_with_whom_asked_for_it(module: Callable[[str], str]) -> None:
    name = module("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(300)\n")
    with subprocess.Popen(forked(name), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        child.kill()
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)


def test_several_at_once(module: Callable[[str], str]) -> None:
    name = module("import sys\nprint(sys.stdin.read() * 2, end='')\n")
    children = [subprocess.Popen(forked(name), stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _one in range(8)]
    for number, child in enumerate(reversed(children)):
        assert child.communicate(b"%d" % number)[0] == b"%d" % number * 2
        assert child.returncode == 0


def test_what_one_does_to_itself_is_not_seen_by_the_next(module: Callable[[str], str]) -> None:
    name = module(
        "import os, sys, wizard\nprint(hasattr(wizard, 'mark'), os.environ.get('MARK'))\n"
        "wizard.mark = 1\nos.environ['MARK'] = 'x'\nos.chdir('/')\n"
    )
    for _again in range(2):
        assert subprocess.run(forked(name), capture_output=True, check=True).stdout == b"False None\n"


def test_a_fresh_one_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_TEST_FRESH", "1")
    assert forked("wizard") == fresh("wizard")
