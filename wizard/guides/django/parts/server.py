"""The trial of Django's own test server on a free port of the loopback."""

from __future__ import annotations

import json
from typing import Any

from wizard.api import Cause, Failed, Figure, Finding, Hands, Host, Trial, _, failed, passed

# Runs as the instance with the system's Python, 3.9 or later: starts, polls, ends the group, says one line.
SCRIPT = """
import http.client, json, os, signal, socket, subprocess, sys, tempfile, time
patience, words = float(sys.argv[1]), sys.argv[2:]
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
log = tempfile.TemporaryFile()
words = [*words, "manage.py", "runserver", "--noreload", "127.0.0.1:%d" % port]
found = {"status": 0, "port": port}
os.umask(0o022)
server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
began = time.monotonic()
try:
    while time.monotonic() - began < patience and server.poll() is None:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        try:
            # Every browser names itself, and there are applications that die of a request that does not.
            asked.request("GET", "/", headers={"Host": "localhost:%d" % port, "User-Agent": "jalon"})
            answered = asked.getresponse()
            found.update(status=answered.status, location=answered.getheader("Location") or "")
            break
        except ConnectionRefusedError:
            time.sleep(0.2)
        finally:
            asked.close()
except (OSError, http.client.HTTPException) as error:
    found["error"] = str(error) or type(error).__name__
finally:
    found["exit"] = server.poll()
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            break
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            pass
found["seconds"] = time.monotonic() - began
log.seek(0)
lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
found["last"] = lines[-1] if lines else ""
print("found " + json.dumps(found))
"""


class TestServerAnswers(Trial):
    """`manage.py runserver` of a checkout, started by `python_words` as `user`, answers, and is ended
    again."""

    __test__ = False  # the name is Django's, and not a test of ours

    checkout: str
    user: str
    python_words: tuple[str, ...]
    patience: float = 60.0
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("starts a test server on a free port of this machine alone, and ends it")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        words = ("python3", "-c", SCRIPT, f"{self.patience:g}", *self.python_words)
        try:
            output = hands.run(words, user=self.user, cwd=self.checkout, deadline=self.patience * 2 + 30)
        except Failed as error:
            text = _("the test server could not be started: {error}").format(error=error)
            return failed(text, cause=Cause("test-server-not-started", str(error)))
        found = _found(output)
        if not found.get("status"):
            return self._silent(found)
        seen = _("test server answered {status}").format(status=found["status"])
        if found.get("location"):
            seen += _(", to {location}").format(location=found["location"])
        if found["status"] == 400:
            text = _("The application refuses the name localhost: it is not in its ALLOWED_HOSTS.")
            return failed(seen, cause=Cause("name-not-allowed", text))
        if found["status"] >= 400:
            text = _("The application fails on its first page: {last}").format(last=found.get("last", ""))
            return failed(seen, cause=Cause("application-error", text))
        return passed(_("{seen}, after {seconds:.1f} s").format(seen=seen, seconds=Figure(found["seconds"])))

    def _silent(self, found: dict[str, Any]) -> Finding:
        last = found.get("last") or found.get("error") or _("it said nothing")
        if found.get("exit") is not None:
            text = _("the test server ended with status {status}: {last}")
            evidence = text.format(status=found["exit"], last=last)
            return failed(
                evidence,
                cause=Cause("test-server-ended", _("Django does not start: {last}").format(last=last)),
            )
        evidence = _("the test server did not answer within {seconds:.0f} s: {last}")
        told = evidence.format(seconds=self.patience, last=last)
        return failed(told, cause=Cause("no-answer-in-time", _("Django starts, but does not come to answer.")))


def _found(output: str) -> dict[str, Any]:
    said = [line.removeprefix("found ") for line in output.splitlines() if line.startswith("found ")]
    found: dict[str, Any] = json.loads(said[-1]) if said else {}
    return found
