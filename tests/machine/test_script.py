"""The exported script installs on a bare machine what `apply` would, with nothing but bash."""

from __future__ import annotations

from collections.abc import Callable

from tests.machine.biomaid import (
    ANSWERS,
    BINDS,
    INSTANCE,
    JALON,
    SOURCE,
    findings,
    jalon,
    ready_layer,
    red,
    verify,
)
from tests.machine.machine import Machine
from wizard.answers.questions import toml_value

# What a careless quoting breaks: each of these once meant something to a shell, to Python or to SQL.
SECRETS = {
    "db_password": 'd\'b "$HOME" `id` \\n %s {{ x }} #;&',
    "secret_key": "k'e\"y $(touch /srv/owned) \\\\ %% é " + "0123456789" * 4,
    "first_account_password": "c0mpte 'du' \"$USER\" \\ essai!",
}
SECRETS_FILE = "/root/secrets of demo"


def test_it_installs_a_bare_machine_that_then_verifies_green(new_machine: Callable[..., Machine]) -> None:
    writer = new_machine(layer=ready_layer(), binds=BINDS)
    plain = f'instance = "{INSTANCE}"\nsource = "{SOURCE}"\nhostnames = ["serveur"]\nworkers = 2\n'
    answers = plain + "".join(f"{key} = {toml_value(value)}\n" for key, value in SECRETS.items())
    writer.write(ANSWERS, answers, mode=0o600)
    before = writer.sh("ls -A /var/lib/jalon /etc /home").stdout
    script = jalon(writer, "export", "biomaid", "--answers", ANSWERS, "--format", "script", check=True).stdout
    assert writer.sh("ls -A /var/lib/jalon /etc /home").stdout == before
    assert not [key for key, value in SECRETS.items() if value in script or value[:12] in script]

    # The repository as upstream has it, and bash: this machine has never seen Jalon.
    bare = new_machine(binds=BINDS)
    bare.push(writer.root / SOURCE.lstrip("/"), SOURCE)
    bare.write("/root/install.sh", script)
    lines = "".join(f"JALON_{key.upper()}={value}\n" for key, value in SECRETS.items())
    bare.write(SECRETS_FILE, lines, mode=0o600)
    done = bare.run("bash", "/root/install.sh", SECRETS_FILE, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert not [key for key, value in SECRETS.items() if value in done.stdout + done.stderr]
    assert not bare.exists("/srv/owned")
    assert bare.sh("find /tmp -mindepth 1 -not -path '*systemd-private*' -not -name '.*-unix'").stdout == ""

    bare.write(ANSWERS, answers, mode=0o600)
    bare.run(JALON, "guides", "--yes")
    status, report = verify(bare, "--answers", ANSWERS)
    wrong = {name: why for name, why in red(report).items() if not findings(report)[name]["trial"]}
    assert (status, wrong) == (0, {})
    assert all(point["outcome"] in ("passed", "warning") for point in report["checkpoints"])
    # The account's password arrived whole too; only a login can tell.
    status, report = verify(bare, "--answers", ANSWERS, "--only", "service", "--trials")
    assert (status, red(report)) == (0, {})
    # And nothing is left to do: what was typed is what would have been applied.
    planned = jalon(bare, "plan", "biomaid", "--answers", ANSWERS)
    assert planned.returncode == 0, planned.stdout[-3000:] + planned.stderr
