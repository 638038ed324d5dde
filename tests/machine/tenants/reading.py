"""Attacks on what reads: root's files shown, and readings that never end."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import json

from tests.machine.tenants.attack import attack
from tests.machine.tenants.changing import dying
from tests.machine.tenants.ground import ROOTS_FILE, Ground

CODE = ("code", "environment.lock")


def fifo(path: str) -> str:
    """Puts a FIFO, which nobody ever writes, in a file's place."""
    return f"rm -rf {path}; mkfifo {path}"


def link(path: str, target: str) -> str:
    """Puts a link in a file's place."""
    return f"rm -rf {path}; ln -s {target} {path}"


@attack("hung")
def bashrc_fifo(g: Ground) -> None:
    """`.bashrc` is a FIFO."""
    g.tenant(fifo("~/.bashrc"))
    g.verify("environment.path")


@attack("hung")
def settings_fifo(g: Ground) -> None:
    """The settings are a FIFO."""
    g.tenant(fifo("~/biomaid/instance_settings.py"))
    g.verify("settings", "service", "nginx")


@attack("hung")
def head_fifo(g: Ground) -> None:
    """`.git/HEAD` is a FIFO."""
    g.tenant(fifo("~/biomaid/.git/HEAD"))
    g.verify(*CODE)


@attack("hung")
def lock_fifo(g: Ground) -> None:
    """`poetry.lock`, `pyproject.toml` and `pyvenv.cfg` of Poetry are FIFOs."""
    g.tenant(
        "cd ~/biomaid; rm poetry.lock pyproject.toml; mkfifo poetry.lock pyproject.toml;"
        "cd ~/.local/share/pypoetry/venv; mv pyvenv.cfg pyvenv.cfg.away; mkfifo pyvenv.cfg"
    )
    g.later("cd /home/demo/.local/share/pypoetry/venv && rm -f pyvenv.cfg && mv pyvenv.cfg.away pyvenv.cfg")
    g.verify("environment", "system", "code.clean")


@attack("it took all memory there was")
def bashrc_zero(g: Ground) -> None:
    """`.bashrc` leads to `/dev/zero`."""
    g.tenant(link("~/.bashrc", "/dev/zero"))
    g.verify("environment.path")


@attack("it took all memory there was")
def settings_random(g: Ground) -> None:
    """The settings lead to `/dev/urandom`."""
    g.tenant(link("~/biomaid/instance_settings.py", "/dev/urandom"))
    g.verify("settings", "service", "nginx")


@attack("hung")
def bashrc_kernel_log(g: Ground) -> None:
    """`.bashrc` leads to `/proc/kmsg`, which only root may read and which waits for more."""
    g.tenant(link("~/.bashrc", "/proc/kmsg"))
    g.verify("environment.path")


@attack("")
def bashrc_terminal(g: Ground) -> None:
    """`.bashrc` leads to a terminal, from which a read waits for somebody to type."""
    g.background("exec script -qfc 'tty >/tmp/tty; sleep 600' /dev/null", user="passant")
    g.root("for i in $(seq 50); do [ -s /tmp/tty ] && break; sleep 0.1; done; ln -s $(cat /tmp/tty) /tmp/line")
    g.tenant(link("~/.bashrc", "$(readlink /tmp/line)"))
    g.verify("environment.path")


@attack("")
def bashrc_environment(g: Ground) -> None:
    """`.bashrc` leads to `/proc/self/environ`: root's environment, as long as root reads it."""
    g.tenant(link("~/.bashrc", "/proc/self/environ"))
    g.jalon("verify", "biomaid", "--instance", "demo", SECRET_WORD="CANARY-of-the-environment")
    g.verify("environment.path")


@attack("verify ended at once: No such device or address")
def settings_socket(g: Ground) -> None:
    """The settings, `.git/HEAD` and `.bashrc` are sockets."""
    g.tenant(
        "python3 -c \"import os,socket\nfor p in ('biomaid/instance_settings.py','biomaid/.git/HEAD','.bashrc'):\n"
        ' os.remove(p); socket.socket(socket.AF_UNIX).bind(p)"'
    )
    g.verify("settings", "service", "nginx", "code", "environment.path")


@attack("it took all memory there was")
def settings_sparse(g: Ground) -> None:
    """The settings and `.bashrc` are sparse files of 40 GB."""
    g.tenant("truncate -s 40G ~/.bashrc ~/biomaid/instance_settings.py")
    g.verify("settings", "service", "nginx", "environment.path")


@attack("")
def migrations_fifo(g: Ground) -> None:
    """The folders of migrations are links to `/proc`, and a module in them is a FIFO."""
    g.tenant(
        "cd ~/biomaid/dem; mv migrations m; ln -s /proc/self/task migrations; mkfifo ../common/migrations/0099_x.py"
    )
    g.verify("migrate", "code.clean", "static")


@attack("ten characters of root's file were shown as the commit")
def head_is_roots_file(g: Ground) -> None:
    """`.git/HEAD` leads to a file of root's: the commit shown is its text."""
    g.tenant(link("~/biomaid/.git/HEAD", ROOTS_FILE))
    g.verify(*CODE)
    g.jalon("verify", "biomaid", "--instance", "demo")


@attack("ten characters of root's file were shown as the commit")
def branch_is_roots_file(g: Ground) -> None:
    """A branch's file leads to a file of root's."""
    g.tenant(
        f"cd ~/biomaid/.git; echo 'ref: refs/heads/x' >HEAD; rm -f refs/heads/x jalon.json; ln -s {ROOTS_FILE} refs/heads/x"
    )
    g.verify(*CODE)


@attack("the end of root's file was shown as what the service said last")
def log_is_roots_file(g: Ground) -> None:
    """The application's log leads to a file of root's: its last lines are shown for a service that does not start."""
    g.later("rm -f /home/demo/log/gunicorn_django.log")
    dying(g, "nothing that is known\n")
    g.tenant(link("~/log/gunicorn_django.log", ROOTS_FILE))
    g.verify("service", "nginx", "migrate", "cron", "code.clean")
    g.jalon("verify", "biomaid", "--instance", "demo")


@attack("")
def log_fifo(g: Ground) -> None:
    """The application's log is a FIFO, and the service does not run."""
    g.later("rm -f /home/demo/log/gunicorn_django.log; systemctl start biomaid-instance@demo")
    g.root("systemctl stop biomaid-instance@demo")
    g.tenant(fifo("~/log/gunicorn_django.log"))
    g.verify("service", "nginx", "migrate")


@attack("hung")
def lease(g: Ground) -> None:
    """The owner holds leases on its files: who opens them waits for 45 seconds each, as with a slow FUSE."""
    g.background(
        "exec python3 -c 'import fcntl,os,time\n"
        'for name in ("biomaid/instance_settings.py",".bashrc","biomaid/.git/HEAD","biomaid/poetry.lock","biomaid/pyproject.toml"):\n'
        ' d=os.open("/home/demo/"+name,os.O_RDWR); fcntl.fcntl(d,fcntl.F_SETLEASE,fcntl.F_WRLCK)\n'
        "import signal; signal.signal(signal.SIGIO,signal.SIG_IGN)\n"
        'open("/tmp/held","w"); time.sleep(600)\''
    )
    g.root("for i in $(seq 50); do [ -e /tmp/held ] && break; sleep 0.1; done")
    g.verify("settings", "service", "nginx", "environment", "code", "system")


@attack("every file of the system was read, or a traceback")
def refs_to_root(g: Ground) -> None:
    """`refs/tags` leads to `/`: every file of the system is looked at, FIFOs too."""
    g.tenant("cd ~/biomaid/.git; rm -rf refs/tags; ln -s / refs/tags")
    g.verify(*CODE)


@attack("")
def folders_to_proc(g: Ground) -> None:
    """Folders of the instance lead to `/proc`, to `/`, and to themselves."""
    g.tenant(
        "cd; rm -rf media log/x .cache/pypoetry/virtualenvs.away; mv .cache/pypoetry/virtualenvs .cache/pypoetry/away;"
        "ln -s /proc .cache/pypoetry/virtualenvs; ln -s media media; mv staticfiles s; ln -s / staticfiles; mv local_mon_ets l; ln -s local_mon_ets local_mon_ets"
    )
    g.later("cd /home/demo/.cache/pypoetry && rm virtualenvs && mv away virtualenvs")
    g.verify("code", "environment", "static", "local", "nginx", "settings", "service")


@attack("")
def many_names(g: Ground) -> None:
    """A folder of the code holds 30,000 names."""
    g.tenant(
        "python3 -c \"import os\nos.mkdir('biomaid/many'); os.mkdir('biomaid/many/migrations')\nfor n in range(30000): os.mknod('biomaid/many/migrations/%05d_x.py' % n)\""
    )
    g.verify("migrate", "code")


@attack("hung, for everybody")
def strangers_settings_fifo(g: Ground) -> None:
    """Somebody without an instance has a FIFO as `~/biomaid/instance_settings.py`, and stops every command that looks for
    instances."""
    g.stranger("mkdir ~/biomaid; mkfifo ~/biomaid/instance_settings.py")
    g.jalon("instances", "biomaid", deadline=40)
    g.jalon("adopt", "biomaid", "--instance", "autre", deadline=40)
    g.jalon("plan", "biomaid", "--instance", "demo", "--format", "json", deadline=40)


@attack("a traceback, for everybody")
def strangers_settings_sparse(g: Ground) -> None:
    """Somebody without an instance has 40 GB of nothing for settings."""
    g.stranger("mkdir ~/biomaid; truncate -s 40G ~/biomaid/instance_settings.py")
    g.jalon("instances", "biomaid", deadline=40)


@attack("hung", allowed="/crontabs/passant")
def cron_line_fifo(g: Ground) -> None:
    """A line of a crontab names a FIFO, and another a file of 40 GB, for what looks for backups."""
    g.stranger(
        "mkdir ~/biomaid; cp /dev/null ~/biomaid/instance_settings.py\n"
        "printf \"DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x_db', 'USER': 'x'}}\\n\" >~/biomaid/instance_settings.py\n"
        "mkfifo /tmp/pipe; chmod 666 /tmp/pipe; truncate -s 40G /tmp/huge\n"
        "printf '0 3 * * * sh /tmp/pipe\\n0 4 * * * pg_dumper /dev/zero /tmp/huge\\n' | crontab -"
    )
    g.later("crontab -r -u passant")
    g.jalon("instances", "biomaid", deadline=40)
    g.jalon("adopt", "biomaid", "--instance", "passant", deadline=40)


@attack("verify told what lies in the neighbour's folder, read as the neighbour, and in root's")
def environments_of_a_neighbour(g: Ground) -> None:
    """Poetry's settings name a folder of the neighbour's, and one of root's, as that of the environments."""
    g.later("rm -rf /root/envs")
    g.root("mkdir -p /root/envs/biomaid-roots-py3.11")
    for folder in ("/home/other/.cache/pypoetry/virtualenvs", "/root/envs"):
        g.tenant(
            f"mkdir -p ~/.config/pypoetry; printf '[virtualenvs]\\npath = \"{folder}\"\\n' >~/.config/pypoetry/config.toml"
        )
        found = g.verify("environment", "service", "settings", "migrate", "local", "static")["environment.lock"]
        assert found["outcome"] == "unknown" and "biomaid-" not in json.dumps(found), found
    g.root("rm -rf /root/envs")
