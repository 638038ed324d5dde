"""`omero web`: believes its pid file, and says [OK] before it knows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from omero.config import die, folder

from omeroweb.settings import Settings, load

HERE = Path(__file__).parent
SITE = """upstream omeroweb {{
    server {host}:{port} fail_timeout=0;
}}
server {{
    listen {http};
    server_name {name};
    client_max_body_size 0;
    location {prefix}/static {{
        alias {static};
    }}
    location {prefix}/ {{
        proxy_set_header Host $http_host;
        proxy_pass http://omeroweb;
    }}
}}
"""


def web(words: Sequence[str]) -> None:
    """Carries out `omero web ...`."""
    folder()
    try:
        settings = load()
    except Exception as error:
        die(682, str(error))
    verb, rest = words[0], list(words[1:])
    if verb == "syncmedia":
        syncmedia(settings)
    elif verb == "start":
        start(settings, "--keep-sessions" in rest, "--foreground" in rest)
    elif verb == "stop":
        stop()
    elif verb == "status":
        status()
    elif verb == "clearsessions":
        clearsessions()
    elif verb == "config":
        site(settings, dict(zip(rest[1::2], rest[2::2], strict=False)))
    else:
        die(2, f"omero web: error: invalid choice: '{verb}'")


def syncmedia(settings: Settings) -> None:
    """The static files, those of the apps too, where nginx serves them."""
    target = folder() / "var/static"
    packages = [HERE, *(HERE.parent / name for name in settings.apps)]
    try:
        for static in (package / "static" for package in packages):
            shutil.copytree(static, target, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        die(607, f"{error}\nFailed to collect static content.")
    print(f"static files copied to '{target}'.")


def clearsessions() -> None:
    """Says what the real one does."""
    print("Clearing expired sessions. This may take some time... [OK]")


def _pid_file() -> Path:
    return folder() / "var/django.pid"


def _pid() -> int:
    with suppress(FileNotFoundError):
        return int(_pid_file().read_text())
    return 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        print(f"[ERROR] OMERO.web workers (PID {pid}) - no such process.", file=sys.stderr)
        return False
    return True


def start(settings: Settings, keep_sessions: bool, foreground: bool) -> None:
    """gunicorn, behind its own back: whether it took its arguments or could have its port is not looked at, and what it
    says of that is passed on in the foreground alone."""
    syncmedia(settings)
    if not keep_sessions:
        clearsessions()
    print("Starting OMERO.web... ", end="", flush=True)
    if pid := _pid():
        if _lives(pid):
            die(606, f"[FAILED] OMERO.web already started. {_pid_file()} exists (PID: {pid})! Stop it first.")
        _pid_file().unlink()
        print(f"WARNING: Removed stale {_pid_file()}", file=sys.stderr)
    if settings.prefix:
        os.environ["SCRIPT_NAME"] = settings.prefix
    words = ["gunicorn", "--bind", f"{settings.host}:{settings.port}", "--workers", str(settings.workers)]
    words += ["--threads", "5", *settings.arguments.split(), "omeroweb.wsgi:application"]
    if foreground:
        subprocess.run(words, cwd=HERE, check=False)
        return
    void, more = subprocess.DEVNULL, ["-D", "-p", str(_pid_file())]
    subprocess.run([*words, *more], cwd=HERE, check=False, stdout=void, stderr=void)
    print("[OK]")


def status() -> None:
    """What the pid file says."""
    pid = _pid()
    running = bool(pid) and _lives(pid)
    print(f"OMERO.web status... {f'[RUNNING] (PID {pid})' if running else '[NOT STARTED]'}")


def stop() -> None:
    """Ends whatever the pid file names."""
    print("Stopping OMERO.web... ", end="")
    if not (pid := _pid()):
        print("[NOT STARTED]")
        return
    if _lives(pid):
        os.kill(pid, signal.SIGTERM)
        print(f"[OK]\nOMERO.web WSGI workers (PID {pid}) killed.")
    _pid_file().unlink(missing_ok=True)


def site(settings: Settings, options: dict[str, str]) -> None:
    """A site for nginx."""
    http = int(options.get("--http", "80"))
    if http == settings.port:
        die(678, f"Port conflict: HTTP({http}) and wsgi({settings.port}).")
    name, static = options.get("--servername", "$hostname"), f"{folder()}/var/static"
    print(SITE.format(host=settings.host, port=settings.port, http=http, name=name, prefix=settings.prefix,
                      static=static))  # fmt: skip
