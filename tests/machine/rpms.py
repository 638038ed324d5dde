"""A machine that says it is Rocky Linux 9, with the real dnf and rpm, and repositories of stand-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.machine.biomaid import BINDS, key_of
from tests.machine.machine import Machine, layer
from tests.machine.omero_web import omero_layer
from tests.machine.servers import (
    CRON_FILES,
    CRON_INSTALL,
    CRON_UNIT,
    LIBRARIES,
    NGINX_CONF,
    NGINX_FILES,
    NGINX_INSTALL,
    NGINX_UNIT,
    PROGRAMS,
    REDIS_FILES,
    REDIS_INSTALL,
    REDIS_UNIT,
    TAKEN,
    WELCOME,
)

RELEASE = """
NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"
"""
# Like Red Hat's own: before the files, which belong to it.
ACCOUNT = """
%pre
getent group {name} >/dev/null || groupadd -r {name}
getent passwd {name} >/dev/null || useradd -r -g {name} -d /var/lib/{name} -s /sbin/nologin {name}
"""
TAKE = """
set -e
mkdir -p {folder}
cd {folder}
apt-get -q download {packages}
for one in *.deb; do dpkg -x "$one" "${{one%%_*}}"; done
"""
# What is taken from Debian is stripped already.
BUILD = """
rpmbuild -bb --define '_topdir /srv/build' --define '_rpmdir /srv/{repository}' --define '__os_install_post %{{nil}}' \
    --define 'debug_package %{{nil}}' {specs}
"""
REPOSITORY = "[{name}]\\nname={name}\\nbaseurl=file:///srv/{name}\\ngpgcheck=0\\nenabled=1\\n"


def spec(name: str, head: str = "", install: str = "", files: str = "", scripts: str = "") -> str:
    """A package, as rpmbuild takes it. What it needs is what it says, not what rpm finds in its files."""
    return (
        f"Name: {name}\nVersion: 1.0\nRelease: 1.el9\nSummary: stand-in\nLicense: MIT\nAutoReqProv: no\n{head}\n"
        f"%description\nstand-in\n%install\n{install}\n{scripts}\n%files\n{files}\n"
    )


def _laid(path: str, text: str) -> str:
    """The words that lay a file while a package is built."""
    return f"mkdir -p $(dirname %{{buildroot}}{path})\ncat >%{{buildroot}}{path} <<'END'\n{text}END\n"


def service(
    name: str, unit: str, text: str, install: str, files: str, account: bool = True, preset: bool = False
) -> str:
    """A package with a unit, and with an account of its name before its files. Nothing starts what it brings; `preset`:
    it is enabled, as Red Hat's own presets have it."""
    place = f"/usr/lib/systemd/system/{unit}"
    scripts = ACCOUNT.format(name=name) if account else ""
    scripts += f"%post\nsystemctl enable {unit}\n" if preset else ""
    words = (install + _laid(place, text)).replace("TAKEN", TAKEN).replace("WELCOME", WELCOME)
    return spec(name, install=words, files=f"{files}{place}\n", scripts=scripts)


# By repository. What stands for the rest of the system provides what rpm finds that scripts need.
REPOSITORIES = {
    "baseos": {
        "system": spec("system", "Provides: /bin/sh"),
        "unzip": spec("unzip", "Recommends: chaff"),
        "chaff": spec("chaff"),
        "slow": spec("slow", scripts="%pre\ntouch /run/slow; test -e /run/go || sleep 15"),
        "python3": spec("python3"),
        "nginx": service(
            *("nginx", "nginx.service", NGINX_UNIT),
            NGINX_INSTALL + _laid("/etc/nginx/nginx.conf", NGINX_CONF),
            NGINX_FILES,
        ),
        "cronie": service(
            *("cronie", "crond.service", CRON_UNIT, CRON_INSTALL, CRON_FILES), account=False, preset=True
        ),
        "epel-release": spec(
            "epel-release",
            install="mkdir -p %{buildroot}/etc/yum.repos.d\n"
            f"printf '{REPOSITORY.format(name='epel')}' >%{{buildroot}}/etc/yum.repos.d/epel.repo\n",
            files="%config(noreplace) /etc/yum.repos.d/epel.repo",
        ),
    },
    "epel": {"redis": service("redis", "redis.service", REDIS_UNIT, REDIS_INSTALL, REDIS_FILES)},
}


def make(
    machine: Machine,
    more: Mapping[str, str] | None = None,
    programs: Sequence[str] = PROGRAMS,
    libraries: Sequence[str] = LIBRARIES,
) -> None:
    """Make the machine one of Red Hat's family; with `more` packages in its repository, made of other `programs`."""
    machine.sh("apt-get -q update", timeout=300)
    wanted = f"apt-get -q -y --no-install-recommends install dnf rpm createrepo-c {' '.join(libraries)}"
    machine.sh(wanted, timeout=900, env={"DEBIAN_FRONTEND": "noninteractive"})
    machine.sh(TAKE.format(folder=TAKEN, packages=" ".join(programs)), timeout=300)
    for repository, packages in {**REPOSITORIES, "baseos": {**REPOSITORIES["baseos"], **(more or {})}}.items():
        for name, text in packages.items():
            machine.write(f"/srv/specs/{name}.spec", text)
        machine.sh(BUILD.format(repository=repository, specs=" ".join(f"/srv/specs/{name}.spec" for name in packages)))
        machine.run("createrepo_c", "-q", f"/srv/{repository}")
    machine.sh(f"mkdir -p /etc/yum.repos.d; printf '{REPOSITORY.format(name='baseos')}' >/etc/yum.repos.d/baseos.repo")
    # Red Hat's `adduser` and `deluser` are others, or are not there.
    machine.sh(f"rm -rf /etc/os-release {TAKEN} /srv/build; chmod a-x /usr/sbin/adduser /usr/sbin/deluser")
    machine.write("/etc/os-release", RELEASE)


def red_hat_layer() -> str:
    """The machine, made once; with what OMERO.web is installed from."""
    key = key_of("tests/machine/rpms.py", "tests/machine/servers.py")
    return layer(f"redhat-{key}", make, parent=omero_layer(), binds=BINDS)
