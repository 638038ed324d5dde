"""A machine that says it is Rocky Linux 9, with the real dnf and rpm, and repositories of stand-ins."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.machine.biomaid import BINDS, ready_layer
from tests.machine.machine import Machine, layer

RELEASE = """
NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"
"""
NGINX_CONF = """\
user nginx;
http {
    include /etc/nginx/conf.d/*.conf;
    server {
        listen       80 default_server;
        listen       [::]:80 default_server;
        server_name  _;
    }
}
"""
# Like Red Hat's own: an account before the files, a unit that nothing starts.
SERVICE = """
%pre
getent group {name} >/dev/null || groupadd -r {name}
getent passwd {name} >/dev/null || useradd -r -g {name} -d /var/lib/{name} -s /sbin/nologin {name}
"""
UNIT = "[Service]\\nUser={name}\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n"
SERVICE_FILES = "%dir /etc/{name}\n/usr/lib/systemd/system/{name}.service\n"
INSTALL_UNIT = (
    "mkdir -p %{{buildroot}}/etc/{name}/conf.d %{{buildroot}}/usr/lib/systemd/system\n"
    "printf '" + UNIT + "' >%{{buildroot}}/usr/lib/systemd/system/{name}.service\n"
)
REPOSITORY = "[{name}]\\nname={name}\\nbaseurl=file:///srv/{name}\\ngpgcheck=0\\nenabled=1\\n"


def spec(name: str, head: str = "", install: str = "", files: str = "", scripts: str = "") -> str:
    """A package, as rpmbuild takes it."""
    return (
        f"Name: {name}\nVersion: 1.0\nRelease: 1.el9\nSummary: stand-in\nLicense: MIT\nBuildArch: noarch\n{head}\n"
        f"%description\nstand-in\n%install\n{install}\n{scripts}\n%files\n{files}\n"
    )


def service(name: str, head: str = "", install: str = "", files: str = "") -> str:
    """A package with an account and a unit."""
    install = INSTALL_UNIT.format(name=name) + install
    return spec(name, head, install, SERVICE_FILES.format(name=name) + files, SERVICE.format(name=name))


# By repository. What stands for the rest of the system provides what rpm finds that scripts need.
REPOSITORIES = {
    "baseos": {
        "system": spec("system", "Provides: /bin/sh"),
        "unzip": spec("unzip", "Recommends: chaff"),
        "chaff": spec("chaff"),
        "slow": spec("slow", scripts="%pre\ntouch /run/slow; test -e /run/go || sleep 15"),
        "nginx": service(
            "nginx",
            install=f"cat >%{{buildroot}}/etc/nginx/nginx.conf <<'END'\n{NGINX_CONF}END\n",
            files="%dir /etc/nginx/conf.d\n%config(noreplace) /etc/nginx/nginx.conf\n",
        ),
        "epel-release": spec(
            "epel-release",
            install="mkdir -p %{buildroot}/etc/yum.repos.d\n"
            f"printf '{REPOSITORY.format(name='epel')}' >%{{buildroot}}/etc/yum.repos.d/epel.repo\n",
            files="%config(noreplace) /etc/yum.repos.d/epel.repo",
        ),
    },
    "epel": {"redis": service("redis", files="%dir /etc/redis/conf.d\n")},
}


def _make(machine: Machine) -> None:
    machine.sh("apt-get -q update", timeout=300)
    wanted = "DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install dnf rpm createrepo-c"
    machine.sh(wanted, timeout=900)
    for repository, packages in REPOSITORIES.items():
        for name, text in packages.items():
            machine.write(f"/srv/specs/{name}.spec", text)
            machine.sh(
                'rpmbuild -bb --define "_topdir /srv/build" --define "_rpmdir /srv/$0" "/srv/specs/$1.spec"'.replace(
                    "$0", repository
                ).replace("$1", name)
            )
        machine.run("createrepo_c", "-q", f"/srv/{repository}")
    machine.sh(f"mkdir -p /etc/yum.repos.d; printf '{REPOSITORY.format(name='baseos')}' >/etc/yum.repos.d/baseos.repo")
    # Red Hat's `adduser` and `deluser` are others, or are not there.
    machine.sh("rm -f /etc/os-release; chmod a-x /usr/sbin/adduser /usr/sbin/deluser")
    machine.write("/etc/os-release", RELEASE)


def red_hat_layer() -> str:
    """The machine, made once."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    return layer(f"redhat-{key}", _make, parent=ready_layer(), binds=BINDS)
