"""Attacks on the terminal: what comes from outside does not move a cursor, fill a clipboard or turn a line around."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import time

from tests.machine.tenants.attack import attack
from tests.machine.tenants.changing import OWN, UNIT, apply, dying, fix
from tests.machine.tenants.ground import DEMO, Ground
from tests.machine.tenants.processes import as_poetry

WILD = "\x1b]52;c;aGk=\x07\x1b[2J\x1b[31m\u202eevil\u2066\x9b2J\x08\r"
IN_BASH = r"$'\e]52;c;aGk=\a\e[2J\u202eevil\u2066\x9b2J\b'"


def both(g: Ground, *words: str, **more: object) -> None:
    """Verifies in all of its forms."""
    for form in ("text", "json", "junit"):
        g.jalon("verify", "biomaid", "--instance", DEMO, "--format", form, *words)


@attack("the terminal obeyed them", allowed=OWN)
def log_with_escapes(g: Ground) -> None:
    """A service that does not start says escapes, in its journal and in its log."""
    dying(g, f"{WILD}\nnothing known {WILD}\n")
    g.machine.write("/home/demo/log/gunicorn_django.log", f"{WILD} said last\n", owner=DEMO)
    both(g)
    fix(g)


@attack("", allowed=OWN)
def program_with_escapes(g: Ground) -> None:
    """A program that is run as the tenant prints escapes: Poetry, replaced by the tenant."""
    as_poetry(g, f"#!/bin/bash\nprintf %s {IN_BASH}; printf %s {IN_BASH} >&2; exit 1\n")
    g.jalon("apply", "biomaid", "--instance", DEMO, "--yes", "--only", "environment")
    apply(g, "--only", "environment")
    g.jalon("verify", "biomaid", "--instance", DEMO, "--trials", "--only", "migrate")
    both(g)


@attack("a traceback")
def names_with_escapes(g: Ground) -> None:
    """Names of files, branches, tags, links and environments with escapes, line ends, and no UTF-8."""
    g.tenant(
        f"""
cd ~/biomaid; git config user.name x; git config user.email x@x
for n in {IN_BASH} $'a\\nb' $'\\xff\\xfe' $'-n'; do echo 1 >"./$n"; git add -- "./$n" 2>/dev/null || true; done
git commit -qm x; git tag $'t\\u202ex' || true; for f in ./*; do [ -f "$f" ] && [ ! -L "$f" ] && case $f in *instance*) ;; *) echo >>"$f";; esac; done
printf '[remote "origin"]\\n\\turl = /srv/%s\\n' {IN_BASH} >>.git/config
printf 'ref: refs/heads/%s\\n' {IN_BASH} >.git/HEAD
rm local; ln -s {IN_BASH}$'\\n../x' local
mkdir -p ~/.cache/pypoetry/virtualenvs/biomaid-{IN_BASH}
"""
    )
    g.later("rm -rf /home/demo/.cache/pypoetry/virtualenvs/biomaid-$'\\e'*")
    both(g)
    g.jalon("plan", "biomaid", "--instance", DEMO)
    g.verify("code", "local", "settings", "migrate", "static", "service", "nginx", "environment")


@attack("a traceback")
def texts_with_escapes(g: Ground) -> None:
    """Files that are quoted when they are wrong: TOML, Python, `pyvenv.cfg`, a receipt."""
    g.tenant(
        f"""
cd ~/biomaid; printf '%s = %s\\n' {IN_BASH} {IN_BASH} >instance_config.toml
printf "ALLOWED_HOSTS = ['%s']\\nDEBUG = False\\n'%s\\n" {IN_BASH} {IN_BASH} >instance_settings.py
printf '%s = \\n' {IN_BASH} >poetry.lock; printf '[tool.poetry.dependencies]\\npython = "%s"\\n' {IN_BASH} >pyproject.toml
printf '{{"revision": "%s", "commit": "%s"}}' {IN_BASH} {IN_BASH} >.git/jalon.json
"""
    )
    both(g)
    g.jalon("plan", "biomaid", "--instance", DEMO)


@attack("the terminal obeyed them")
def answers_with_escapes(g: Ground) -> None:
    """Answers, keys and paths with escapes are refused without being played."""
    g.machine.write(
        "/tmp/a.toml",
        'instance = "demo"\n"\\u001b]52;c;aGk=\\u0007" = 1\nsource = "\\u202e\\u001b[2J"\nhostnames = ["\\u009b2J"]\nworkers = "\\u001b[31m"\n',
        mode=0o600,
    )
    for words in (
        ("plan", "biomaid", "--answers", "/tmp/a.toml"),
        ("plan", "biomaid", "--answers", f"/tmp/{WILD}.toml"),
        ("verify", "biomaid", "--instance", f"{WILD}"),
        ("verify", f"{WILD}"),
        ("verify", "biomaid", "--instance", DEMO, "--only", WILD),
        ("plan", "biomaid", "--instance", DEMO, "--set", f"{WILD}=1"),
        ("plan", "biomaid", "--instance", DEMO, "--set", f"domain={WILD}"),
        ("render", "biomaid", "--instance", DEMO, "--output", f"/tmp/out{WILD}"),
        (WILD,),
    ):
        g.jalon(*words, deadline=40)


@attack("")
def headers_with_escapes(g: Ground) -> None:
    """The application answers with escapes in its headers, and a redirect to an address with some."""
    hostile(
        g,
        "[('Content-Type','text/h\\x1b]52;c;aGk=\\x07\\x9b2J'),('Location','http://x/\\x1b[2J\\x9b2J')]",
        "'302 \\x1b[2J'",
    )
    both(g)


def hostile(g: Ground, headers: str, status: str = "'200 OK'", body: str = "[b'x']") -> None:
    """Has the application answer this to everybody."""
    g.later("systemctl restart biomaid-instance@demo")
    g.machine.write(
        "/home/demo/biomaid/dra/wsgi.py",
        "import time\ndef drip():\n    while True:\n        yield b'<p>' * 3\n        time.sleep(3)\n"
        "def flood():\n    while True: yield b'x' * 65536\n"
        f"def application(environ, start):\n    write = start({status}, {headers})\n    return {body}\n",
        owner=DEMO,
    )
    g.root(
        "sleep 1; systemctl restart biomaid-instance@demo; for i in $(seq 50); do curl -s -m 1 -o /dev/null -H 'Host: serveur' --unix-socket /home/demo/biomaid.sock http://serveur/ && break; [ $? = 28 ] && break; sleep 0.2; done",
        check=False,
    )


@attack("the terminal obeyed them", allowed=OWN)
def process_with_escapes(g: Ground) -> None:
    """A program of the tenant's, whose name and command line hold escapes, holds the port that an instance wants."""
    g.background(
        "exec -a $'python3\\e]52;c;aGk=\\a\\u202e' python3 -c 'import ctypes,socket,time; ctypes.CDLL(None).prctl(15,b\"\\x1b[2J\\xe2\\x80\\xaeevil\"); s=socket.socket(); s.bind((\"0.0.0.0\",8099)); s.listen(); time.sleep(900)'"
    )
    g.root("sleep 1")
    g.jalon("plan", "biomaid", "--instance", DEMO, "--set", "http_port=8099")
    g.jalon("apply", "biomaid", "--instance", DEMO, "--set", "http_port=8099", "--yes", "--format", "json")
    both(g)


@attack("", allowed=OWN)
def gigantic_log(g: Ground) -> None:
    """A service that does not start says 200 lines of 48 kB, made so that a pattern tries them for hours."""
    dying(
        g,
        ("FileNotFoundError: " * 2500 + "\n") * 60
        + ("No module named 'x' seems to be Command not found: " * 900 + "\n") * 60
        + ('File "x", line 1, in <module>\n' + "    x\n" * 900) * 60,
    )
    g.verify("service", "nginx", "migrate", "cron", "code.clean")
    both(g)


@attack("hung", allowed=OWN)
def endless_output(g: Ground) -> None:
    """A program that is run as the tenant prints without end, on one line and on many."""
    g.tenant(
        "cd ~/biomaid; mv run-instance.sh r; printf '#!/bin/bash\\nhead -c 300000000 /dev/zero | tr \"\\\\0\" x; yes ERROR | head -c 100000000; exit 1\\n' >run-instance.sh; chmod 755 run-instance.sh"
    )
    g.jalon("verify", "biomaid", "--instance", DEMO, "--trials", "--only", "cron", "--format", "json")


# The journal's own protocol (systemd.io, "Native Journal Protocol"), which takes an entry of any size in a file.
TOLD = """
import array, fcntl, os, socket, struct
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for number in range(200):
    text = b"ab\\n" * 50000 + b"%d" % number
    memory = os.memfd_create("entry", os.MFD_ALLOW_SEALING)
    os.write(memory, b"PRIORITY=3\\nMESSAGE\\n" + struct.pack("<Q", len(text)) + text + b"\\n")
    fcntl.fcntl(memory, 1033, 15)
    told.sendmsg([b""], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [memory]))], 0, "/run/systemd/journal/socket")
    os.close(memory)
"""


@attack("24 seconds, two gigabytes, and the probe crashed", allowed=OWN)
def gigantic_journal(g: Ground) -> None:
    """A service that does not start tells the journal 200 entries of 50,000 lines."""
    g.later(
        f"systemctl reset-failed {UNIT}; systemctl start {UNIT}; journalctl --rotate -q; journalctl --vacuum-size=1M -q"
    )
    g.machine.write("/home/demo/told.py", TOLD, owner=DEMO)
    script = "#!/bin/bash\npython3 ~/told.py\nsleep 0.2\nexit 1\n"
    g.machine.write("/home/demo/biomaid/run-instance.sh", script, mode=0o755, owner=DEMO)
    g.root(f"systemctl stop {UNIT}; systemctl reset-failed {UNIT}; systemctl start {UNIT}; sleep 2.5", check=False)
    began = time.monotonic()
    g.verify("service", "nginx", "migrate", "cron", "code.clean")
    assert time.monotonic() - began < 15
