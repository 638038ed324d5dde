"""Attacks on Jalon's processes and on the programs that it starts: descriptors, terminals, memory, environment, paths."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import ast
import time

from tests.machine.tenants.attack import attack
from tests.machine.tenants.changing import OWN, apply
from tests.machine.tenants.ground import DEMO, JALON, MARK, READ_OF_TENANTS, SPRUNG, STRANGER, Ground

# Which an apply runs as the tenant when the receipt is of other inputs.
POETRY = "/home/demo/.local/share/pypoetry/venv/bin/poetry"


def as_poetry(g: Ground, program: str) -> None:
    """Puts a program in Poetry's place, and has an apply run it."""
    g.later(f"[ ! -e {POETRY}.kept ] || mv {POETRY}.kept {POETRY}")
    g.tenant(
        f"cp {POETRY} {POETRY}.kept; cat >{POETRY}; rm ~/.local/state/jalon/environment.json; echo >>~/biomaid/pyproject.toml",
        input=program,
    )


@attack("", allowed=OWN)
def lock_unlocked(g: Ground) -> None:
    """A program run as the tenant finds Jalon's lock among its descriptors, unlocks it, and writes into it."""
    as_poetry(
        g,
        "#!/usr/bin/python3\nimport os,fcntl\nout=open('/canary/fds','a')\n"
        "for n in os.listdir('/proc/self/fd'):\n n=int(n)\n try: to=os.readlink('/proc/self/fd/%d'%n)\n except OSError: continue\n"
        " print(n,to,file=out)\n"
        " if '/var/lib/jalon' in to:\n"
        "  for act in (lambda: fcntl.flock(n,fcntl.LOCK_UN), lambda: os.ftruncate(n,0), lambda: os.pwrite(n,b'1 evil',0)):\n"
        "   try: act(); print('got through',to,file=out)\n   except OSError as e: print(e,file=out)\nout.flush()\n",
    )
    apply(g, "--only", "environment")
    found = g.root(f"cat {SPRUNG}/fds")
    assert "got through" not in found, found


@attack("", allowed=OWN)
def terminal_typed_into(g: Ground) -> None:
    """A program run as the tenant types into root's terminal (TIOCSTI), and writes to it."""
    as_poetry(
        g,
        "#!/usr/bin/python3\nimport os,fcntl,termios\n"
        "for name in ('/dev/tty','/dev/stdin','/dev/stdout','/dev/stderr',*('/proc/%s/fd/%d'%(p,n) for p in (os.getppid(),) for n in range(3))):\n"
        " try:\n  d=os.open(name,os.O_RDWR)\n  if not os.isatty(d): continue\n  open('/canary/tty','a').write(name)\n  for c in b'touch /canary/typed\\n': fcntl.ioctl(d,termios.TIOCSTI,bytes([c]))\n"
        " except OSError: pass\n"
        "for d in range(64):\n if os.isatty(d): open('/canary/tty','a').write(str(d))\n",
    )
    line = "'/opt/jalon checkout/jalon' apply biomaid --instance demo --yes --only environment"
    g.run("script", "-qec", f"{line}; sleep 0.2", "/dev/null", deadline=90)
    g.said.pop()  # of a terminal, its own control characters among it
    assert not g.root(f"cat {SPRUNG}/tty 2>/dev/null || true"), "a terminal is within reach"


@attack("", allowed=OWN)
def parents_environment(g: Ground) -> None:
    """Programs run as the tenant, and the tenant's own beside them, read environment and memory of what root started."""
    as_poetry(
        g,
        "#!/bin/bash\ncat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a CANAR[Y]- >/canary/environ; env | grep CANAR[Y]- >>/canary/environ\nsleep 1\n",
    )
    g.jalon(
        "apply",
        "biomaid",
        "--instance",
        DEMO,
        "--yes",
        "--only",
        "environment",
        SECRET_WORD=f"{MARK}of-the-environment",
        AWS_KEY=f"{MARK}key",
    )


# A child that has become another program is that program's, and nothing of root's is in it: git, as which one of them
# ends, may be looked into by whose checkout it reads. Its command line is read before, so what lies open is judged by
# the program that it is then: out of Python there is a way to git, and none back.
READER_MEMORY = r"""
import ctypes, os, sys, time
me = os.getuid()
libc = ctypes.CDLL(None)
seen = {}
until = time.time() + float(sys.argv[1])


def looked(pid):
    for name in ("mem", "environ", "maps", "fd"):
        try:
            if name == "fd":
                found = os.listdir(f"/proc/{pid}/fd")
            else:
                found = open(f"/proc/{pid}/{name}", "rb").read(1 if name == "mem" else -1)
        except OSError as error:
            if error.errno != 5:
                continue
            found = b""
        yield name, name == "maps" and b"/python3" in found
    if libc.ptrace(16, int(pid), 0, 0) == 0:
        os.waitpid(int(pid), 0x40000000)
        yield "ptraced", False
        libc.ptrace(17, int(pid), 0, 0)


while time.time() < until:
    for pid in os.listdir("/proc"):
        if not pid.isdigit() or int(pid) == os.getpid():
            continue
        try:
            line = open(f"/proc/{pid}/cmdline", "rb").read()
            if b"jalon" not in line:
                continue
            # The real owner of the process, whatever /proc says of its files.
            uids = [l for l in open(f"/proc/{pid}/status") if l.startswith("Uid:")][0].split()[1:]
            if str(me) not in uids:
                continue
            seen.setdefault(pid, "closed")
            for name, of_jalon in looked(pid):
                try:
                    program = os.readlink(f"/proc/{pid}/exe")
                except OSError:
                    program = "ended"
                if of_jalon or "python" in program:
                    seen[pid] = name
                else:
                    seen[pid] = f"closed, then {program}"
        except (OSError, IndexError):
            pass
with open("/canary/readers", "w") as out:
    out.write(repr(seen))
"""


@attack("")
def readers_memory(g: Ground) -> None:
    """The tenant reads the memory of the children that read its files as itself: they were root's, and know its secrets."""
    g.machine.write("/tmp/memory.py", READER_MEMORY)
    g.background("exec python3 /tmp/memory.py 6")
    g.root("sleep 0.3")
    for _n in range(4):
        # git, which looks at its checkout as itself, it may hold up.
        g.verify("code")
    g.root("for i in $(seq 80); do [ -s /canary/readers ] && break; sleep 0.1; done")
    found = ast.literal_eval(g.root("cat /canary/readers"))
    assert found and all(what.startswith("closed") for what in found.values()), found


STOP = r"""
import os, signal, sys, time
how = getattr(signal, sys.argv[1])
done = set()
while True:
    for pid in os.listdir("/proc"):
        if pid.isdigit() and int(pid) not in (os.getpid(), os.getppid()):
            try:
                line = open(f"/proc/{pid}/cmdline", "rb").read()
                if b"gunicorn" in line or b"stop.py" in line or b"systemd" in line or b"sleep" in line:
                    continue
                uids = [l for l in open(f"/proc/{pid}/status") if l.startswith("Uid:")][0].split()[1:]
                if str(os.getuid()) in uids:
                    os.kill(int(pid), how)
            except (OSError, IndexError):
                pass
"""


def _stopping(g: Ground, how: str) -> None:
    g.machine.write("/tmp/stop.py", STOP)
    g.background(f"exec python3 /tmp/stop.py {how}")
    g.root("sleep 0.3")
    g.verify(*READ_OF_TENANTS, "cron", "backup", "user")


@attack("")
def readers_killed(g: Ground) -> None:
    """The tenant kills every process of its own, among them those that root has read its files."""
    _stopping(g, "SIGKILL")


@attack("hung")
def readers_stopped(g: Ground) -> None:
    """The tenant stops every process of its own, for ever: who waits for one waits for ever."""
    _stopping(g, "SIGSTOP")


@attack("", allowed=OWN)
def changers_stopped(g: Ground) -> None:
    """The same while root applies, whose children change the tenant's files as the tenant."""
    g.machine.write("/tmp/stop.py", STOP)
    g.tenant("echo >>~/biomaid/instance_config.toml; rm ~/biomaid/local; chmod 644 ~/biomaid/instance_settings.py")
    g.background("exec python3 /tmp/stop.py SIGSTOP")
    g.jalon("apply", "biomaid", "--instance", DEMO, "--yes", "--only", "settings", "--replace-edited", deadline=150)


@attack("", allowed=OWN)
def git_of_the_tenant(g: Ground) -> None:
    """`core.fsmonitor`, `core.hooksPath`, filters, an alias, `~/.gitconfig` and `GIT_*`: run, if at all, as the tenant."""
    g.tenant(
        f"""
printf '#!/bin/sh\\ntouch {SPRUNG}/git-$(id -un)-$$\\n' >~/evil; chmod 755 ~/evil
cd ~/biomaid; git config core.fsmonitor ~/evil; git config core.hooksPath ~/hooks; mkdir ~/hooks
for h in post-checkout post-merge reference-transaction post-index-change; do cp ~/evil ~/hooks/$h; done
git config filter.x.smudge ~/evil; git config filter.x.clean ~/evil; git config filter.x.process ~/evil; echo '* filter=x' >.git/info/attributes
git config core.sshCommand ~/evil; git config diff.external ~/evil; git config core.pager ~/evil; echo >>README.md
git config --global core.fsmonitor ~/evil
"""
    )
    g.verify("code", "environment.lock")
    words = ("verify", "biomaid", "--instance", DEMO, "--format", "json")
    g.jalon(
        *words,
        cwd="/home/demo/biomaid",
        GIT_DIR="/home/demo/biomaid/.git",
        GIT_CONFIG_GLOBAL="/home/demo/.gitconfig",
        GIT_SSH_COMMAND="/home/demo/evil",
        GIT_EXTERNAL_DIFF="/home/demo/evil",
        GIT_PAGER="/home/demo/evil",
    )
    apply(g, "--update", "--only", "code")


@attack("")
def checkout_in_roots_folder(g: Ground) -> None:
    """The checkout leads to a folder of root's that all may write, with a `.git` of the tenant's: git is asked as its owner."""
    g.tenant(
        f"cp -r ~/biomaid/.git /tmp/.git; printf '#!/bin/sh\\ntouch {SPRUNG}/fs-$(id -un)-$$\\n' >/tmp/evil; chmod 755 /tmp/evil; git -C ~/biomaid config core.fsmonitor /tmp/evil; cp ~/biomaid/.git/config /tmp/.git/config; mv ~/biomaid ~/b; ln -s /tmp ~/biomaid"
    )
    g.later("rm -rf /tmp/.git")
    g.verify(*READ_OF_TENANTS)


@attack("")
def started_in_the_home(g: Ground) -> None:
    """Root starts Jalon, and the backup, in the tenant's home and with its settings: modules beside, `sitecustomize`, `PATH`,
    `PYTHON*`, `BASH_ENV`, `LD_PRELOAD` of a folder of the tenant's."""
    program = f"import os; os.close(os.open('{SPRUNG}/python-%d' % os.getuid(), os.O_CREAT|os.O_WRONLY))"
    g.tenant(
        f"""
mkdir -p ~/bin ~/.local/lib/python3.11/site-packages
for n in sitecustomize usercustomize wizard screens json subprocess ast tomli crossplane psutil sh; do echo "{program}" >~/$n.py; cp ~/$n.py ~/.local/lib/python3.11/site-packages/; done
for n in psql systemctl git nginx pg_dump pg_restore setpriv runuser python3 sh tar crontab apt-get dpkg-query id readlink; do printf '#!/bin/sh\\n[ "$(/usr/bin/id -u)" = 0 ] && : >{SPRUNG}/path-$(/usr/bin/id -u)\\nexec false\\n' >~/bin/$n; chmod 755 ~/bin/$n; done
printf ': >{SPRUNG}/bash-env-$(id -u)\\n' >~/env.sh
"""
    )
    words = ("verify", "biomaid", "--instance", DEMO, "--format", "json")
    g.jalon(
        *words,
        cwd="/home/demo",
        PYTHONPATH="/home/demo",
        PYTHONSTARTUP="/home/demo/sitecustomize.py",
        PYTHONHOME="",
        BASH_ENV="/home/demo/env.sh",
        ENV="/home/demo/env.sh",
        PYTHONINSPECT="",
        PYTHONUSERBASE="/home/demo/.local",
    )
    g.jalon(
        *words,
        cwd="/home/demo",
        HOME="/home/demo",
        XDG_STATE_HOME="/home/demo/s",
        XDG_DATA_HOME="/home/demo/d",
        XDG_CONFIG_HOME="/home/demo/c",
        TMPDIR="/home/demo",
    )
    g.jalon(*words, cwd="/home/demo/biomaid")
    g.run("/usr/local/sbin/biomaid-backup-demo", cwd="/home/demo")
    g.later("find /var/backups/demo -mindepth 1 -maxdepth 1 -newer /run/state.tar -exec rm -rf {} +")
    g.verify()


@attack("")
def pythons_on_the_path(g: Ground) -> None:
    """The tenant's `python3` stands first on the `PATH` of root, whose environment of Python is still to be made."""
    g.tenant(
        f"mkdir ~/bin; for n in python3 python3.11 python3.12 python3.10 python; do printf '#!/bin/sh\\n: >{SPRUNG}/launcher-$(/usr/bin/id -un)\\nexit 1\\n' >~/bin/$n; chmod 755 ~/bin/$n; done"
    )
    g.root("mv /var/lib/jalon/environment/.ready /run/ready")
    g.later("mv /run/ready /var/lib/jalon/environment/.ready")
    g.root("cp -a /var/lib/jalon/environment /run/environment")
    g.later(
        "rm -rf /var/lib/jalon/environment; mv /run/environment /var/lib/jalon/environment; rm -f /var/lib/jalon/environment.log"
    )
    path = "PATH=/home/demo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    g.run("env", path, "PIP_INDEX_URL=http://127.0.0.1:9/", JALON, "guides", cwd="/home/demo", deadline=60)


@attack("")
def guides_of_a_user(g: Ground) -> None:
    """A guide from outside in a folder that a user may write, or named as root's own by a link."""
    g.tenant(
        f"mkdir -p ~/guides/evil; echo 'import os; os.close(os.open(\"{SPRUNG}/guide\", os.O_CREAT))' >~/guides/evil/__init__.py; chmod -R a+rX ~/guides"
    )
    g.root(
        "mkdir -p /etc/jalon/guides; ln -s /home/demo/guides/evil /etc/jalon/guides/evil; ln -s /home/demo/guides /etc/jalon/more"
    )
    g.later("rm -rf /etc/jalon")
    g.guarded = g.look()
    g.jalon("guides")
    g.jalon(
        "verify",
        "biomaid",
        "--instance",
        DEMO,
        "--format",
        "json",
        JALON_GUIDES="/home/demo/guides",
        PYTHONPATH="/home/demo/guides",
    )


@attack("", allowed=OWN)
def repository_of_a_stranger(g: Ground) -> None:
    """The source is a repository of a stranger's: symbolic links in it, submodules, attributes, a hook, `packObjectsHook`."""
    g.stranger(
        f"""
rm -rf ~/r.git ~/r; git clone -q --bare /srv/biomaid.git ~/r.git 2>/dev/null || git -c safe.directory='*' clone -q --bare /srv/biomaid.git ~/r.git
git clone -q ~/r.git ~/r; cd ~/r; git config user.name x; git config user.email x@x
git rm -q tools/biomaid-instance@.service example_instance_settings.py; ln -s /root/canary.txt example_instance_settings.py; ln -s /etc/shadow tools/biomaid-instance@.service
ln -s /home/other/biomaid/instance_settings.py instance_settings.py; ln -s /etc/passwd instance_config.toml; ln -s /etc local; ln -s /etc/passwd queries.log
printf '[submodule "x"]\\n\\tpath = x\\n\\turl = ext::sh -c touch%% {SPRUNG}/submodule\\n' >.gitmodules
echo '* filter=x' >.gitattributes; git add -A -f; git commit -qm evil; git push -q origin HEAD
printf '#!/bin/sh\\ntouch {SPRUNG}/hook-$(id -un)\\nexec "$@"\\n' >~/evil; chmod 755 ~/evil
for n in post-checkout pre-receive post-update; do cp ~/evil ~/r.git/hooks/$n; done
git -C ~/r.git config uploadpack.packObjectsHook ~/evil; git -C ~/r.git config core.fsmonitor ~/evil; git -C ~/r.git config core.alternateRefsCommand ~/evil
chmod -R a+rX ~
""",
        check=False,
    )
    g.later("rm -rf /home/passant/r /home/passant/r.git /home/passant/evil")
    g.later("systemctl restart biomaid-instance@demo")
    g.tenant("rm -rf ~/biomaid ~/local_mon_ets")
    g.jalon(
        "apply",
        "biomaid",
        "--instance",
        DEMO,
        "--set",
        "source=/home/passant/r.git",
        "--yes",
        "--format",
        "json",
        deadline=150,
    )
    sprung = g.root(f"ls {SPRUNG}")
    assert not sprung, f"a stranger's programs ran: {sprung}"
    assert not g.tenant("grep -rlaFs CANARY- ~/biomaid ~/.local/state || true")


@attack("", allowed=OWN)
def units_of_the_user(g: Ground) -> None:
    """Units and drop-ins below `~/.config/systemd`, a process named like the service, in a user namespace as its root."""
    g.tenant(
        "mkdir -p ~/.config/systemd/user/biomaid-instance@.service.d ~/.config/systemd/system; printf '[Service]\\nUser=root\\nExecStartPre=+/bin/touch /canary/dropin\\n' >~/.config/systemd/user/biomaid-instance@.service.d/x.conf;"
        "cp ~/.config/systemd/user/biomaid-instance@.service.d/x.conf ~/.config/systemd/system/biomaid-instance@demo.service"
    )
    g.background(
        "exec unshare -Urmp --fork --mount-proc bash -c 'mount -t tmpfs x /etc; mount --bind /root /home/demo/media; exec -a gunicorn sleep 900'"
    )
    g.root("sleep 0.5")
    g.verify()
    apply(g)


SOCKETS = """
import resource, socket, time
resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
kept = []
for number in range(19000):
    one = socket.socket(socket.AF_UNIX)
    one.bind("\\0%d-%s" % (number, "y" * 90))
    one.listen()
    kept.append(one)
named = socket.socket(socket.AF_UNIX)
named.bind("\\0x\\ny z")
named.listen()
open("/canary/bound", "w").close()
time.sleep(900)
"""


@attack("two probes crashed, `plan` ended in a fault, and verify took 2 seconds more for 19,000 of them")
def sockets_by_thousands(g: Ground) -> None:
    """A stranger listens on thousands of Unix sockets, one of which has a line end in its name."""
    g.machine.write("/tmp/sockets.py", SOCKETS, mode=0o644)
    g.background("exec python3 /tmp/sockets.py", user=STRANGER)
    g.root("for i in $(seq 100); do [ -e /canary/bound ] && break; sleep 0.1; done; [ -e /canary/bound ]")
    began = time.monotonic()
    g.verify()
    assert time.monotonic() - began < 10
    said = g.jalon("plan", "biomaid", "--instance", DEMO)
    assert said.status in (0, 2), (said.status, said.out[-500:], said.err)
