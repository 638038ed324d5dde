"""A machine that says it is Arch Linux, with the real pacman and a repository of stand-ins.

PostgreSQL, nginx and cron are real programs, of the machine's own Debian, in Arch's layout: nothing is enabled, no
cluster, no folder of sites. Its Python is Debian's, which BiomAid takes, where Arch's own is newer. What only has to be
there (compilers, git) is installed beforehand by apt, and its packages are empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.machine.biomaid import BINDS, key_of, ready_layer
from tests.machine.machine import Machine, layer
from tests.machine.rpms import TAKE
from tests.machine.rpms_biomaid import DATABASE, NEEDED, PROGRAMS_OF_POSTGRESQL, THERE
from tests.machine.servers import CRON_INSTALL, CRON_UNIT, LIBRARIES, NGINX_UNIT, PROGRAMS, TAKEN

RELEASE = """\
NAME="Arch Linux"
PRETTY_NAME="Arch Linux"
ID=arch
BUILD_ID=rolling
"""
# As Arch's own has it, but for the user, who is the one that its nginx was built with.
NGINX_CONF = """\
user http;
worker_processes  1;
pid /run/nginx.pid;

events {
    worker_connections  1024;
}


http {
    include       mime.types;
    default_type  application/octet-stream;
    access_log    /var/log/nginx/access.log;
    sendfile      on;

    server {
        listen       80;
        server_name  localhost;
        location / {
            root   /usr/share/nginx/html;
            index  index.html index.htm;
        }
    }
}
"""
NGINX = """\
cd %{buildroot}
mkdir -p etc/nginx usr/sbin usr/share/nginx/html var/lib/nginx var/log/nginx
cp TAKEN/nginx/usr/sbin/nginx usr/sbin/nginx
cp TAKEN/nginx-common/etc/nginx/mime.types etc/nginx/
echo '<title>Welcome to nginx!</title>' >usr/share/nginx/html/index.html
"""
POSTGRESQL_UNIT = """\
[Unit]
Description=PostgreSQL database server
After=network.target

[Service]
Type=notify
User=postgres
Group=postgres
Environment=PGROOT=/var/lib/postgres
RuntimeDirectory=postgresql
ExecStart=/usr/bin/postgres -D ${PGROOT}/data
KillMode=mixed
KillSignal=SIGINT

[Install]
WantedBy=multi-user.target
"""
ACCOUNT = """\
pre_install() {{
    getent group {name} >/dev/null || groupadd -r {name}
    getent passwd {name} >/dev/null || useradd -r -M -g {name} -d {home} -s /usr/bin/nologin {name}
}}
post_install() {{
    {after}
}}
"""
EMPTY = ("gcc", "python", "postgresql-libs", "make", "git", "curl", "shadow")
# What a package is made of: its files below a folder, what it says of itself, and which of them people may change.
PACKAGE = """
set -e
cd /srv/build/{name}
{{ echo pkgname = {name}; echo pkgbase = {name}; echo pkgver = 1.0-1; echo pkgdesc = stand-in; echo url = none
   echo builddate = 1; echo packager = tests; echo size = 1; echo arch = any; {backup} }} >.PKGINFO
bsdtar -czf /srv/arch/{name}-1.0-1-any.pkg.tar.gz --uid 0 --gid 0 .PKGINFO $(ls -A | grep -v '^.PKGINFO$' || true)
"""
CONFIGURATION = """\
[options]
Architecture = auto
SigLevel = Never

[stand-ins]
Server = file:///srv/arch
"""


def _package(machine: Machine, name: str, install: str = "", scripts: str = "", backup: Sequence[str] = ()) -> None:
    folder = f"/srv/build/{name}"
    machine.sh(f"mkdir -p {folder}")
    machine.sh("set -e\n" + install.replace("%{buildroot}", folder).replace("TAKEN", TAKEN))
    if scripts:
        machine.write(f"{folder}/.INSTALL", scripts)
    lines = " ".join(f"echo backup = {path};" for path in backup)
    machine.sh(PACKAGE.format(name=name, backup=lines))


def _laid(path: str, text: str) -> str:
    return f"mkdir -p $(dirname %{{buildroot}}{path})\ncat >%{{buildroot}}{path} <<'END'\n{text}END\n"


def _make(machine: Machine) -> None:
    machine.sh("apt-get -q update", timeout=300)
    tools = ("pacman-package-manager", "makepkg", "libarchive-tools", *LIBRARIES, *THERE, *NEEDED)
    wanted = f"apt-get -q -y --no-install-recommends install {' '.join(tools)}"
    machine.sh(wanted, timeout=900, env={"DEBIAN_FRONTEND": "noninteractive"})
    machine.sh(TAKE.format(folder=TAKEN, packages=" ".join((*PROGRAMS, *DATABASE))), timeout=300)
    machine.sh("mkdir -p /srv/arch")
    units = "/usr/lib/systemd/system"
    nginx = _laid("/etc/nginx/nginx.conf", NGINX_CONF) + _laid(f"{units}/nginx.service", NGINX_UNIT)
    web = ACCOUNT.format(name="http", home="/srv/http", after="chown http:root /var/lib/nginx")
    _package(machine, "nginx", NGINX + nginx, web, ("etc/nginx/nginx.conf", "etc/nginx/mime.types"))
    database = ACCOUNT.format(
        name="postgres",
        home="/var/lib/postgres",
        after="install -d -o postgres -g postgres -m 700 /var/lib/postgres /var/lib/postgres/data",
    )
    unit = _laid(f"{units}/postgresql.service", POSTGRESQL_UNIT)
    _package(machine, "postgresql", PROGRAMS_OF_POSTGRESQL + unit, database)
    modes = "chmod 755 usr/sbin/crond; chmod 4755 usr/bin/crontab; chmod 700 var/spool/cron\n"
    _package(machine, "cronie", CRON_INSTALL + modes + _laid(f"{units}/cronie.service", CRON_UNIT))
    for name in EMPTY:
        _package(machine, name)
    machine.sh("cd /srv/arch && repo-add -q stand-ins.db.tar.gz *.pkg.tar.gz")
    machine.write("/etc/pacman.conf", CONFIGURATION)
    machine.sh(f"rm -rf /etc/os-release {TAKEN} /srv/build; chmod a-x /usr/sbin/adduser /usr/sbin/deluser; pacman -Sy")
    machine.write("/etc/os-release", RELEASE)


def arch_layer() -> str:
    """The machine, made once; with what BiomAid is installed from."""
    key = key_of("tests/machine/pacmans.py", "tests/machine/rpms_biomaid.py", "tests/machine/servers.py")
    return layer(f"arch-{key}", _make, parent=ready_layer(), binds=BINDS)
