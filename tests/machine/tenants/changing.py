"""Attacks on what changes: root's and the neighbours' files handed over, written, or copied to where a tenant reads."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

from tests.machine.tenants.attack import attack
from tests.machine.tenants.ground import DEMO, MARK, ROOTS_FILE, SPRUNG, Ground

# What an apply, and a repair, of the instance `demo` may change of root's.
OWN = r"/(biomaid-instance@|biomaid-backup-demo|demo\.conf|multi-user\.target\.wants|sites-)|/spool/cron"
UNDONE = rf"{OWN}|^/etc(/(passwd|shadow|group|gshadow|subuid|subgid)-?)?$|^/home/demo$|^/usr/local/sbin$"
UNIT = "biomaid-instance@demo"


def fix(g: Ground) -> None:
    """Repairs unattended; that it ends red is no matter."""
    g.jalon("fix", "biomaid", "--instance", DEMO, "--yes", "--format", "json", deadline=150)


def apply(g: Ground, *more: str) -> None:
    """Applies unattended; that it ends red is no matter."""
    g.jalon("apply", "biomaid", "--instance", DEMO, "--yes", "--format", "json", *more, deadline=150)


def dying(g: Ground, says: str, replaced: str = "run-instance.sh") -> None:
    """Has the service end at once with these words, written by the instance's own start script."""
    g.later(f"systemctl reset-failed {UNIT}; systemctl start {UNIT}")
    script = '#!/bin/bash\ncat "$HOME/says" >&2\nexit 1\n'
    g.machine.write(f"/home/{DEMO}/says", says, owner=DEMO)
    g.machine.write(f"/home/{DEMO}/biomaid/{replaced}", script, mode=0o755, owner=DEMO)
    g.root(
        f"systemctl stop {UNIT}; systemctl reset-failed {UNIT}; systemctl start {UNIT}; sleep 0.5; systemctl stop {UNIT} 2>/dev/null; systemctl start {UNIT}; sleep 0.5",
        check=False,
    )


@attack("`chown -h demo /etc`; the mode of /root opened; a file of root's handed over by its second name", allowed=OWN)
def links_repaired(g: Ground) -> None:
    """`~/media` leads to `/etc`, `~/staticfiles` to `/root`, `.bashrc` to `/etc/profile`; `queries.log` is another name of a
    file of root's (as where `fs.protected_hardlinks` is off); `~/log` is root's own, with a file only root may read."""
    g.root("echo x >/etc/guarded; rm /home/demo/biomaid/queries.log; ln /etc/guarded /home/demo/biomaid/queries.log")
    g.later("rm -f /etc/guarded /home/demo/biomaid/queries.log")
    g.root(
        "mv /home/demo/log /home/demo/l; install -d /home/demo/log; install -m 0600 /root/canary.txt /home/demo/log/kept"
    )
    g.later("rm -rf /home/demo/log; mv /home/demo/l /home/demo/log")
    g.guarded = g.look()
    g.tenant("cd; mv media m; ln -s /etc media; mv staticfiles s; ln -s /root staticfiles; ln -sf /etc/profile .bashrc")
    fix(g)
    assert g.root("stat -c %U /home/demo/log/kept") == "root\n"


@attack("`/etc/shadow` handed over; folders of the tenant's made in `/etc/systemd/system`", allowed=OWN)
def forged_log(g: Ground) -> None:
    """The service's journal and log name files that it may not use, and folders that are missing, below links to root's."""
    g.tenant("ln -s /etc ~/d; ln -s /etc/systemd/system ~/e")
    dying(
        g,
        "PermissionError: [Errno 13] Permission denied: '/home/demo/d/shadow'\n"
        "PermissionError: [Errno 13] Permission denied: '/home/other/biomaid/instance_settings.py'\n"
        "FileNotFoundError: [Errno 2] No such file or directory: '/home/demo/e/ssh.service.d/x.conf'\n",
    )
    fix(g)


@attack("the neighbour's settings were given to the tenant", allowed=OWN)
def checkout_to_neighbours(g: Ground) -> None:
    """The checkout leads to another instance's, whose settings then belong to the wrong user."""
    g.tenant("mv ~/biomaid ~/b; ln -s /home/other/biomaid ~/biomaid")
    fix(g)


@attack("the neighbour's settings were copied into the tenant's state", allowed=OWN)
def checkout_to_neighbours_applied(g: Ground) -> None:
    """The same, applied with `--replace-edited`: the neighbour's settings are set aside, or written over."""
    g.tenant("mv ~/biomaid ~/b; ln -s /home/other/biomaid ~/biomaid")
    apply(g, "--replace-edited")


@attack("it was installed, and the tenant's program ran as root", allowed=OWN)
def unit_of_the_checkout(g: Ground) -> None:
    """The checkout's unit says `User=root` and starts what the tenant wrote."""
    g.tenant(
        f'cd ~/biomaid/tools; printf \'[Unit]\\n[Service]\\nUser=root\\nExecStart=/bin/sh -c "touch {SPRUNG}/unit; sleep 600"\\n'
        "[Install]\\nWantedBy=multi-user.target\\n' >biomaid-instance@.service"
    )
    apply(g)


@attack("root's file was copied into the state, on its way to where all may read", allowed=OWN)
def unit_is_roots_file(g: Ground) -> None:
    """The checkout's unit is a link to root's file, which would then be copied to where all may read it."""
    g.root(
        f"printf '[Service]\\nExecStart=/bin/true {MARK}of-the-unit\\n' >/root/secret.service; chmod 600 /root/secret.service"
    )
    g.later("rm -f /root/secret.service")
    g.guarded = g.look()
    g.tenant("cd ~/biomaid/tools; rm *.service; ln -s /root/secret.service biomaid-instance@.service")
    apply(g)


@attack("", allowed=OWN)
def receipts_to_etc(g: Ground) -> None:
    """The folders in which Jalon leaves receipts, and its temporary names, are links to root's."""
    g.tenant(
        "rm -rf ~/.local/state; ln -s /etc ~/.local/state; cd ~/biomaid; rm instance_config.toml;"
        "ln -s /etc/passwd .instance_config.toml.jalon; ln -s /etc/passwd instance_config.toml; ln -s /etc ../biomaid.jalon; rm .git/jalon.json; ln -s /etc/passwd .git/jalon.json"
    )
    apply(g)


@attack("", allowed=UNDONE, last=True)
def undo_through_links(g: Ground) -> None:
    """Between apply and undo with data, what is to be put back or removed, and the folders above it, become links to a
    neighbour's and to root's; while it is undone they are swapped as fast as it goes."""
    g.tenant(
        "cd; mv media m; ln -s /home/other/media media; mv staticfiles s; ln -s /home/other/staticfiles staticfiles; mv log l; ln -s /home/other/log log;"
        "mv biomaid b; ln -s /home/other/biomaid biomaid; mv local_mon_ets x; ln -s /etc local_mon_ets; mv .local y; ln -s /root .local; mv .bashrc z; ln -s /etc/profile .bashrc"
    )
    g.background(
        "cd; exec python3 -c '\n"
        "import ctypes\nlibc=ctypes.CDLL(None)\n"
        "while True:\n"
        ' for a,b in ((b"b",b"biomaid"),(b"m",b"media"),(b"x",b"local_mon_ets"),(b"y",b".local")): libc.renameat2(-100,a,-100,b,2)\''
    )
    for words in ((), ("--with-data",)):
        said = g.jalon("undo", "biomaid", "--instance", DEMO, "--yes", *words, deadline=120)
        assert said.out + said.err, said
    g.quiet()
    # What a link is in the way of stays, and is undone once somebody took the link away.
    # The ground's own copy of the database goes too: its role is to be dropped.
    g.root("find /home/demo -maxdepth 1 -type l -delete; cd /; runuser -u postgres -- dropdb demo_kept")
    said = g.jalon("undo", "biomaid", "--instance", DEMO, "--yes", "--with-data", deadline=120)
    assert said.status == 0, (said.out, said.err)
    assert g.root(f"getent passwd {DEMO} || true") == "", "the user is still there"
    assert g.machine.fetch("/", host="serveur", port=8081)[0] in (200, 302), "the neighbour is not served"


@attack("2 GB in memory, then a traceback", allowed=OWN)
def replaced_sparse(g: Ground) -> None:
    """The settings are a sparse file of 2 GB: set aside, they fill root's disk in no quota of the tenant's."""
    g.tenant("truncate -s 2G ~/biomaid/instance_settings.py ~/biomaid/instance_config.toml")
    apply(g, "--replace-edited")
    assert int(g.root("du -sm /var/lib/jalon/biomaid | cut -f1")) < 64


@attack("`/etc` belonged to the tenant", allowed=OWN)
def swapped_while_applied(g: Ground) -> None:
    """For ten seconds and more the checkout and `media` are swapped for links to a neighbour's and to `/etc`, as fast as it goes, while
    root verifies, repairs and applies over and over."""
    g.later("rm -rf /home/demo/b /home/demo/m")
    g.background(
        "cd; ln -s /home/other/biomaid b; ln -s /etc m; exec python3 -c '\n"
        "import ctypes\nlibc=ctypes.CDLL(None)\n"
        "while True:\n"
        ' for a,b in ((b"b",b"biomaid"),(b"m",b"media")): libc.renameat2(-100,a,-100,b,2)\''
    )
    g.root("sleep 0.3")
    for words in (*[("verify",)] * 5, ("apply", "--yes", "--replace-edited"), ("fix", "--yes")):
        g.jalon(words[0], "biomaid", "--instance", DEMO, *words[1:], deadline=150)


@attack("no end within 15 seconds", allowed=OWN)
def deep_folders(g: Ground) -> None:
    """The local folder's static files lie 1,500 folders deep, for what walks it."""
    g.tenant(
        "python3 -c \"import os\nos.chdir('local_mon_ets/static')\nfor n in range(1500): os.mkdir('d'); os.chdir('d')\""
    )
    g.jalon("plan", "biomaid", "--instance", DEMO, "--format", "json", deadline=60)


@attack("the neighbour's settings were written over", allowed=OWN)
def output_folder(g: Ground) -> None:
    """`render --output` into a folder of the tenant's, in which `etc` leads to `/etc`."""
    g.tenant("mkdir ~/out; ln -s /etc ~/out/etc; mkdir ~/out/home; ln -s /home/other ~/out/home/demo")
    g.jalon("render", "biomaid", "--instance", DEMO, "--output", "/home/demo/out")


@attack("", allowed=OWN)
def laid_folder(g: Ground) -> None:
    """`plan --lay` into a folder of the tenant's, or that leads to one."""
    g.tenant("mkdir ~/laid; ln -s /home/demo/laid /tmp/laid; chmod 777 ~/laid")
    for place in ("/tmp/laid", "/tmp/laid/in", "/home/demo/laid/in"):
        g.jalon("plan", "biomaid", "--instance", DEMO, "--lay", place)
    secret = g.root("grep -o 'db_password = .*' /var/lib/jalon/biomaid/demo/secrets.toml | cut -d'\"' -f2").strip()
    assert not g.tenant(f"grep -rlF -- '{secret}' ~/laid || true"), "secrets laid where the tenant reads"


@attack("the dump lay in the tenant's folder", allowed=OWN)
def backup_directory_of_somebody(g: Ground) -> None:
    """The answer `backup_directory` is a folder that the tenant made: root's backups would lie there."""
    g.tenant("mkdir -m 755 /tmp/backups ~/backups")
    for place in ("/tmp/backups", "/home/demo/backups", "/home/demo/media/x"):
        apply(g, "--set", f"backup_directory={place}", "--only", "backup")
        made = g.root(f"find {place} /home/demo/media -name database.dump 2>/dev/null || true")
        assert not made, made


@attack("", allowed=OWN)
def temporary_names(g: Ground) -> None:
    """The names of temporary folders are taken beforehand by links and folders of the tenant's."""
    g.tenant(
        "for d in /tmp /var/tmp; do for n in $(seq 1 400); do ln -s /home/demo $d/jalon-$n; mkdir $d/jalon-$n-x; done; done;"
        "mkdir /tmp/jalon /var/tmp/jalon /tmp/biomaid; ln -s /etc /tmp/nginx; printf 'import os;os.system(\"touch /canary/tmp\")' >/tmp/sitecustomize.py; cp /tmp/sitecustomize.py /tmp/usercustomize.py"
    )
    apply(g)


@attack("", allowed=OWN)
def quota(g: Ground) -> None:
    """The tenant's quota is full, whoever writes there: what is changed stays whole, and the run says why."""
    g.root(
        "cp -a /home/demo/biomaid /run/whole; mount -t tmpfs -o size=2m,mode=755 full /home/demo/biomaid; cp -a /run/whole/. /home/demo/biomaid/; chown demo: /home/demo/biomaid"
    )
    g.later("umount -l /home/demo/biomaid; rm -rf /run/whole")
    g.tenant("cat /dev/zero >~/biomaid/fill 2>/dev/null || true; echo >>~/biomaid/instance_config.toml || true")
    before = g.tenant("sha256sum <~/biomaid/instance_settings.py")
    apply(g, "--replace-edited", "--set", "workers=1", "--only", "settings")
    assert g.tenant("sha256sum <~/biomaid/instance_settings.py") == before


@attack("", allowed=OWN)
def local_to_roots(g: Ground) -> None:
    """`local` leads to root's folder, and its settings to root's file."""
    g.tenant("rm ~/biomaid/local; ln -s /root ~/biomaid/local")
    g.verify("local", "code.clean", "settings", "service", "nginx", "migrate", "static")
    g.tenant(f"rm ~/biomaid/local; mkdir ~/biomaid/local; ln -s {ROOTS_FILE} ~/biomaid/local/settings.py")
    g.verify("local", "code.clean", "settings", "service", "nginx", "migrate", "static")
    apply(g)
