"""Faults of the machine: its distribution, its packages, and the services that it shares."""

from __future__ import annotations

from tests.machine.faults.fault import Fault

IN_DATABASE = (
    *("database.role", "database.owner", "database.login"),
    *("migrate.applied", "migrate.owner", "migrate.account"),
)

BEHIND_PORT = (
    *("nginx.logo", "nginx.settings", "nginx.traversal", "nginx.media-traversal", "nginx.media", "nginx.media-open"),
    "service.page",
)

SYSTEM = (
    Fault(
        "another-distribution",
        ("system.distribution",),
        "mv /etc/os-release /etc/os-release.kept; "
        "printf 'ID=opensuse-leap\\nID_LIKE=\"suse opensuse\"\\nVERSION_ID=15.6\\nNAME=openSUSE\\n' >/etc/os-release",
        "mv /etc/os-release.kept /etc/os-release",
        "distribution-unsupported",
        left="another distribution is to be installed",
    ),
    Fault(
        "an-older-release",
        ("system.distribution",),
        "mv /etc/os-release /etc/os-release.kept; sed 's/12/11/; s/bookworm/bullseye/' /usr/lib/os-release "
        ">/etc/os-release; keep /etc/debian_version; echo 11.9 >/etc/debian_version",
        "mv /etc/os-release.kept /etc/os-release; back /etc/debian_version",
        "distribution-untested",
        outcome="warning",
        left="another release is to be installed",
    ),
    Fault(
        "little-memory",
        ("system.resources",),
        "sed 's/^MemTotal:.*/MemTotal: 1000000 kB/' /proc/meminfo >/root/meminfo; "
        "mount --bind /root/meminfo /proc/meminfo",
        "umount /proc/meminfo",
        "machine-too-small",
        outcome="warning",
        left="a larger machine is needed",
    ),
    Fault(
        "code-for-another-python",
        ("system.python",),
        "edit $code/pyproject.toml 's/>=3.9,<3.13/>=3.12,<3.14/'",
        "back $code/pyproject.toml",
        "python-out-of-range",
        also=("system.distribution", "code.clean"),
    ),
    Fault(
        "sudoers-writable",
        ("system.sudo",),
        "chmod 0666 /etc/sudoers",
        "chmod 0440 /etc/sudoers",
        "sudoers-unsafe",
    ),
    Fault(
        "sudo-not-setuid",
        ("system.sudo",),
        "chmod u-s /usr/bin/sudo",
        "chmod u+s /usr/bin/sudo",
        "sudo-powerless",
    ),
    Fault(
        "locale-c",
        ("system.locale",),
        "echo LANG=C >/etc/default/locale",
        "echo LANG=C.UTF-8 >/etc/default/locale",
        "locale-not-utf8",
        outcome="warning",
    ),
    Fault(
        "locale-not-generated",
        ("system.locale",),
        "echo LANG=fr_FR.UTF-8 >/etc/default/locale",
        "echo LANG=C.UTF-8 >/etc/default/locale",
        "locale-not-generated",
        outcome="warning",
    ),
    Fault(
        "restart-due",
        ("system.updates",),
        "echo linux-image-amd64 >/run/reboot-required.pkgs; touch /run/reboot-required",
        "rm /run/reboot-required /run/reboot-required.pkgs",
        "restart-due",
        outcome="warning",
        left="the machine is to be restarted when nobody works on it",
    ),
    Fault(
        "a-package-purged",
        ("system.packages",),
        "tar -cf /root/make.tar /var/lib/dpkg $(dpkg -L make | while read -r one; do [ -d $one ] || echo $one; done) "
        "2>/dev/null; dpkg --force-depends --purge make >/dev/null 2>&1",
        "tar -xf /root/make.tar -C /",
        "packages-missing",
    ),
    Fault(
        "a-package-half-configured",
        ("system.packages",),
        "edit /var/lib/dpkg/status '/^Package: make$/,/^$/s/^Status: .*/Status: install ok half-configured/'",
        "back /var/lib/dpkg/status",
        "packages-half-installed",
    ),
    Fault(
        "postgresql-stopped",
        ("system.postgresql",),
        "systemctl stop postgresql.service",
        "systemctl start postgresql.service; served",
        "service-not-started",
        also=("system.cluster", *IN_DATABASE),
    ),
    Fault(
        "postgresql-not-enabled",
        ("system.postgresql",),
        "systemctl disable -q postgresql.service 2>/dev/null",
        "systemctl enable -q postgresql.service 2>/dev/null",
        "unit-not-enabled",
        outcome="warning",
    ),
    Fault(
        "cluster-stopped",
        ("system.cluster",),
        "systemctl stop postgresql@15-main.service",
        "systemctl start postgresql@15-main.service; served",
        "postgresql-not-running",
        also=IN_DATABASE,
    ),
    Fault(
        "nginx-stopped",
        ("system.nginx",),
        "systemctl stop nginx.service",
        "systemctl start nginx.service",
        "service-not-started",
        also=("nginx.port", "nginx.group", *BEHIND_PORT),
    ),
    Fault(
        "nginx-masked",
        ("system.nginx",),
        "systemctl stop nginx.service; systemctl mask -q --runtime nginx.service",
        "systemctl unmask -q --runtime nginx.service; systemctl start nginx.service",
        "unit-masked",
        also=("nginx.port", "nginx.group", *BEHIND_PORT),
    ),
    Fault(
        "port-of-another",
        ("system.cluster",),
        "edit /etc/postgresql/15/main/postgresql.conf 's/^port = 5432/port = 5433/'; "
        "restart postgresql@15-main.service",
        "back /etc/postgresql/15/main/postgresql.conf; restart postgresql@15-main.service; served",
        "postgresql-other-port",
        also=IN_DATABASE,
    ),
    Fault(
        "a-site-of-another-is-refused",
        ("system.nginx",),
        "printf 'server {\n  listen 8099;\n  nonsense;\n}\n' >/etc/nginx/sites-available/other; "
        "ln -s /etc/nginx/sites-available/other /etc/nginx/sites-enabled/other; "
        "systemctl stop nginx.service; systemctl start nginx.service || true",
        "rm -f /etc/nginx/sites-enabled/other /etc/nginx/sites-available/other; restart nginx.service",
        "nginx-file-refused",
        also=("nginx.port", "nginx.group", *BEHIND_PORT),
        tidies="rm -f /etc/nginx/sites-available/other",
    ),
    Fault(
        "a-site-of-another-is-gone",
        ("system.nginx",),
        "ln -s /etc/nginx/sites-available/gone /etc/nginx/sites-enabled/gone; "
        "systemctl stop nginx.service; systemctl start nginx.service || true",
        "rm -f /etc/nginx/sites-enabled/gone; restart nginx.service",
        "nginx-file-missing",
        also=("nginx.port", "nginx.group", *BEHIND_PORT),
    ),
    Fault(
        "the-port-is-taken-while-nginx-is-down",
        ("system.nginx",),
        "systemctl stop nginx.service; "
        "systemd-run -q --collect --unit=other -p WorkingDirectory=/srv python3 -m http.server 80; "
        "until ss -ltn | grep -q ':80 '; do sleep 0.1; done; systemctl start nginx.service || true",
        "systemctl stop other.service; restart nginx.service; served",
        "port-held-by-another",
        also=("nginx.port", "nginx.group", *BEHIND_PORT),
    ),
    Fault(
        "cron-stopped",
        ("system.cron",),
        "systemctl stop cron.service",
        "systemctl start cron.service",
        "service-not-started",
        also=("cron.lines", "backup.planned"),
    ),
)
