"""What a program said when it failed: the line that says why."""

from __future__ import annotations

import pytest

from wizard.base.last_words import git_words, last_words

DUBIOUS = """Cloning into '/home/demo/app.jalon'...
fatal: detected dubious ownership in repository at '/srv/app'
To add an exception for this directory, call:

\tgit config --global --add safe.directory /srv/app
"""
REFUSED = """Cloning into '/home/demo/app.jalon'...
git@git.example.org: Permission denied (publickey).
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
"""
SILENT = """Cloning into '/home/demo/app.jalon'...
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
"""
CHANGED = """error: Your local changes to the following files would be overwritten by checkout:
\tsettings.py
Please commit your changes or stash them before you switch branches.
Aborting
"""
CUT = """Receiving objects:  12% (120/1000)\rerror: RPC failed; curl 18 transfer closed
error: 1234 bytes of body are still expected
fetch-pack: unexpected disconnect while reading sideband packet
fatal: early EOF
"""


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (DUBIOUS, ["fatal: detected dubious ownership in repository at '/srv/app'"]),
        (
            REFUSED,
            [
                "git@git.example.org: Permission denied (publickey).",
                "fatal: Could not read from remote repository.",
            ],
        ),
        (SILENT, ["fatal: Could not read from remote repository."]),
        (
            CHANGED,
            ["error: Your local changes to the following files would be overwritten by checkout:", "settings.py"],
        ),
        (CUT, ["error: RPC failed; curl 18 transfer closed", "error: 1234 bytes of body are still expected"]),
        ("Cloning into 'x'...\n", []),
        ("", []),
    ],
)
def test_git_says_why_before_it_says_what_to_do(said: str, why: list[str]) -> None:
    assert git_words(said) == why


def test_other_programs_say_it_last() -> None:
    assert last_words("reading\nfatal: no\nit is closed\n") == ["it is closed"]
