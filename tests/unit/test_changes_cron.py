"""Crontabs: lines are added and taken away, and what people have in theirs stays byte for byte."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import pytest

from tests.unit.support import machine
from wizard import carry_out
from wizard.carry_out import Machine
from wizard.changes.cron import CrontabLinesAdded, CrontabLinesRemoved
from wizard.host import crontab
from wizard.host.crontab import Crontab
from wizard.host.live import Live
from wizard.host.overlay import Overlay

# Debian's, as far as these changes use it: it refuses a table without a final newline.
PROGRAM = r"""#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in
        -u) user=$2; shift ;;
        *) act=$1 ;;
    esac
    shift
done
table=$SPOOL/${user:-.own}
case $act in
    -l) [ -f "$table" ] || { echo "no crontab for $user" >&2; exit 1; }; cat "$table" ;;
    -r) [ -f "$table" ] || { echo "no crontab for $user" >&2; exit 1; }; rm "$table" ;;
    -) cat >"$table.new"
       [ -z "$(tail -c 1 "$table.new")" ] || { echo "missing newline before EOF" >&2; exit 1; }
       mv "$table.new" "$table" ;;
esac
"""
OURS = ("*/15 * * * * umask 022; cd x && run 'a b' >> /l 2>&1", '@daily echo 100\\% $HOME "é"')
THEIRS = "# mine\n\nMAILTO=me@example.org\n\n0 5 * * *   tar  -cf\t/b %in\n\n\n#last\n"


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where tables lie, with a program that keeps them."""
    tables, programs = tmp_path / "spool", tmp_path / "bin"
    tables.mkdir()
    programs.mkdir()
    (programs / "crontab").write_text(PROGRAM)
    (programs / "crontab").chmod(0o755)
    monkeypatch.setattr(crontab, "SPOOLS", (tables,))
    surroundings = {"PATH": f"{programs}:{os.environ['PATH']}", "SPOOL": str(tables), "LC_ALL": "C.UTF-8"}
    monkeypatch.setattr(carry_out, "environment", lambda user=None, extra=None: {**surroundings, **(extra or {})})
    return tables


@pytest.fixture
def hands(tmp_path: Path) -> Machine:
    """This machine."""
    return machine(tmp_path / "state")


def test_the_first_lines_of_a_user(spool: Path, hands: Machine) -> None:
    CrontabLinesAdded("x", OURS).carry_out(hands)
    assert (spool / "x").read_text() == "\n".join(OURS) + "\n"


def test_what_is_there_stays_byte_for_byte(spool: Path, hands: Machine) -> None:
    (spool / "x").write_text(THEIRS)
    CrontabLinesAdded("x", OURS).carry_out(hands)
    assert (spool / "x").read_text() == THEIRS + "\n".join(OURS) + "\n"
    CrontabLinesRemoved("x", OURS).carry_out(hands)
    assert (spool / "x").read_text() == THEIRS


def test_a_table_of_these_lines_alone_goes_altogether(spool: Path, hands: Machine) -> None:
    CrontabLinesAdded("x", OURS).carry_out(hands)
    CrontabLinesRemoved("x", OURS).carry_out(hands)
    assert list(spool.iterdir()) == []


def test_removing_from_nothing_is_nothing(spool: Path, hands: Machine) -> None:
    CrontabLinesRemoved("x", OURS).carry_out(hands)
    assert list(spool.iterdir()) == []


def test_lines_that_only_look_like_it_stay(spool: Path, hands: Machine) -> None:
    (spool / "x").write_text("* * * * * abc\n* * * * * a.c\n#* * * * * a.c\n")
    CrontabLinesRemoved("x", ("* * * * * a.c",)).carry_out(hands)
    assert (spool / "x").read_text() == "* * * * * abc\n#* * * * * a.c\n"


@pytest.mark.parametrize("before", [None, THEIRS, "* * * * * true\n"])
def test_what_the_effects_say_reads_so_afterwards(spool: Path, hands: Machine, before: str | None) -> None:
    if before is not None:
        (spool / "x").write_text(before)
    live = Live()
    overlay = Overlay(live)
    for change in (CrontabLinesAdded("x", OURS), CrontabLinesRemoved("x", OURS)):
        overlay.lay(change.effect(overlay))
        change.carry_out(hands)
        live.forget(["cron"])
        assert overlay.get(Crontab("x")) == live.get(Crontab("x"))


def test_what_undoes_it() -> None:
    assert CrontabLinesAdded("x", OURS).undo(Live(), str) == (CrontabLinesRemoved("x", OURS),)


def test_one_s_own_table_is_asked_for_without_a_name(spool: Path, hands: Machine) -> None:
    """Only root may name a user, be it oneself."""
    me = getpass.getuser()
    lines = ("0 1 * * * true",)
    CrontabLinesAdded(me, lines).carry_out(hands)
    # The program here keeps a table that was asked for without a name under no name at all.
    assert (spool / ".own").read_text() == "0 1 * * * true\n"
    CrontabLinesRemoved(me, lines).carry_out(hands)
    assert not (spool / ".own").exists()
