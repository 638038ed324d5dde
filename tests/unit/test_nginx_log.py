"""Of nginx's error log, only lines count that bear the mark of the request that was just made."""

from __future__ import annotations

from wizard.causes.nginx_log import newest

SOCKET = "/home/demo/biomaid.sock"
MARK = "jalon-0123456789abcdef"
GONE, CLOSED = "2: No such file or directory", "13: Permission denied"


def line(reason: str, mark: str = "") -> str:
    referrer = f', referrer: "http://x/{mark}"' if mark else ""
    return (
        f"2026/11/29 08:00:00 [crit] 7#7: *3 connect() to unix:{SOCKET} failed ({reason}) while connecting to upstream,"
        f' client: ::, server: x, request: "GET / HTTP/1.1", upstream: "http://unix:{SOCKET}:/", host: "x"{referrer}'
    )


def errno(*lines: str, mark: str = MARK) -> int | None:
    by_request = newest(lines, request="/", upstream=True, mark=mark)
    assert newest(lines, socket=SOCKET, mark=mark) == by_request
    return by_request.errno if by_request else None


def test_what_another_wrote_before_and_after_counts_for_nothing() -> None:
    assert errno(line(CLOSED), line(GONE, MARK), line(CLOSED), line(CLOSED, "jalon-other")) == 2


def test_without_a_line_of_that_request_nothing_is_known() -> None:
    assert errno(line(CLOSED), line(GONE, "jalon-other")) is None


def test_lines_of_that_request_that_contradict_each_other_count_for_nothing() -> None:
    assert errno(line(GONE, MARK), line(CLOSED, MARK)) is None
    assert errno(line(GONE, MARK), line(GONE, MARK)) == 2


def test_where_a_request_has_no_mark_the_newest_counts() -> None:
    assert errno(line(CLOSED), line(GONE), mark="") == 2
