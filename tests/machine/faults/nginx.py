"""Faults of the site and of the way to it."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.faults.system import BEHIND_PORT

NGINX = (
    Fault(
        "another-port",
        ("nginx.port",),
        "resite 's/:80;/:8081;/; s/ 80;/ 8081;/'",
        "unsite",
        "site-other-port",
        also=BEHIND_PORT,
    ),
    Fault(
        "another-program-on-the-port",
        ("nginx.port",),
        "resite 's/:80;/:8081;/; s/ 80;/ 8081;/'; "
        "systemd-run -q --collect --unit=other -p WorkingDirectory=/srv python3 -m http.server 80; becomes / 200",
        "systemctl stop other.service; unsite",
        "port-held-by-another",
        also=BEHIND_PORT,
    ),
    Fault(
        "nginx-not-in-the-group",
        ("nginx.group",),
        "gpasswd -d www-data demo >/dev/null; refreshed; becomes / 502",
        "gpasswd -a www-data demo >/dev/null; refreshed; served",
        "group-not-member",
        also=("nginx.logo", "service.page"),
    ),
    Fault(
        "nginx-not-restarted",
        ("nginx.group",),
        "gpasswd -d www-data demo >/dev/null; refreshed; gpasswd -a www-data demo >/dev/null; becomes / 502",
        "refreshed; served",
        "group-not-held-yet",
        also=("nginx.logo", "service.page"),
    ),
    Fault(
        "alias-wrong",
        ("nginx.logo",),
        "resite 's#/home/demo/staticfiles/#/home/demo/static/#'; served",
        "unsite",
        "alias-wrong",
    ),
    Fault(
        "a-picture-that-is-none",
        ("nginx.logo",),
        'keep "$home/staticfiles/local/Logo BiomAid.png"; echo none >"$home/staticfiles/local/Logo BiomAid.png"',
        'back "$home/staticfiles/local/Logo BiomAid.png"',
        "wrong-content",
        left="what is collected is judged by what it is made from, not by what became of it",
    ),
    Fault(
        "a-picture-that-may-not-be-read",
        ("nginx.logo",),
        'chmod 0640 "$home/staticfiles/local/Logo BiomAid.png"; chgrp root "$home/staticfiles/local/Logo BiomAid.png"',
        'chgrp demo "$home/staticfiles/local/Logo BiomAid.png"; chmod 0644 "$home/staticfiles/local/Logo BiomAid.png"',
        "file-unreadable",
        tidies='chgrp demo "$home/staticfiles/local/Logo BiomAid.png"; '
        'chmod 0644 "$home/staticfiles/local/Logo BiomAid.png"',
    ),
    Fault(
        "statics-closed",
        ("nginx.logo",),
        "chmod 0700 $home/staticfiles",
        "chmod 0755 $home/staticfiles",
        "home-not-traversable",
        tidies="chmod 0755 $home/staticfiles",
    ),
    Fault(
        "site-not-enabled",
        ("nginx.port",),
        "rm /etc/nginx/sites-enabled/demo.conf; refreshed",
        "ln -s $site /etc/nginx/sites-enabled/demo.conf; refreshed; served",
        "site-not-enabled",
        also=BEHIND_PORT,
    ),
    Fault(
        "default-site-instead",
        ("nginx.logo",),
        "rm /etc/nginx/sites-enabled/demo.conf; ln -s ../sites-available/default /etc/nginx/sites-enabled/default; "
        "refreshed; becomes / 200",
        "rm /etc/nginx/sites-enabled/default; ln -s $site /etc/nginx/sites-enabled/demo.conf; refreshed; served",
        "site-not-enabled",
        also=("nginx.media", "nginx.media-open", "service.page"),
        tidies="rm -f /etc/nginx/sites-enabled/default; refreshed; served",
    ),
    Fault(
        "shadowed-by-another-site",
        ("nginx.logo",),
        "printf 'server {\n  listen 80;\n  server_name localhost;\n  root /srv;\n}\n' "
        ">/etc/nginx/sites-available/aaa; ln -s /etc/nginx/sites-available/aaa /etc/nginx/sites-enabled/aaa; "
        "refreshed; becomes / 403",
        "rm /etc/nginx/sites-enabled/aaa /etc/nginx/sites-available/aaa; refreshed; served",
        "site-shadowed",
        also=("nginx.media", "nginx.media-open", "service.page"),
        tidies="rm -f /etc/nginx/sites-available/aaa",
    ),
    Fault(
        "another-socket-in-the-site",
        ("service.page",),
        "resite 's#biomaid.sock#gunicorn.sock#'; becomes / 502",
        "unsite",
        "socket-path-wrong",
        also=("nginx.uploads",),
    ),
    Fault(
        "root-is-the-home",
        ("nginx.settings",),
        "chmod 0644 $settings; resite 's#location / {#root /home/demo; location /biomaid/ { } location / {#'; served",
        "chmod 0600 $settings; unsite",
        "settings-served",
        also=("settings.mode",),
    ),
    Fault(
        "root-is-the-home-and-settings-are-closed",
        ("nginx.settings",),
        "resite 's#location / {#root /home/demo; location /biomaid/ { } location / {#'; served",
        "unsite",
        "folder-served",
    ),
    Fault(
        "alias-without-its-slash-and-settings-are-closed",
        ("nginx.traversal",),
        "resite 's#location /static/#location /static#'; served",
        "unsite",
        "folder-served",
    ),
    Fault(
        "alias-without-its-slash",
        ("nginx.traversal",),
        "chmod 0644 $settings; resite 's#location /static/#location /static#'; served",
        "chmod 0600 $settings; unsite",
        "settings-served",
        also=("settings.mode",),
    ),
    Fault(
        "media-alias-without-its-slash",
        ("nginx.media-traversal",),
        "resite 's#location /media/#location /media#'; served",
        "unsite",
        "folder-served",
    ),
    Fault(
        "attachments-guessed-at",
        ("nginx.media",),
        "resite '/nosniff/d'; served",
        "unsite",
        "attachments-as-pages",
        outcome="warning",
    ),
    Fault(
        "home-closed-before-the-service",
        ("nginx.waiting",),
        "chmod 0700 $home",
        "chmod 0750 $home",
        "home-not-traversable",
        also=("user.home", "nginx.logo"),
        waiting=True,
    ),
    Fault(
        "somebody-answers-before-the-service",
        ("nginx.waiting",),
        "systemd-run -q --collect --unit=other -p User=demo -p WorkingDirectory=$code bash run-instance.sh; served",
        "systemctl stop other.service; rm -f $home/biomaid.sock; becomes / 502",
        "service-already-answers",
        waiting=True,
        left="what answers too early is somebody's, and no harm",
    ),
)
