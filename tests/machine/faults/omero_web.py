"""Faults of an OMERO.web: how each is made, what it turns red, and how it is mended."""

from __future__ import annotations

from tests.machine.faults.fault import COMMON, Fault
from tests.machine.omero_web import FOLDER, REFUSED_ICE, USER, VENV

WORDS = (
    rf"""
set -eu
cd /
unit=omero-web.service
file=/etc/systemd/system/$unit
site=/etc/nginx/sites-available/omeroweb
link=/etc/nginx/sites-enabled/omeroweb
default=/etc/nginx/sites-enabled/default
folder={FOLDER}
venv={VENV}
user={USER}
refused={REFUSED_ICE}
"""
    + r"""
login=/omero/webclient/login/
xml=$folder/etc/grid/config.xml
pid=$folder/var/django.pid
page=$folder/etc/templates/error/maintainance.html
slow=/run/systemd/system/$unit.d
whitenoise='{"index": 0, "class": "whitenoise.middleware.WhiteNoiseMiddleware"}'
as_user() { runuser -u $user -- env OMERODIR=$folder PATH=$venv/bin:/usr/bin:/bin "$@"; }
omero() { as_user $venv/bin/omero "$@" >/dev/null; }
served() { becomes $login 200; }
restart() { systemctl reset-failed "$1" 2>/dev/null || true; systemctl restart "$1"; }
"""
    + COMMON
)
"""What every script about OMERO.web may use."""

PREPARES = """
systemd-run -q --unit=omero-server.service python3 -m http.server -d /srv -b 127.0.0.1 4064
for _ in $(seq 100); do ! : </dev/tcp/127.0.0.1/4064 || break; sleep 0.1; done 2>/dev/null
served
"""
"""Makes green what a test machine lacks: what listens where OMERO.server does."""

WAITS = r"""
systemctl disable -q --now $unit
mkdir -p /root/later
never_done /var/lib/jalon/omero-web/default/journal.jsonl 'service|maintenance'
mv $file /root/later
systemctl daemon-reload
crontab -u $user -l >/root/later/crontab
crontab -u $user -r
becomes $login 502
"""
"""Takes away what the checkpoints from the service on have made."""

WAITS_NO_MORE = r"""
mv /root/later/journal.jsonl /var/lib/jalon/omero-web/default
mv /root/later/$unit $file
systemctl daemon-reload
crontab -u $user /root/later/crontab
systemctl enable -q --now $unit
served
"""
"""Brings back what `WAITS` took away."""

IN_NGINX = ("nginx.port", "nginx.static", "nginx.traversal", "nginx.welcome", "service.page")
OF_SERVICE = ("service.port", "service.workers", "service.direct", "service.page")

SYSTEM = (
    Fault(
        "nginx-stopped",
        ("system.nginx",),
        "systemctl stop nginx.service",
        "systemctl start nginx.service; served",
        "service-not-started",
        also=IN_NGINX,
    ),
    Fault(
        "redis-stopped",
        ("system.redis",),
        "systemctl stop redis-server.service",
        "systemctl start redis-server.service; served",
        "service-not-started",
        also=("system.sessions", "service.direct", "service.page"),
    ),
    Fault(
        "folder-of-root",
        ("system.folder",),
        "chown root $folder",
        "chown $user $folder",
        "entry-other-owner",
    ),
)

ENVIRONMENT = (
    Fault(
        "web-removed-and-it-was-restarted",
        ("service.active",),
        "$venv/bin/pip -q uninstall -y omero-web 2>/dev/null; dies",
        "$venv/bin/pip -q install --no-deps --no-index --find-links /srv/wheels omero-web; lives",
        "omero-web-missing",
        also=("environment.modules", *OF_SERVICE),
        tidies="lives",
    ),
    Fault(
        "another-ice-and-it-was-restarted",
        ("service.active",),
        "$venv/bin/pip -q install --no-deps --no-index $refused; dies",
        "$venv/bin/pip -q install --no-deps --no-index --find-links /srv/wheels 'zeroc-ice<3.7'; lives",
        "ice-version-mismatch",
        also=("environment.ice", *OF_SERVICE),
        tidies="lives",
    ),
    Fault(
        "environment-gone",
        ("environment.modules",),
        "mv $venv $venv.away",
        "rm -rf $venv; mv $venv.away $venv; serves",
        "environment-missing",
        also=("environment.ice",),
        tidies="rm -rf $venv.away",
    ),
)

CONFIGURATION = (
    Fault(
        "omero-home-set",
        ("configuration.home",),
        "echo 'export OMERO_HOME=/opt/omero/old' >/etc/profile.d/omero.sh",
        "rm /etc/profile.d/omero.sh",
        "omero-home-set",
        outcome="warning",
        tidies="rm /etc/profile.d/omero.sh",
    ),
    Fault(
        "property-changed",
        ("configuration.properties",),
        "keep $xml; omero config set -- omero.web.wsgi_workers 7",
        "back $xml; serves",
        "property-differs",
    ),
    Fault(
        "middleware-twice",
        ("configuration.middleware",),
        'keep $xml; omero config append -- omero.web.middleware "$whitenoise"',
        "back $xml; serves",
        "listed-twice",
    ),
    Fault(
        "configuration-cut-off-and-it-was-restarted",
        ("service.active",),
        "keep $xml; echo '<icegrid><properties id=' >$xml; dies",
        "back $xml; lives",
        "configuration-unreadable",
        also=("configuration.properties", "configuration.middleware", "nginx.cookies", "service.server", *OF_SERVICE),
        tidies="rm -f $xml.broken; lives",
    ),
    Fault(
        "configuration-open",
        ("configuration.mode",),
        "chmod 0755 $folder/etc/grid",
        "chmod 0700 $folder/etc/grid",
        "entry-too-open",
    ),
    Fault(
        "statics-gone",
        ("configuration.static",),
        "mv $folder/var/static $folder/var/away",
        "rm -rf $folder/var/static; mv $folder/var/away $folder/var/static",
        "entry-missing",
        also=("nginx.static",),
        tidies="rm -rf $folder/var/away",
    ),
)

START = (
    Fault(
        "pid-of-nobody",
        ("start.pid",),
        "keep $pid; echo 4194000 >$pid",
        "back $pid",
        "pid-file-stale",
        tidies="served",
    ),
    Fault(
        "pid-of-somebody-else",
        ("start.pid",),
        "systemctl stop $unit; systemd-run -q --collect --unit=other --uid=$user sleep 600; "
        "systemctl show -P MainPID other.service >$pid; chown $user $pid; becomes $login 502",
        "rm -f $pid; systemctl stop other.service; serves",
        "pid-file-stale",
        also=("service.active", *OF_SERVICE),
        tidies="systemctl stop other.service",
    ),
    Fault(
        "started-by-hand",
        ("start.pid",),
        "systemctl stop $unit; omero web start; served",
        "omero web stop; serves",
        "started-by-hand",
        also=("service.active", *OF_SERVICE),
    ),
)

NGINX = (
    Fault(
        "default-site-back",
        ("nginx.welcome",),
        "ln -s ../sites-available/default $default; refreshed; served",
        "rm $default; refreshed; served",
        "default-site-answers",
    ),
    Fault(
        "default-site-instead",
        ("nginx.static",),
        "rm $link; ln -s ../sites-available/default $default; refreshed; becomes / 200",
        "rm $default; ln -s $site $link; refreshed; served",
        "site-not-enabled",
        also=("nginx.welcome", "service.page"),
    ),
    Fault(
        "another-site-first",
        ("nginx.static",),
        "printf 'server {\n  listen 80;\n  server_name localhost;\n  root /srv;\n}\n' "
        ">/etc/nginx/sites-available/aaa; ln -s /etc/nginx/sites-available/aaa /etc/nginx/sites-enabled/aaa; "
        "refreshed; becomes / 403",
        "rm /etc/nginx/sites-enabled/aaa /etc/nginx/sites-available/aaa; refreshed; served",
        "site-shadowed",
        also=("service.page",),
        tidies="rm -f /etc/nginx/sites-available/aaa",
    ),
    Fault(
        "prefix-missing-in-the-site",
        ("nginx.static",),
        "resite 's#location /omero/static/#location /static/#; s#location /omero {#location / {#'; served",
        "unsite",
        "location-wrong",
    ),
    Fault(
        "another-port-behind-the-site",
        ("service.page",),
        "resite 's#:4080#:4081#'; becomes $login 502",
        "unsite",
        "upstream-wrong",
        also=("nginx.uploads", "nginx.host"),
    ),
    Fault(
        "alias-without-its-slash",
        ("nginx.traversal",),
        "resite 's#location /omero/static/ #location /omero/static #'; served",
        "unsite",
        "answers-where-nothing-should",
    ),
    Fault(
        "statics-closed",
        ("nginx.static",),
        "chmod 0700 $folder/var/static",
        "chmod 0755 $folder/var/static",
        "home-not-traversable",
        tidies="chmod 0755 $folder/var/static",
    ),
    Fault(
        "maintenance-page-gone",
        ("nginx.waiting",),
        "keep $page; rm $page",
        "back $page",
        "maintenance-page-missing",
        waiting=True,
    ),
)

SERVICE = (
    Fault(
        "service-stopped",
        ("service.active",),
        "systemctl stop $unit; becomes $login 502",
        "systemctl start $unit; served",
        "service-not-started",
        also=OF_SERVICE,
    ),
    Fault(
        "service-not-enabled",
        ("service.active",),
        "systemctl disable -q $unit",
        "systemctl enable -q $unit",
        "unit-not-enabled",
        outcome="warning",
    ),
    Fault(
        "service-masked",
        ("service.active",),
        "systemctl stop $unit; keep $file; rm $file; ln -s /dev/null $file; systemctl daemon-reload",
        "back $file; serves",
        "unit-masked",
        also=("service.restart", *OF_SERVICE),
    ),
    Fault(
        "unit-edited-and-not-read",
        ("service.restart",),
        "keep $file; sleep 0.01; echo '# changed' >>$file",
        "back $file; systemctl daemon-reload",
        "unit-reload-needed",
        outcome="warning",
        tidies="back $file; systemctl daemon-reload",
    ),
    Fault(
        "no-restart",
        ("service.restart",),
        "edit $file '/^Restart=/d'; systemctl daemon-reload",
        "back $file; systemctl daemon-reload",
        "unit-does-not-come-back",
    ),
    Fault(
        "stray-quote-in-the-unit",
        ("service.active",),
        "edit $file '/^Environment=.*PATH=/s/$/\"/'; dies",
        "back $file; lives",
        "unit-path-wrong",
        also=OF_SERVICE,
        tidies="lives",
    ),
    Fault(
        "log-of-root-and-it-was-restarted",
        ("service.active",),
        "chown -R root:root $folder/var/log; dies",
        "chown -R $user:$user $folder/var/log; lives",
        "file-of-another-user",
        also=OF_SERVICE,
        tidies="chown -R $user:$user $folder/var/log; lives",
    ),
    Fault(
        "ok-and-the-port-is-another-s",
        ("service.active",),
        "systemctl stop $unit; systemd-run -q --collect --unit=other -p WorkingDirectory=/srv "
        "python3 -m http.server --bind 127.0.0.1 4080; becomes $login 404; dies",
        "systemctl stop other.service; lives",
        "port-held-by-another",
        also=OF_SERVICE,
        tidies="lives",
    ),
    Fault(
        "arguments-that-gunicorn-refuses",
        ("service.active",),
        "omero config set -- omero.web.wsgi_args --bogus; dies",
        "omero config set -- omero.web.wsgi_args; lives",
        "started-and-ended",
        also=OF_SERVICE,
        left="only who gave the arguments knows what they were to do",
        tidies="omero config set -- omero.web.wsgi_args; lives",
    ),
    Fault(
        "started-and-status-says-not",
        ("start.answers",),
        "systemctl stop $unit; omero config set -- omero.web.wsgi_args --bogus; becomes $login 502",
        "omero config set -- omero.web.wsgi_args; serves",
        "started-and-ended",
        also=("service.active", *OF_SERVICE),
        trials=True,
        left="only who gave the arguments knows what they were to do",
        tidies="omero config set -- omero.web.wsgi_args; serves",
    ),
    Fault(
        "another-number-of-workers",
        ("service.workers",),
        "keep $xml; omero config set -- omero.web.wsgi_workers 3; serves; back $xml",
        "touch $xml; serves",
        "workers-not-as-asked",
    ),
    Fault(
        "sessions-cannot-be-cleared",
        ("maintenance.clears",),
        "keep $folder/var/log; chown -R root:root $folder/var/log",
        "chown -R $user:$user $folder/var/log",
        "sessions-not-cleared",
        trials=True,
        tidies="chown -R $user:$user $folder/var/log",
    ),
    Fault(
        "cron-line-gone",
        ("maintenance.cron",),
        "crontab -u $user -l >/root/crontab; crontab -u $user -r",
        "crontab -u $user /root/crontab",
        "cron-lines-missing",
    ),
)

FAULTS = (*SYSTEM, *ENVIRONMENT, *CONFIGURATION, *START, *NGINX, *SERVICE)
"""Every fault, in the order of the checkpoints."""
