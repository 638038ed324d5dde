"""The machine that all attacks share: two instances, a user without any, secrets to find and files to guard."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.machine.biomaid import BINDS, INSTANCE, JALON, ROOT, findings, finished_layer, key_of
from tests.machine.machine import Machine, layer
from tests.machine.test_neighbours import applied

DEMO, OTHER, STRANGER = INSTANCE, "other", "passant"
MARK = "CANARY-"
"""What every secret of the ground begins with: nothing that Jalon says, or that a tenant may read, holds it."""
SPRUNG = "/canary"
"""A folder that everybody may write, where what an attack runs leaves a file: its owner is who ran it."""
READ_OF_TENANTS = (
    *("code", "environment", "settings", "local", "migrate", "static", "service", "nginx"),
    *("system.python", "system.distribution"),
)
"""The checkpoints and probes that read what a tenant may write."""
ROOTS_FILE = "/root/canary.txt"
RUNNER = Path(__file__).with_name("runner.py").read_text()
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
MOST_SAID, MOST_MEMORY = 256 * 1024, 1024
DEADLINE = 90.0
"""Seconds, of the command itself and generous: what hangs does so for ever, or for all of a long list of waits."""

# Everything whose owner, mode, size, time or target nobody but root may change.
GUARDED = """
find /etc /root /usr/local /home/other /var/spool/cron /var/lib/jalon/biomaid/other /lib/systemd/system -xdev \
  \\( -name __pycache__ -o -path /home/other/log -o -path /root/.cache \\) -prune -o \
  ! -name queries.log ! -name '*.lock' ! -name lock ! -path /etc/resolv.conf ! -name '*.sock' \
  \\( -type d -printf '%p %y %m %u %g\\n' -o -printf '%p %y %m %u %g %s %T@ %l\\n' \\)
stat -c '%n %F %a %U %G' / /canary /tmp /var /var/tmp /var/backups /var/lib /var/lib/jalon /home /home/demo /home/passant
find / -xdev \\( -path '/home/*' -o -path '/tmp/*' -o -path '/var/tmp/*' -o -path '/canary/*' -o -path '/var/mail/*' \\) \
  -prune -o \\( -user demo -o -user passant \\) ! -path /var/spool/cron/crontabs/demo -printf 'foreign %p %u\\n'
true
"""


# The instance's database as it was: a copy of one that was kept, with its rights.
REMAKE = f"""
cd /; q() {{ runuser -u postgres -- psql -qXAt "$@"; }}
q -c "ALTER ROLE {DEMO}_user NOSUPERUSER" -c "ALTER ROLE {DEMO}_user RESET ALL"
q -c "DROP DATABASE {DEMO}_db WITH (FORCE)" && q -c "CREATE DATABASE {DEMO}_db TEMPLATE {DEMO}_kept OWNER {DEMO}_user"
q -c "UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = '{DEMO}_kept') WHERE datname = '{DEMO}_db'"
for b in /var/backups/{DEMO}/*; do [ "$b" -nt /run/state.tar ] && rm -rf "$b"; done
for i in 1 2 3 4; do curl -s -o /dev/null -m 5 -H 'Host: serveur' http://127.0.0.1/; done; true
"""
KEEP = f"""
cd /; q() {{ runuser -u postgres -- psql -qXAt "$@"; }}
systemctl stop biomaid-instance@{DEMO}
q -c "CREATE DATABASE {DEMO}_kept TEMPLATE {DEMO}_db OWNER {DEMO}_user"
q -c "UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = '{DEMO}_db') WHERE datname = '{DEMO}_kept'"
q -c "UPDATE pg_database SET datallowconn = false WHERE datname = '{DEMO}_kept'"
systemctl start biomaid-instance@{DEMO}
for i in $(seq 50); do [ -S /home/{DEMO}/biomaid.sock ] && break; sleep 0.2; done
"""


def _settle(machine: Machine) -> None:
    """Makes a finished machine the ground: the second instance, the stranger, the secrets."""
    applied(machine, OTHER, "--set", "http_port=8081")
    machine.sh(
        f"""
set -e
adduser --quiet --disabled-password --gecos '' {STRANGER}
install -d -m 1777 {SPRUNG}
install -m 0600 /dev/null {ROOTS_FILE}; echo {MARK}of-root >{ROOTS_FILE}
cd /home/{OTHER}/biomaid
sed -i "s/^SECRET_KEY = .*/SECRET_KEY = '{MARK}of-the-other-instance-0123456789abcdefghijklmnop'/" instance_settings.py
cd ../media; echo {MARK}of-the-other-media >letter.txt; chown {OTHER}: letter.txt; chmod 0640 letter.txt
systemctl restart biomaid-instance@{OTHER}
runuser -u postgres -- psql -qXd {OTHER}_db -c "CREATE TABLE canary AS SELECT '{MARK}of-the-other-database'::text AS word"
runuser -u postgres -- psql -qXd {OTHER}_db -c 'ALTER TABLE canary OWNER TO {OTHER}_user'
""",
        check=True,
    )


def ground_layer() -> str:
    """Two instances beside each other, as Jalon installs them."""
    key = key_of(
        "wizard",
        "templates",
        "jalon",
        "requirements.txt",
        "tests/standin",
        "tests/machine/biomaid.py",
        "tests/machine/tenants/ground.py",
    )
    return layer(f"tenants-{key}", _settle, parent=finished_layer(), binds=BINDS)


@dataclass
class Said:
    """What a command said, and what it took."""

    words: Sequence[str]
    status: int
    hung: bool
    peak: int
    out: str
    err: str
    sizes: dict[str, int]

    @property
    def report(self) -> dict[str, Any]:
        """The object that it printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        """The objects that it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


# A worker that was just being started while its code was taken away and laid again has ended the service with it.
SERVED = f"""
served() {{
  for _ in $(seq 150); do
    [ "$(curl -s -o /dev/null -w '%{{http_code}}' --max-time 5 -H 'Host: serveur' http://127.0.0.1/)" = 302 ] && return
    sleep 0.2
  done
  return 1
}}
systemctl is-active -q biomaid-instance@{DEMO} && served || {{ systemctl restart biomaid-instance@{DEMO} nginx; served; }}
"""


@dataclass
class Ground:
    """The machine, and what was done on it since the last attack ended."""

    machine: Machine
    guarded: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    number: str = ""
    said: list[Said] = field(default_factory=list)
    _undo: list[tuple[str, str | None]] = field(default_factory=list)
    _jobs: int = 0

    def prepare(self) -> None:
        """Keeps what every attack is followed by a return to."""
        self.root(KEEP)
        self.root(
            "cd /home/demo && tar --exclude=.cache --exclude=.local/share --exclude=./log --exclude='*.sock'"
            " -cpf /run/home.tar ."
            " && tar -cpf /run/etc.tar --exclude=./resolv.conf -C /etc . && tar -cpf /run/state.tar -C /var/lib/jalon biomaid && { crontab -u demo -l >/run/tab; chmod 644 /run/tab; }"
        )
        self.guarded = self.look()
        self.number = self.root(f"id -u {DEMO}").strip()
        self.outcomes = {name: one["outcome"] for name, one in findings(self.verify_report()).items()}
        assert set(self.outcomes.values()) <= {"passed", "warning"}, self.outcomes
        self.said.clear()

    # --- who does what

    def tenant(self, script: str, **more: Any) -> str:
        """A script of the user `demo`, who owns the instance; what it prints."""
        return self.machine.sh(f"set -e\n{script}", user=DEMO, **more).stdout

    def stranger(self, script: str, **more: Any) -> str:
        """A script of a user who owns no instance."""
        return self.machine.sh(f"set -e\n{script}", user=STRANGER, **more).stdout

    def root(self, script: str, **more: Any) -> str:
        """A script of root's, for what an administrator did, and for cleaning up."""
        return self.machine.sh(script, **more).stdout

    def sql(self, script: str, database: str = "demo_db") -> str:
        """Statements of the instance's own role in its own database, which is made anew afterwards."""
        self.later(REMAKE)
        words = "psql -qXAt -v ON_ERROR_STOP=1 -h localhost -U demo_user"
        password = self.machine.sh(
            "python3 -Ic \"import re;print(re.search(r'PASSWORD.: .(.*?).,', open('instance_settings.py').read())[1])\"",
            user=DEMO,
            cwd="/home/demo/biomaid",
        ).stdout.strip()
        return self.machine.sh(
            f"{words} -d {database} -f -", user=DEMO, input=script, env={"PGPASSWORD": password}
        ).stdout

    def background(self, script: str, user: str = DEMO) -> None:
        """A script that goes on beside what follows, until the attack ends."""
        self._jobs += 1
        unit = f"attack-{self._jobs}-{len(self.said)}"
        self.machine.run(
            "systemd-run",
            "-q",
            "--collect",
            f"--unit={unit}",
            "-p",
            f"User={user}",
            "-p",
            "KillMode=control-group",
            "-p",
            "TimeoutStopSec=1",
            "bash",
            "-c",
            script,
        )

    def quiet(self) -> None:
        """Ends what goes on in the background."""
        if self._jobs:
            self.root("systemctl kill -s KILL 'attack-*' 2>/dev/null; systemctl stop 'attack-*' 2>/dev/null; true")
        self._jobs = 0

    def later(self, script: str, user: str | None = None) -> None:
        """What takes the attack back; the last one first."""
        self._undo.append((script, user))

    # --- Jalon

    def jalon(
        self, *words: str, deadline: float = DEADLINE, cwd: str = "/", user: str | None = None, **env: str
    ) -> Said:
        """Jalon run by root (or `user`), with limits and a deadline; kept for what must hold of all that it says."""
        return self.run(JALON, *words, deadline=deadline, cwd=cwd, user=user, env=env)

    def run(
        self,
        *words: str,
        deadline: float = DEADLINE,
        cwd: str = "/",
        user: str | None = None,
        env: dict[str, str] | None = None,
    ) -> Said:
        """Any command, as `jalon`."""
        line = ("python3", "-Ic", RUNNER, str(deadline), cwd, *words)
        done = self.machine.run(*line, user=user, env=env, timeout=deadline + 60)
        found = json.loads(done.stdout)
        said = Said(words, found["status"], found["hung"], found["peak"], found["out"], found["err"], found["sizes"])
        self.said.append(said)
        return said

    def verify_report(self, *more: str) -> dict[str, Any]:
        """What `verify` finds of the instance."""
        said = self.jalon("verify", "biomaid", "--instance", DEMO, "--format", "json", *more)
        assert not said.hung, "verify hangs"
        assert said.out, said.err[-2000:]
        return said.report

    def verify(self, *about: str, form: str = "json") -> dict[str, dict[str, Any]]:
        """Verifies, and holds all that the attack is not `about` (ids, or the checkpoint's part of them) to what it was.

        What it is about may be red or unknown, but does not crash."""
        found = findings(self.verify_report())
        assert set(found) >= set(self.outcomes), sorted(set(self.outcomes) - set(found))
        for name, outcome in self.outcomes.items():
            assert found[name]["outcome"] != "crashed", found[name]
            if not any(name == one or name.startswith(f"{one}.") for one in about):
                assert found[name]["outcome"] == outcome, found[name]
        return found

    # --- what must hold

    def holds(self, allowed: str = "$^") -> None:
        """What holds after every attack; `allowed` is a pattern of paths that what was run may change."""
        self.quiet()
        for said in self.said:
            _hold_words(said)
        now = self.look()
        changed = {
            path: (self.guarded.get(path), now.get(path))
            for path in {*self.guarded, *now}
            if self.guarded.get(path) != now.get(path) and not re.search(allowed, path)
        }
        assert not changed, f"root's or the neighbour's: {dict(list(changed.items())[:8])}"
        sprung = self.root(f"find {SPRUNG} -type f -printf '%u %f\\n'").splitlines()
        # Files of an account that was removed are its number's.
        theirs = (DEMO, self.number, STRANGER)
        assert not [line for line in sprung if line.split()[0] not in theirs], f"code ran as {sprung}"
        for user in self.root(f"getent passwd {DEMO} {STRANGER} | cut -d: -f1").split():
            self._hold_closed(user)

    def _hold_closed(self, user: str) -> None:
        """No file that this user may read, nor the state of the instance, holds one of the secrets."""
        places = "/home/demo /home/passant /var/lib/jalon /tmp /var/tmp /canary /var/backups/demo /run/user /var/log"
        skipped = "-name .cache -o -name share -o -name environment"
        script = (
            f"timeout 60 find {places} \\( {skipped} \\) -prune -o -type f -size -16M -print0 2>/dev/null"
            f" | xargs -0r timeout 60 grep -laFs {MARK}"
        )
        found = self.machine.sh(f"{script} || true", user=user).stdout.split()
        # Root's copy of what a tenant's link led to is one undo away from that tenant.
        kept = self.root(f"grep -rlaFs {MARK} /var/lib/jalon/biomaid --exclude-dir={OTHER} || true").split()
        assert not [*found, *kept], f"readable by {user}: {found}; kept by root: {kept}"

    def look(self) -> dict[str, str]:
        """What is guarded, by its path."""
        lines = self.root(GUARDED).splitlines()
        return dict(line.partition(" ")[::2] if not line.startswith("foreign") else (line, "") for line in lines)

    # --- and back

    def back(self) -> None:
        """Takes the attack back, and with it whatever it got to."""
        self.quiet()
        while self._undo:
            script, user = self._undo.pop()
            self.machine.sh(script, user=user, check=False)
        self.said.clear()
        self.root(
            f"""
cd /home/demo && chown demo:demo . && chmod 0750 . && find . -mindepth 1 -maxdepth 1 ! -name .cache ! -name .local ! -name biomaid.sock ! -name log \
  -exec rm -rf -- {{}} +
rm -rf .local/bin .local/state; tar -xpf /run/home.tar
[ ! -L log ] || rm log; [ -d log ] || install -d -o demo -g demo log
rm -rf {SPRUNG}/* {SPRUNG}/.[!.]* /home/passant/biomaid /home/passant/maquette /var/lib/jalon/biomaid/passant
chown root:root {SPRUNG}; chmod 1777 {SPRUNG}
rm -rf /tmp/* /var/tmp/[!s]*
# Restarts that this attack brought about are not those of the next one.
systemctl reset-failed biomaid-instance@{DEMO} 2>/dev/null || true
""",
            timeout=120,
        )
        now = self.look()
        if now != self.guarded or self._state_differs():
            self._put_back(sorted(path for path in {*now, *self.guarded} if now.get(path) != self.guarded.get(path)))
        # Where it is not, the next attack says so.
        self.root(SERVED, timeout=120, check=False)

    def _state_differs(self) -> bool:
        return self.machine.sh("tar -df /run/state.tar -C /var/lib/jalon", check=False).returncode != 0

    def _put_back(self, changed: Iterable[str]) -> None:
        self.root("cd /var/lib/jalon && rm -rf biomaid && tar -xpf /run/state.tar")
        if made := [path for path in changed if path.startswith("/etc/") and path not in self.guarded]:
            self.machine.run("rm", "-rf", "--", *made)
        if any(path.startswith("/etc") for path in changed):
            self.root("cd /etc && tar -xpf /run/etc.tar; chown root:root /etc; chmod 755 /etc; systemctl daemon-reload")
        self.root("chown -hR root:root /usr/local /root; chown other:other /home/other; true")
        self.root("systemctl reset-failed; systemctl start biomaid-instance@demo nginx; true", check=False)
        self.guarded = self.look()


def _hold_words(said: Said) -> None:
    """What holds of all that Jalon ever says."""
    told = f"{said.out}\n{said.err}"
    line = " ".join(said.words[:6])
    assert not said.hung, f"{line}: hangs"
    assert MARK not in told, f"{line}: shows {[one for one in told.splitlines() if MARK in one][:3]}"
    # A program's own is shown as what it said; Jalon's goes to standard error.
    assert "Traceback" not in said.err, f"{line}: {said.err[-1500:]}"
    assert max(said.sizes.values()) < MOST_SAID, f"{line}: says {said.sizes}"
    assert said.peak < MOST_MEMORY, f"{line}: takes {said.peak} MiB"
    wild = CONTROL.findall(told)
    assert not wild, (
        f"{line}: {sorted(set(wild))!r} in {[one for one in told.splitlines() if CONTROL.search(one)][:2]!r}"
    )


def grounds() -> Iterator[Ground]:
    """The ground, for a fixture."""
    with Machine.up(layer=ground_layer(), binds=BINDS) as machine:
        ground = Ground(machine)
        machine.sh(
            "for i in $(seq 50); do [ -S /home/demo/biomaid.sock ] && [ -S /home/other/biomaid.sock ] && exit; sleep 0.2; done"
        )
        ground.prepare()
        yield ground


__all__ = ["DEMO", "JALON", "MARK", "OTHER", "ROOT", "ROOTS_FILE", "SPRUNG", "STRANGER", "Ground", "Said", "grounds"]
