"""Run child processes that only read: no standard input, a deadline, the C locale."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host.child_output import FLOODED, HUNG, collect_output

DEADLINE = 20.0
MOST = 32 * 2**20


class CommandResult(Value):
    """The result of a child process: exit status (124: deadline exceeded, 125: too much output, 127: not
    found), stdout and stderr."""

    status: int
    out: str
    err: str

    @property
    def tail(self) -> str:
        """The last line of stderr, or else of stdout, that is not blank; failing both, the exit status."""
        lines = lines_of(self.err.strip() or self.out.strip())
        return lines[-1].strip() if lines else f"exit status {self.status}"


def as_user(user: str | None, argv: Sequence[str]) -> list[str]:
    """Return the command that runs `argv` as that user, which requires root; `argv` itself for the current user."""
    if user is None or _own_name() == user:
        return list(argv)
    # By number: a user's own group need not bear its name (nobody: nogroup).
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--init-groups", "--", *argv]


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def environment(user: str | None = None, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a minimal environment for that user, plus `extra`; settings of proxies and certificates are inherited, but
    for those with a password: they are for what fetches something, and so in its `extra`."""
    name = user or _own_name()
    # A container may run us as a number that has no account; it has given us a home all the same.
    home = os.environ.get("HOME", "/") if name.isdigit() else pwd.getpwnam(name).pw_dir
    kept = {name: value for name, value in os.environ.items() if name in HANDED_ON and not has_password(value)}
    return {
        **kept,
        "HOME": home,
        "USER": name,
        "LOGNAME": name,
        "SHELL": "/bin/sh",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C.UTF-8",
        **(extra or {}),
    }


def has_password(value: str) -> bool:
    """Whether an address has a user or a password before its host."""
    return "@" in value


# Behind a proxy that inspects, every program that fetches has its own name for the site's bundle.
HANDED_ON = frozenset(
    [
        "http_proxy",
        "https_proxy",
        "ftp_proxy",
        "no_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "PIP_CERT",
        "GIT_SSL_CAINFO",
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_CONFIG_FILE",
        "POETRY_PYPI_MIRROR_URL",
        "TZ",
    ]
)


def run_query(
    argv: Sequence[str],
    *,
    user: str | None = None,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str = "/",
    deadline: float = DEADLINE,
    most: int = MOST,
) -> CommandResult:
    """Run a command that changes nothing; failures are reported in the result, never raised. `deadline` in seconds,
    `most` in bytes of output.

    It is over when the command itself is, whatever processes it has left behind; a command that hangs or floods is
    killed with its process group.
    """
    try:
        with _input(stdin) as given:
            child = subprocess.Popen(
                as_user(user, argv),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(user, env),
                cwd=cwd,
                start_new_session=True,
            )
    except (FileNotFoundError, PermissionError) as error:
        return CommandResult(127, "", f"{argv[0]}: {error.strerror}")
    return _result(argv[0], *collect_output(child, deadline, most), deadline, most)


@contextmanager
def _input(text: str | None) -> Iterator[int]:
    """Standard input: nothing, or a text, in memory, so that nobody waits until it is taken."""
    descriptor = os.open(os.devnull, os.O_RDONLY) if text is None else _remembered(text.encode())
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _remembered(data: bytes) -> int:
    memory = os.memfd_create("input")
    os.write(memory, data)
    os.lseek(memory, 0, os.SEEK_SET)
    return memory


def _result(name: str, status: int, out: bytes, err: bytes, deadline: float, most: int) -> CommandResult:
    if status == HUNG:
        return CommandResult(124, "", f"{name}: no answer within {deadline:g} s")
    if status == FLOODED:
        return CommandResult(125, "", f"{name}: more than {most} bytes of output")
    return CommandResult(status, _text(out), _text(err))


def _text(output: bytes) -> str:
    return output.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
