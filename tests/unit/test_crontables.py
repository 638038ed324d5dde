"""What cron takes of a table, as `crontab -n` and the daemon of Debian 12 said of each."""

from __future__ import annotations

import pytest

from wizard.host import ageing, crontabs
from wizard.host.crontab import refused_text
from wizard.host.crontable import bad_line, ends, never


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("* * * * * x", ""),
        ("0 2 * * 7 x", ""),
        ("0 2 * * 1-Fri x", ""),
        ("0 2 * JAN mon,FRI x", ""),
        ("0 2 * * 6-2 x", ""),
        ("1-5/2,7 005 * * * x", ""),
        ("*/70 * * * * x", ""),
        ("*/15* * * * * x", ""),
        ("0~5 * * * 1#2 x", ""),
        ("* * * * *", ""),
        ("@daily\tx", ""),
        ("@reboot x", ""),
        ("* * * * * x\r", ""),
        ("A=b", ""),
        ("\"A\" = 'b c'", ""),
        ('MAILTO=""', ""),
        ("=b", ""),
        ("MAILTO=", "bad minute"),
        ('A="b', "bad minute"),
        ("export A=b", "bad minute"),
        ("x y", "bad minute"),
        ("\r", "bad minute"),
        ("\ufeff* * * * * x", "bad minute"),
        ("\ufeff# x", "bad minute"),
        ("60 2 * * * x", "bad minute"),
        ("5/10 * * * * x", "bad minute"),
        ("*/0 * * * * x", "bad minute"),
        ("5, * * * * x", "bad minute"),
        ("? * * * * x", "bad minute"),
        ("0 24 * * *\tx", "bad hour"),
        ("0 2 0 * * x", "bad day-of-month"),
        ("0 2 L * * x", "bad day-of-month"),
        ("0 2 * 13 * x", "bad month"),
        ("0 2 * * 8 x", "bad day-of-week"),
        ("0 2 * * Monday x", "bad day-of-week"),
        ("0 2 * * x", "bad day-of-week"),
        ("0 2 *\u00a0* * x", "bad day-of-week"),
        ("0 2 * * * * x", "bad command"),
        # What anybody may write into a crontab of their own, and root reads.
        ("0-999999999 * * * * x", "bad minute"),
        ("0-5/9999999999 * * * * x", ""),
        ("*/" + "9" * 5000 + " * * * * x", "bad minute"),
        ("9" * 5000 + " * * * * x", "bad minute"),
        ("1," * 100_000 + "1 * * * * x", ""),
        (" " * 1_000_000 + "=", "bad minute"),
        ("=" + " " * 1_000_000, "bad minute"),
        ("a" + " " * 1_000_000 + "b", "bad minute"),
        ("@Daily x", "bad time specifier"),
        ("@every_minute x", "bad time specifier"),
        ("0 0 * * * " + "x" * 998, ""),
        ("0 0 * * * " + "x" * 999, "command too long"),
    ],
    ids=lambda text: text if len(text) < 60 else f"{text[:20].strip()}-{len(text)}",
)
def test_a_line_is_taken_or_refused(line: str, said: str) -> None:
    bad = bad_line(f"# first\n{line}\n")
    assert (bad.said if bad else "") == said
    assert bad is None or (bad.number, bad.text) == (2, line)


def test_a_table_of_the_system_names_accounts() -> None:
    known = {"root", "demo"}.__contains__
    assert bad_line("* * * * *\troot\tx\n@daily demo x\n", known) is None
    for line in ("* * * * * touch x", "* * * * * Root x", "* * * * *"):
        bad = bad_line(f"{line}\n", known)
        assert bad and bad.said == "bad username"


@pytest.mark.parametrize(
    ("text", "whole"),
    [("", True), ("* * * * * x\n", True), ("x\n  ", True), ("x\n # c", True), ("* * * * * x", False), ("A=b", False)],
)
def test_the_last_line_ends(text: str, whole: bool) -> None:
    assert ends(text) is whole
    refused = refused_text("/p", text, debian=False, user="demo")
    assert (refused is None) is whole


def test_cronie_leaves_out_a_line_and_runs_the_others() -> None:
    assert refused_text("/p", "0 24 * * * x\n", debian=False) is None
    refused = refused_text("/p", "0 24 * * * x\n", debian=True, user="demo")
    assert refused and (refused.why, refused.found) == ("line", "bad hour")


@pytest.mark.parametrize(
    ("schedule", "none"),
    [
        ("0 0 30 2 *", True),
        ("0 0 31 4,6 *", True),
        ("5-1 0 * * *", True),
        ("0 0 * * 6-2", True),
        ("0 0 29 2 *", False),
        ("0 0 30 2 1", False),
        ("0 0 31 * *", False),
        ("@reboot", False),
        # anacron's, and a field behind which cron skips what is no blank of its own.
        ("3", False),
        ("0\x0c0 0 30 2 *", True),
    ],
)
def test_a_schedule_that_never_comes(schedule: str, none: bool) -> None:
    assert never(schedule) is none


@pytest.mark.parametrize(
    ("place", "debian", "out"),
    [
        ("/etc/crontab", True, False),
        ("/etc/cron.d/a_B-1", True, False),
        ("/etc/cron.d/demo.example", True, True),
        ("/etc/cron.d/demo~", True, True),
        ("/etc/cron.daily/save.sh", True, True),
        ("/etc/cron.d/demo.example", False, False),
        ("/etc/cron.d/demo.rpmsave", False, True),
    ],
)
def test_names_that_are_left_out(place: str, debian: bool, out: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crontabs, "_takes_lsb", lambda: False)
    assert (crontabs._misnamed(place, debian) is not None) is out


TODAY = 20_000


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ("!:19000:0:99999:7:::", ""),
        ("!:0:0:99999:7:::", "must-change"),
        ("!:19000:0:99999:7::19999:", "account-expired"),
        ("!:19000:0:99999:7::0:", "account-expired"),
        ("!:19000:0:99999:7::20001:", ""),
        ("!:19000:0:90:7:::", "password-expired"),
        ("!:19000:0:90:7:5::", "password-expired"),
        ("!:19910:0:90:7:::", ""),
        ("!:21000:0:90:7:::", ""),
        ("!:::::::", ""),
        ("!", ""),
    ],
)
def test_what_pam_says_of_an_account(fields: str, why: str) -> None:
    """As libpam said of the same dates (pam_acct_mgmt of the service cron)."""
    assert ageing.refusal(f"demo:{fields}".split(":"), TODAY * ageing.DAY) == why
