"""Attacks through what Jalon keeps and is given: states, journals, answers."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import json

from tests.machine.tenants.attack import attack
from tests.machine.tenants.changing import OWN
from tests.machine.tenants.ground import DEMO, MARK, ROOTS_FILE, SPRUNG, Ground

SETTINGS = "/home/other/biomaid/instance_settings.py"


@attack("its password and key were kept as the user's own")
def adopts_neighbours_settings(g: Ground) -> None:
    """A user's settings lead to a neighbour's: adopted, its password and key would be kept as this user's."""
    g.stranger(f"mkdir ~/biomaid; ln -s {SETTINGS} ~/biomaid/instance_settings.py")
    g.jalon("instances", "biomaid")
    g.jalon("adopt", "biomaid", "--instance", "passant", "--format", "json")


@attack("its key was kept as the user's own")
def adopts_neighbours_local_settings(g: Ground) -> None:
    """The same through `local/settings.py`."""
    g.stranger(
        "mkdir -p ~/biomaid ~/local_x; ln -s ../local_x ~/biomaid/local\n"
        "printf \"DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x_db', 'USER': 'x', 'PASSWORD': 'y'}}\\n\" >~/biomaid/instance_settings.py\n"
        f"ln -s {SETTINGS} ~/local_x/settings.py"
    )
    g.jalon("adopt", "biomaid", "--instance", "passant", "--format", "json")


@attack("root's file was shown, and kept where all may read it")
def adopts_roots_file_as_revision(g: Ground) -> None:
    """`.git/HEAD` leads to root's file: the revision found, kept in `answers.toml`, which all may read."""
    g.stranger(
        "mkdir -p ~/biomaid/.git/refs/tags; printf \"DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x_db', 'USER': 'x', 'PASSWORD': 'y'}}\\n\" >~/biomaid/instance_settings.py\n"
        f"cd ~/biomaid/.git; echo >config; ln -s {ROOTS_FILE} HEAD"
    )
    g.jalon("adopt", "biomaid", "--instance", "passant", "--format", "json")


@attack("the token was kept where all may read it")
def adopts_token(g: Ground) -> None:
    """The checkout's origin holds a password; adopted, it would be shown and kept where all may read it."""
    g.stranger(
        "mkdir -p ~/biomaid/.git/refs/tags; printf \"DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x_db', 'USER': 'x', 'PASSWORD': 'y'}}\\n\" >~/biomaid/instance_settings.py\n"
        f"cd ~/biomaid/.git; printf '[remote \"origin\"]\\n\\turl = https://who:{MARK}token@example.org/b.git\\n' >config; echo 0123456789012345678901234567890123456789 >HEAD; chmod 700 ~"
    )
    g.later("chmod 755 /home/passant")
    g.jalon("adopt", "biomaid", "--instance", "passant", "--format", "json")
    kept = g.root(
        f"find /var/lib/jalon/biomaid/passant -perm -004 -type f -exec grep -l {MARK} {{}} + 2>/dev/null || true"
    )
    assert not kept, kept
    # What only root may read may hold it: it is a secret of that instance's own.
    g.root("rm -rf /var/lib/jalon/biomaid/passant; rm -rf /home/passant/biomaid")


def _maquette(g: Ground, undo: list[dict[str, object]]) -> None:
    line = {
        "event": "begun", "number": 1, "when": 1.0, "checkpoint": "x", "kind": "FileWritten", "subject": "/home/demo/maquette/x",
        "title": "x", "undo": undo, "hash": "", "shared": False,
    }  # fmt: skip
    text = "".join(json.dumps(one) + "\n" for one in (line, {"event": "done", "number": 1, "when": 2.0}))
    g.later("rm -rf /home/demo/maquette")
    g.root("runuser -u demo -- mkdir -p /home/demo/maquette/.jalon/replaced")
    for name, content in (
        ("journal.jsonl", text),
        ("answers.toml", 'folder = "/home/demo/maquette"\n'),
        ("secrets.toml", ""),
        ("replaced/0001-x", f"* * * * * root touch {SPRUNG}/cron\n"),
    ):
        g.machine.write(f"/home/demo/maquette/.jalon/{name}", content, owner=DEMO, mode=0o644)


@attack("`/etc/cron.d/evil` was written as root")
def forged_journal(g: Ground) -> None:
    """Root undoes a practice instance that lies in a user's folder, whose journal says to write anywhere."""
    _maquette(
        g,
        [
            {
                "kind": "FileRestored",
                "path": "/etc/cron.d/evil",
                "kept": "0001-x",
                "mode": 0o644,
                "owner": "root",
                "group": "root",
            },
            {
                "kind": "LineAdded",
                "path": "/etc/crontab",
                "line": f"* * * * * root touch {SPRUNG}/line",
                "owner": "root",
            },
            {"kind": "Ran", "words": ["touch", f"{SPRUNG}/ran"], "title": "x", "reverse": []},
            {"kind": "FileRemoved", "path": "/etc/hostname"},
        ],
    )
    for words in (("--with-data",), ()):
        g.jalon("undo", "maquette", "--instance", "/home/demo/maquette", "--yes", *words)


@attack("")
def forged_journal_of_lines(g: Ground) -> None:
    """The same with one line only, added to root's crontab."""
    _maquette(
        g,
        [{"kind": "LineAdded", "path": "/etc/crontab", "line": f"* * * * * root touch {SPRUNG}/line", "owner": "root"}],
    )
    g.jalon("undo", "maquette", "--instance", "/home/demo/maquette", "--yes", "--with-data")


@attack("hung; the journal was obeyed")
def state_folder_of_a_user(g: Ground) -> None:
    """`--state-dir` in a user's folder, where answers, secrets and journal are the user's to write."""
    g.root(
        "cp -a /var/lib/jalon/biomaid /tmp/biomaid; install -d -o demo /home/demo/s; mv /tmp/biomaid /home/demo/s/; chown -R demo: /home/demo/s"
    )
    line = {
        "event": "begun", "number": 99, "when": 9e9, "checkpoint": "x", "kind": "LineAdded", "subject": "/etc/crontab", "title": "x", "hash": "",
        "undo": [{"kind": "LineAdded", "path": "/etc/crontab", "line": f"* * * * * root touch {SPRUNG}/line", "owner": "root"}], "shared": False,
    }  # fmt: skip
    g.tenant(
        f"echo {json.dumps(json.dumps(line))} >>~/s/biomaid/demo/journal.jsonl; rm ~/s/biomaid/demo/trials.json; mkfifo ~/s/biomaid/demo/trials.json ~/s/biomaid/demo/skips.json"
    )
    for words in (("verify",), ("undo", "--yes"), ("fix", "--yes")):
        g.jalon(words[0], "biomaid", "--instance", DEMO, "--state-dir", "/home/demo/s", *words[1:], deadline=40)


def _answers(g: Ground, text: str, owner: str = "root") -> None:
    g.machine.write("/tmp/a.toml", text, mode=0o600, owner=owner)


@attack("a traceback")
def answers_nested(g: Ground) -> None:
    """An answers file with 100,000 brackets within each other, and with as many dotted keys."""
    for text in (
        f"workers = {'[' * 100_000}",
        f"workers = {'{a=' * 100_000}",
        f"{'a.' * 50_000}a = 1",
        f"[{'a.' * 50_000}a]",
    ):
        _answers(g, text)
        said = g.jalon("plan", "biomaid", "--answers", "/tmp/a.toml", deadline=40)
        assert said.status == 65, said


@attack("hung")
def answers_fifo(g: Ground) -> None:
    """An answers file that is a FIFO, `/dev/zero`, or 40 GB of nothing."""
    g.root("mkfifo -m 600 /tmp/pipe; truncate -s 40G /tmp/huge; chmod 600 /tmp/huge")
    for path in ("/tmp/pipe", "/dev/zero", "/tmp/huge"):
        said = g.jalon("plan", "biomaid", "--answers", path, deadline=30)
        assert said.status == 65, said


@attack("a traceback")
def answers_huge_number(g: Ground) -> None:
    """A number of 5,000 digits, an infinite one, a date."""
    for value in ("9" * 5000, "inf", "nan", "1979-05-27", "0x" + "f" * 4000, "-" + "9" * 19):
        _answers(g, f"instance = 'demo'\nworkers = {value}\n")
        said = g.jalon("plan", "biomaid", "--answers", "/tmp/a.toml", deadline=40)
        assert said.status == 65, (value[:20], said)


@attack("it was repeated, all of it")
def answers_long_path(g: Ground) -> None:
    """Texts of 100 kB: a path, a name, an address; the refusal does not repeat them."""
    for key, value in (
        ("backup_directory", "/a" * 50_000),
        ("source", "x" * 100_000),
        ("first_account", "y" * 100_000),
        ("z" * 100_000, "1"),
        ("hostnames", "h." * 50_000),
    ):
        _answers(g, f'instance = "demo"\n{key} = "{value}"\n')
        said = g.jalon("plan", "biomaid", "--answers", "/tmp/a.toml", deadline=40)
        assert said.status == 65, (key[:20], said.err[-300:])
        assert sum(said.sizes.values()) < 8192, said.sizes
    said = g.jalon("plan", "biomaid", "--instance", DEMO, "--set", f"workers={'w' * 100_000}", deadline=40)
    assert sum(said.sizes.values()) < 8192, said.sizes


@attack("it was obeyed", allowed=r"/root/a\.toml\.link")
def answers_of_a_user(g: Ground) -> None:
    """An answers file that a user owns, or may write or replace, obeyed by root."""
    g.machine.write("/home/demo/a.toml", 'instance = "demo"\nsource = "/home/demo/evil.git"\n', mode=0o600, owner=DEMO)
    g.root(
        "mkdir -m 777 /tmp/open; cp /home/demo/a.toml /tmp/open/b.toml; chown root: /tmp/open/b.toml; chmod 666 /tmp/open/b.toml; ln -s /home/demo/a.toml /root/a.toml.link"
    )
    g.later("rm -f /root/a.toml.link")
    for path in ("/home/demo/a.toml", "/tmp/open/b.toml", "/root/a.toml.link"):
        said = g.jalon("apply", "biomaid", "--answers", path, "--yes", "--only", "backup", deadline=60)
        assert said.status in (64, 65, 77), (path, said)


@attack("it was shown and kept", allowed=OWN)
def secrets_in_trials(g: Ground) -> None:
    """The application prints its password while it is tried: `trials.json`, which all may read, repeats it."""
    g.tenant(
        "cd ~/biomaid; mv run-instance.sh r.sh; printf '#!/bin/bash\\necho \"OperationalError: $(grep PASSWORD instance_settings.py)\"; exit 1\\n' >run-instance.sh; chmod 755 run-instance.sh"
    )
    password = g.tenant("sed -n \"s/.*'PASSWORD': '\\(.*\\)',/\\1/p\" ~/biomaid/instance_settings.py").strip()
    said = g.jalon("verify", "biomaid", "--instance", DEMO, "--trials", "--only", "cron", "--format", "json")
    again = g.jalon("verify", "biomaid", "--instance", DEMO)
    assert password not in said.out + said.err + again.out + again.err, "shown"
    assert not g.root(f"grep -rlF --exclude=secrets.toml -- '{password}' /var/lib/jalon/biomaid/demo || true"), "kept"


@attack("it was kept where all may read it, and stood in a command line", allowed=OWN)
def token_in_the_source(g: Ground) -> None:
    """A git address with a token: in plans, in `answers.toml`, in git's command line."""
    token = "tokentokentoken4711"
    g.background(
        f"while :; do for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -aF {token} | grep -v -e grep -e jalon >>/tmp/seen; done; done",
        user="passant",
    )
    _answers(g, f'instance = "demo"\nsource = "https://who:{token}@127.0.0.1:9/b.git"\nhostnames = ["serveur"]\n')
    plan = g.jalon("plan", "biomaid", "--answers", "/tmp/a.toml")
    done = g.jalon("apply", "biomaid", "--answers", "/tmp/a.toml", "--yes", "--until", "code", deadline=60)
    open_to_all = g.root(
        f"grep -rlF {token} /var/lib/jalon/biomaid/demo --include=answers.toml --include=trials.json || true"
    )
    assert token not in plan.out + plan.err + done.out + done.err, "shown"
    assert not open_to_all, open_to_all
    assert not g.root("cat /tmp/seen 2>/dev/null || true"), "in a command line"


@attack("the tenant's folder is handed over to root, 0700, or root's backups lie where the tenant may swap them")
def backups_in_a_users_folder(g: Ground) -> None:
    """`backup_directory` is somebody else's folder, lies in one, leads there, holds other things, or is `/etc`."""
    g.stranger("mkdir ~/b ~/sub; echo x >~/b/kept; chmod 755 ~/b")
    g.root("mkdir -p /srv/full; echo x >/srv/full/kept; ln -s /home/passant/sub /srv/leads")
    g.later("rm -rf /srv/full /srv/leads")
    before = g.root("stat -c '%n %a %U' /home/passant /home/passant/b /home/passant/sub /srv/full /etc")
    for path in ("/home/passant/b", "/home/passant/new", "/srv/full", "/srv/leads", "/srv/leads/new", "/etc"):
        _answers(g, f'instance = "{DEMO}"\nbackup_directory = "{path}"\n')
        said = g.jalon("apply", "biomaid", "--answers", "/tmp/a.toml", "--yes", "--only", "backup", deadline=60)
        assert said.status in (1, 65), (path, said)
    after = g.root("stat -c '%n %a %U' /home/passant /home/passant/b /home/passant/sub /srv/full /etc")
    assert before == after, after


@attack("the neighbour's database, or PostgreSQL's own role, is this user's instance from then on")
def adopts_neighbours_database(g: Ground) -> None:
    """A user's settings name a neighbour's database and role, PostgreSQL's administrator, or a password that is wrong."""
    for name, user in (("other_db", "other_user"), ("x_db", "postgres"), ("postgres", "demo_user"), ("x_db", "x")):
        text = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": user, "PASSWORD": "wrong"}
        g.stranger(
            f"mkdir -p ~/biomaid; cat >~/biomaid/instance_settings.py <<'E'\nDATABASES = {{'default': {text}}}\nE"
        )
        said = g.jalon("adopt", "biomaid", "--instance", "passant", "--format", "json")
        assert said.status == 65, (name, user, said)
    g.root("! test -e /var/lib/jalon/biomaid/passant", check=True)


@attack("written through the link, over root's file")
def output_through_a_link(g: Ground) -> None:
    """`render` and `report` write into a folder of a user's, who put links where the files go."""
    g.stranger(
        "mkdir ~/out; ln -s /etc ~/out/etc; ln -s /etc ~/leads; ln -s /etc/motd ~/out/r.md; mkfifo ~/out/.p.md.new"
    )
    for words in (
        ("render", "--output", "/home/passant/out"),
        ("report", "--output", "/home/passant/leads/r.md"),
        ("report", "--output", "/home/passant/out/r.md"),
        ("report", "--output", "/home/passant/out/p.md"),
        ("plan", "--lay", "/home/passant/leads/laid"),
    ):
        said = g.jalon(words[0], "biomaid", "--instance", DEMO, *words[1:], deadline=60)
        assert said.status in (74, 78), (words, said)
