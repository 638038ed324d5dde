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
        "nothing-listens",
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
        "file-missing",
    ),
    Fault(
        "a-picture-that-is-none",
        ("nginx.logo",),
        'keep "$home/staticfiles/local/Logo BiomAid.png"; echo none >"$home/staticfiles/local/Logo BiomAid.png"',
        'back "$home/staticfiles/local/Logo BiomAid.png"',
        "wrong-content",
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
    ),
)
