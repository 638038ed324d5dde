"""Whatever somebody else wrote is read in a time that its length bounds.

The sizes are such that work which grows with their square would take minutes, and what follows from many lines at once
is counted.
"""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from tests.unit.test_nginx_reading import read
from wizard.answers.questions import Answers
from wizard.causes.postgresql_log import KEY_SETTING
from wizard.guides.biomaid import backups
from wizard.guides.biomaid.backups import MOST_NAMED, MOST_TAKEN
from wizard.guides.biomaid.names import Names
from wizard.guides.django.parts import installed
from wizard.guides.omero_web.parts.properties import _declares
from wizard.host import cronprograms, crontabs, cronvariables, dumps, mounts, timers
from wizard.host.cronline import Job
from wizard.host.cronruns import Run
from wizard.host.crontab import MOST_LINES, Crontab, SystemJob, SystemJobs
from wizard.host.cronwork import LONGEST, LONGEST_PATH, Place, acts
from wizard.host.files import Content
from wizard.host.http import _answered
from wizard.host.launchers import unwrap
from wizard.host.logs import LONGEST as LONGEST_LINE
from wizard.host.logs import LogTail, answer
from wizard.host.nginx import MOST_HANDED, MOST_LISTENS
from wizard.host.nginx_files import MOST_COMPARED, MOST_PATTERNS
from wizard.host.nginx_syntax import parse
from wizard.host.timers import TimerJobs

MANY = 200_000


@pytest.mark.parametrize(
    ("before", "again", "last"),
    [((), "a=b", "x"), (("sudo",), "-n", "x"), (("sh",), "-x", "x"), (("env",), "A=B", "x")],
    ids=["assignments", "options", "shell", "env"],
)
def test_what_stands_before_a_command_is_gone_through_once(before: tuple[str, ...], again: str, last: str) -> None:
    launch = unwrap((*before, *(again,) * MANY, last))
    assert launch and launch.words == (last,)


def test_a_command_longer_than_any_real_one_is_not_taken_apart() -> None:
    command = "cd a; " * MANY
    assert acts(command, Place("/home/d", "/home/d", "d", "d")) == (command,)
    assert not dumps.dumps("a\n" * MANY + "pg_dump base", "base")
    assert dumps.started_paths("/a;" * MANY) == []
    run = Run("d", Job("* * * * *", command))
    assert cronprograms.not_found(fake({}), run, ("x",), Place(), ()) is None


def test_a_folder_is_never_longer_than_a_path_may_be() -> None:
    (act,) = acts("cd ab/; " * (LONGEST // 9) + "./manage.py x", Place("/home/d", "/home/d", "d", "d"), ("manage.py",))
    assert len(act) < LONGEST_PATH + 20


def test_a_path_of_very_many_folders_is_not_gone_through() -> None:
    settings = (("PATH", ":".join(f"/{number}" for number in range(MANY))),)
    run = Run("d", Job("* * * * *", "x"), settings=settings)
    # Nothing is asked of this host, which would raise.
    assert cronprograms.not_found(fake({}), run, ("x",), Place(), ()) is None


def test_variables_of_a_table_are_not_copied_for_each_command() -> None:
    settings = tuple((f"A{number}", "x") for number in range(MANY))
    run = Run("d", Job("* * * * *", "a=b x; " * 1000 + "./manage.py x"), settings=settings)
    found = cronvariables.lacking(fake({Content(cronvariables.ENVIRONMENT): None}), run, "B=c ./manage.py x")
    assert found == cronvariables.Lacking("B", "c")


def test_a_table_of_the_system_is_read_as_far_as_a_users_own() -> None:
    assert len(list(crontabs._jobs("/etc/cron.d/x", "* * * * * root x\n" * (MOST_LINES + 5)))) == MOST_LINES


@pytest.mark.parametrize("text", ["\t" * MANY, "a=b\n" * MANY, "a=b \\\n \\\n" * MANY], ids=["blanks", "lines", "more"])
def test_a_unit_of_any_text(text: str) -> None:
    assert len(timers.settings(text).get("a", [])) in (0, 1, MANY)


def test_each_script_is_looked_into_once_and_all_of_them_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(backups, "dumps", lambda text, _database: taken.append(text))
    host = fake({Content(f"/s{number}"): b"x" * 50_000 for number in range(30)})
    looked = backups._Looked(host)
    job = SystemJob("crontab -u x", "x", "@daily", "; ".join(f"/s{number}" for number in range(30)))
    found = [text for _line in range(100) for text in looked.scripts(job)]
    assert len(found) == MOST_TAKEN // 50_000 <= MOST_NAMED


def test_of_a_crontab_of_thousands_of_long_lines_the_first_are_looked_into() -> None:
    asked = {Crontab(user): None for user in ("root", "postgres")}
    lines = tuple(f"0 0 * * * pg_dump other{';a' * 900} {number}" for number in range(MOST_LINES))
    host = fake({**asked, SystemJobs(): (), TimerJobs(): (), Crontab("demo"): lines})
    names = Names(Answers({"instance": "demo"}))
    assert sum(len(job.command) for job in backups._jobs(names, host)) <= backups.MOST_TEXT


def test_a_pattern_of_nginx_has_an_end_and_so_have_they_all() -> None:
    too_much = "it includes more than can be looked at"
    _servers, (fault,) = read({}, "events { } include *" + "[a=" * 100_000 + ";")
    assert fault.why == too_much
    _servers, (fault,) = read(
        {}, "events { } " + "".join(f"include a{number}*;" for number in range(MOST_PATTERNS + 5))
    )
    assert fault.why == too_much
    names: dict[str, str | bytes] = {f"d/{number}": "" for number in range(400)}
    more = MOST_COMPARED // 400
    _servers, (fault,) = read(names, "events { } " + "".join(f"include d/a{number}*;" for number in range(more)))
    assert fault.why == too_much


def test_an_upstream_named_many_times_over_is_no_product() -> None:
    upstream = "".join(f"server 127.0.0.1:{port};" for port in range(1, 5000))
    places = "".join(f"location /{number} {{ proxy_pass http://a; }}" for number in range(5000))
    (server,), (fault,) = read({}, f"http {{ upstream a {{ {upstream} }} server {{ {places} }} }}")
    assert len(server.handed) == MOST_HANDED and fault.why == "it includes more than can be looked at"


@pytest.mark.parametrize(
    "within",
    [
        "listen 1-65535;" * 10_000,
        "server { " * 50 + "proxy_pass http://127.0.0.1:1;" * 10_000 + " }" * 50,
        "proxy_set_header a b;" * 10_000 + "location / { proxy_pass http://127.0.0.1:1; }" * 5000,
        f"set $a {'b' * 100_000}; proxy_pass http://{'$a' * 100_000};",
    ],
    ids=["ports", "nested", "headers", "variables"],
)
def test_a_server_of_any_text(within: str) -> None:
    (server,), faults = read({}, f"http {{ server {{ {within} }} }}")
    assert len(server.listens) <= MOST_LISTENS and faults == ()


def test_quotes_of_lua_that_nothing_closes() -> None:
    block = "content_by_lua_block {{ {} }}"
    found, mistake = parse(block.format("\\'" * 200_000).encode())
    assert found and not mistake
    inside = """don't { } "a } \\" b" --[ }\n 'c } \\' d' say("it's } fine") "open { }"""
    found, mistake = parse(f"{block.format(inside)} more on;".encode())
    assert [one[0] for one in found] == ["content_by_lua_block", "more"] and not mistake


def test_sources_and_settings_of_any_text() -> None:
    assert not installed._detail("\n" * MANY, "a").after
    assert not installed._detail("\n dependencies = [" * MANY, "a").after
    assert installed._applications(["\nMY_APPS = [" * MANY]) == ([], [])
    assert installed._applications(["\nMY_APPS = ['a']\nINSTALLED_APPS.append('b')\nX_APPS = ['c'"]) == (["a", "b"], [])
    assert installed.PAIRS.findall("('a', 'b'" + " " * MANY) == []
    assert installed.LABEL.search("\n" * MANY) is None
    assert _declares("<!--" * MANY) and not _declares("<a/>" + "<!-- a -->" * MANY) and _declares("<!-- a --><!b>")
    assert KEY_SETTING.findall(b"\n" * MANY + b"ssl_key_file" + b" " * MANY + b"\nssl_key_file '/a'\n") == [b"/a"]


def test_a_mount_with_a_number_of_thousands_of_digits_is_none() -> None:
    whole = "28 1 259:2 / / rw - ext4 /dev/x rw"
    assert [one.id for one in mounts.parse(f"{whole}\n{'9' * 5000} 1 259:2 / /a rw - ext4 /dev/x rw\n")] == [28]


def test_a_line_of_a_log_is_cut(tmp_path: Any) -> None:
    (tmp_path / "log").write_text("(0: " * 10_000 + "\nb\n")
    reading = LogTail(str(tmp_path / "log"))
    assert [len(line) for line in answer([reading])[reading]] == [LONGEST_LINE, 1]


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + b"x" * 100,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 100,
        b"HTTP/1.1 200 OK\r\n" + b"Set-Cookie: a=b\r\n" * 1000,
    ],
    ids=["length", "chunk", "headers"],
)
def test_an_answer_without_an_end_is_none(said: bytes) -> None:
    with pytest.raises(ValueError, match=r"-1|headers"):
        _answered(io.BytesIO(said))
