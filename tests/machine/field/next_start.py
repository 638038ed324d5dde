"""Reports about: what the next start will meet."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

_CONF = "/etc/postgresql/15/main"
_GREEN = Before(detected=False, cause="", rightly=False, repair="left")


def _warns(
    identifier: str, turns: str, breaks: str, mends: str, cause: str, left: str = "", also: tuple[str, ...] = ()
) -> Fault:
    """A fault that is a warning until something is started again."""
    return Fault(identifier, (turns,), breaks, mends, cause, outcome="warning", left=left, also=also)


def _added(identifier: str, file: str, line: str, cause: str, left: str) -> Fault:
    """A line at the end of one of the cluster's files, which nobody has made the server read."""
    path = f"{_CONF}/{file}"
    breaks = f'keep {path}; echo "{line}" >>{path}'
    return _warns(identifier, "system.postgresql-next", breaks, f"back {path}", cause, left)


REPORTS: tuple[Report, ...] = (
    Report(
        _warns(
            "certificate-not-there",
            "system.nginx-next",
            "echo 'server { listen 8088; ssl_certificate /etc/ssl/gone.pem; }' >/etc/nginx/conf.d/tls.conf",
            "rm /etc/nginx/conf.d/tls.conf",
            "nginx-file-refused",
            left="whether the certificate comes back or the line goes is a person's to say",
        ),
        "https://github.com/certbot/certbot/issues/6094",
        "a certificate was deleted while a site still names it: nginx runs on, and cannot be restarted",
        _GREEN,
    ),
    Report(
        _warns(
            "cluster-started-by-hand",
            "system.postgresql-next",
            f"keep {_CONF}/start.conf; echo manual >{_CONF}/start.conf",
            f"back {_CONF}/start.conf",
            "postgresql-not-started-with-machine",
            left="a person may have wanted it",
        ),
        "https://github.com/hapostgres/pg_auto_failover/issues/135",
        "`start.conf` says `manual`: after the next boot there is no database",
        _GREEN,
    ),
    Report(
        _warns(
            "default-server-twice",
            "system.nginx-next",
            "for name in a b; do echo 'server { listen 8088 default_server; }' >/etc/nginx/conf.d/$name.conf; done",
            "rm /etc/nginx/conf.d/a.conf /etc/nginx/conf.d/b.conf",
            "nginx-file-refused",
            left="which of the two is wanted is a person's to say",
        ),
        "https://github.com/AtlasOfLivingAustralia/ala-install/issues/175",
        "two sites want to be the default of one port: nginx refuses to reload, and would not start again",
        _GREEN,
    ),
    Report(
        _warns(
            "directive-misspelt",
            "system.nginx-next",
            "echo 'clinet_max_body_size 10m;' >/etc/nginx/conf.d/size.conf",
            "rm /etc/nginx/conf.d/size.conf",
            "nginx-file-refused",
            left="what it should say is a person's to know",
        ),
        "https://github.com/fullstackpython/book-and-video-code-examples/issues/1",
        "a directive that nginx does not know, in a file that is not read until the next start",
        _GREEN,
    ),
    Report(
        _added(
            "library-to-be-loaded-is-not-installed",
            "postgresql.conf",
            "shared_preload_libraries = 'pg_stat_kcache'",
            "postgresql-library-missing",
            left="which package brings a library is a person's to know",
        ),
        "https://github.com/powa-team/powa/issues/107",
        "a library that is not installed was written into the settings, and PostgreSQL not yet restarted",
        _GREEN,
    ),
    Report(
        _added(
            "pg-hba-not-taken",
            "pg_hba.conf",
            "host all all nomad.example/32 md5",
            "postgresql-settings-refused",
            left="what the line should say is a person's to know",
        ),
        "https://github.com/pulibrary/princeton_ansible/issues/7047",
        "a name with a mask in pg_hba.conf: nothing shows until PostgreSQL is next started",
        _GREEN,
    ),
    Report(
        _added(
            "setting-of-an-older-release",
            "postgresql.conf",
            "custom_variable_classes = 'preprepare'",
            "postgresql-settings-refused",
            left="what the line should say is a person's to know",
        ),
        "https://github.com/dimitri/preprepare/issues/3",
        "a setting that this release does not know any more: nothing shows until PostgreSQL is next started",
        _GREEN,
    ),
    Report(
        _warns(
            "web-server-masked-while-it-runs",
            "system.nginx",
            "systemctl mask -q nginx.service",
            "systemctl unmask -q nginx.service",
            "unit-masked",
        ),
        "https://github.com/openfoodfoundation/ofn-install/issues/504",
        "nginx was masked and still runs: it does not come back with the machine",
        Before(detected=True, cause="unit-masked", rightly=True, repair="repaired"),
    ),
)
"""In the order of their names."""
