"""The probes of checkouts, and tags as git lays them down."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.host.files import Entry, EntryAt
from wizard.host.git import Checkout, CheckoutAt, Modified, answer
from wizard.host.reading import NotKnown, Unknown
from wizard.probes.git import RevisionHeld, WorkTreeClean

PATH = "/home/prod/biomaid"
ONE, TWO = "4a6fa05" + "1" * 33, "9c9c9c9" + "2" * 33
OWNER = Entry(kind="directory", owner="prod", group="prod")


@pytest.mark.parametrize(
    ("revision", "checkout", "cause", "says"),
    [
        ("stable", Checkout(ONE, "stable", "", "stable", ONE), None, "commit 4a6fa05111 (stable), held for stable"),
        ("stable", Checkout(ONE, "", "", "stable", ONE), None, "4a6fa05111, held for stable"),
        ("stable", Checkout(ONE, "stable"), None, "commit 4a6fa05111 (stable)"),
        ("v0.15", Checkout(ONE, tags=("v0.15",)), None, "commit 4a6fa05111 (v0.15)"),
        (ONE, Checkout(ONE), None, "4a6fa05111"),
        ("4A6FA05", Checkout(ONE), None, "4a6fa05111"),
        ("", Checkout(ONE, "main"), None, "commit 4a6fa05111 (main)"),
        ("4a6", Checkout(ONE), "revision-other", "4a6fa05111; it should be 4a6"),
        ("stable", Checkout(ONE, "main"), "revision-other", "commit 4a6fa05111 (main); it should be stable"),
        ("main", Checkout(ONE, "main", "", "stable", ONE), "revision-other", "it should be main"),
        ("stable", Checkout(TWO, "stable", "", "stable", ONE), "revision-moved", "4a6fa05111 is held for stable"),
        ("stable", None, "checkout-missing", "/home/prod/biomaid is no git checkout"),
    ],
)
def test_revision(revision: str, checkout: Checkout | None, cause: str | None, says: str) -> None:
    host = fake({CheckoutAt(PATH): checkout, EntryAt(PATH): OWNER})
    finding = RevisionHeld("code.revision", "", PATH, revision).observe(host)
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


def test_the_way_back_is_taken_as_the_owner() -> None:
    checkout = Checkout(TWO, "stable", "", "stable", ONE)
    host = fake({CheckoutAt(PATH): checkout, EntryAt(PATH): OWNER})
    remedy = RevisionHeld("code.revision", "", PATH, "stable").observe(host).remedy
    assert remedy is not None
    assert remedy.commands == (f"runuser -u prod -- git -C {PATH} checkout --quiet {ONE}",)


@pytest.mark.parametrize(
    ("names", "outcome", "says"),
    [
        ((), "passed", "no file modified"),
        (("run-instance.sh",), "warning", "1 file modified: run-instance.sh"),
        (tuple("abcdefg"), "warning", "7 files modified: a, b, c, d, e and 2 more"),
    ],
)
def test_clean(names: tuple[str, ...], outcome: str, says: str) -> None:
    host = fake({CheckoutAt(PATH): Checkout(ONE), Modified(PATH): names})
    finding = WorkTreeClean("code.clean", "", PATH).observe(host)
    assert (finding.outcome, finding.evidence) == (outcome, says)
    assert (finding.cause is not None and finding.cause.id == "files-modified") == bool(names)


def test_nothing_is_clean_where_nothing_is() -> None:
    finding = WorkTreeClean("code.clean", "", PATH).observe(fake())
    assert finding.cause is not None and finding.cause.id == "checkout-missing"


@pytest.mark.parametrize("probe", [RevisionHeld("a", "", PATH, "stable"), WorkTreeClean("a", "", PATH)])
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    with pytest.raises(NotKnown, match="may not look"):
        probe.observe(fake(dict.fromkeys(probe.reads(), Unknown("this user may not look there", needs="root"))))


@pytest.mark.parametrize("packed", [False, True])
def test_tags_of_a_real_checkout(tmp_path: Path, packed: bool) -> None:
    """Annotated and light ones, each in a file of its own or packed."""

    def git(*words: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "tag.gpgSign=false")
        subprocess.run(["git", "-C", str(tmp_path), *names, *words], check=True, capture_output=True)

    git("init")
    git("commit", "--allow-empty", "--no-gpg-sign", "-m", "one")
    git("tag", "old")
    git("commit", "--allow-empty", "--no-gpg-sign", "-m", "two")
    git("tag", "-a", "v1", "-m", "one")
    git("tag", "light")
    if packed:
        git("pack-refs", "--all")
    asked = CheckoutAt(str(tmp_path))
    found = answer([asked])[asked]
    assert found.tags == ("light", "v1")
    host = fake({asked: found})
    assert RevisionHeld("a", "", str(tmp_path), "v1").observe(host).outcome == "passed"
    assert RevisionHeld("a", "", str(tmp_path), "old").observe(host).outcome == "failed"
