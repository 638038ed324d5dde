"""nginx's error log is believed where nothing that may be a visitor's speaks against it."""

from __future__ import annotations

import time

from wizard.causes.nginx_log import FULL, newest

NOW = 1_800_000_000.0
SOCKET = "/home/demo/biomaid.sock"


def line(reason: str, ago: float = 0.0) -> str:
    stamp = time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(NOW - ago))
    return (
        f"{stamp} [crit] 7#7: *3 connect() to unix:{SOCKET} failed ({reason}) while connecting to upstream, client: ::,"
        f' server: x, request: "GET / HTTP/1.1", upstream: "http://unix:{SOCKET}:/", host: "x"'
    )


GONE, CLOSED = "2: No such file or directory", "13: Permission denied"
OTHER = time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(NOW)) + " [error] 7#7: *3 something else" + "." * 200


def errno(*lines: str) -> int | None:
    found = newest(lines, request="/", upstream=True, now=NOW)
    return found.errno if found else None


def test_lines_of_one_moment_that_contradict_each_other_count_for_nothing() -> None:
    assert errno(line(GONE), line(CLOSED)) is None
    assert newest((line(GONE), line(CLOSED)), socket=SOCKET, now=NOW) is None


def test_those_that_agree_count() -> None:
    assert errno(line(GONE), line(GONE, 1)) == 2


def test_what_was_so_before_and_what_bears_another_moment_is_no_contradiction() -> None:
    assert errno(line(CLOSED, 60), line(GONE), line(CLOSED, -60)) == 2
    assert errno(line(CLOSED, 60)) == 13


def test_a_log_that_was_filled_since_is_not_believed() -> None:
    assert errno(line(GONE), *[OTHER] * (FULL // 200)) is None
    assert errno(line(CLOSED, 60), *[OTHER] * (FULL // 200)) is None
