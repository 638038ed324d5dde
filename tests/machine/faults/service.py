"""Faults of the service, its socket and its pages."""

from __future__ import annotations

from tests.machine.faults.fault import Fault

OF_SERVICE = ("service.socket", "service.workers", "service.page")

SERVICE = (
    Fault(
        "service-stopped",
        ("service.active",),
        "systemctl stop $unit",
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
        outcome="warned",
    ),
    Fault(
        "service-does-not-start",
        ("service.active",),
        "mv $home/log $home/away; sed -i 's/^RestartSec=.*/RestartSec=60/' $drop_in; systemctl daemon-reload; "
        'restart $unit; until [ "$(systemctl show -P SubState $unit)" = auto-restart ]; do sleep 0.1; done',
        "mv $home/away $home/log; sed -i 's/^RestartSec=.*/RestartSec=2/' $drop_in; serves",
        "unit-restarting",
        also=("code.log", *OF_SERVICE),
    ),
    Fault(
        "no-restart",
        ("service.restart",),
        "keep $drop_in; rm $drop_in; systemctl daemon-reload",
        "back $drop_in; systemctl daemon-reload",
        "unit-does-not-come-back",
    ),
    Fault(
        "unit-changed-and-not-read",
        ("service.restart",),
        "keep $drop_in; sleep 0.01; echo '# changed' >>$drop_in",
        "back $drop_in; systemctl daemon-reload",
        "unit-reload-needed",
    ),
    Fault(
        "socket-removed",
        ("service.socket",),
        "mv $home/biomaid.sock $home/away",
        "mv $home/away $home/biomaid.sock; served",
        "socket-missing",
        also=("service.page",),
    ),
    Fault(
        "socket-stale",
        ("service.socket",),
        "mv $home/biomaid.sock $home/away; python3 -c "
        "'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' $home/biomaid.sock; "
        "chown demo:demo $home/biomaid.sock",
        "mv $home/away $home/biomaid.sock; served",
        "socket-stale",
        also=("service.page",),
    ),
    Fault(
        "socket-of-root",
        ("service.socket",),
        "chown root $home/biomaid.sock",
        "chown demo $home/biomaid.sock",
        "socket-owner-wrong",
        also=("service.page",),
    ),
    Fault(
        "another-number-of-workers",
        ("service.workers",),
        "edit $code/instance_config.toml 's/= 2/= 3/'; serves",
        "back $code/instance_config.toml; serves",
        "workers-not-as-asked",
    ),
    Fault(
        "a-page-without-its-form",
        ("service.page",),
        "resite 's#location / {#location = / { default_type text/html; return 200 closed; } location / {#'; "
        "becomes / 200",
        "unsite",
        "form-missing",
    ),
    Fault(
        "service-refuses-the-name",
        ("service.page",),
        "keep $settings; echo \"ALLOWED_HOSTS = ['serveur', 'demo.example', '127.0.0.1']\" >>$settings; "
        "systemctl restart $unit; becomes / 400",
        "back $settings; serves",
        "name-not-allowed",
        also=("settings.safe",),
    ),
    Fault(
        "account-with-another-password",
        ("service.login",),
        "sql \"ALTER TABLE common_user ADD kept text; UPDATE common_user SET kept = password, password = '!'\"",
        "sql 'UPDATE common_user SET password = kept; ALTER TABLE common_user DROP kept'",
        "account-password-refused",
        trials=True,
    ),
    Fault(
        "media-not-served",
        ("service.media",),
        "resite 's#location /media/#location /medias/#'; served",
        "unsite",
        "media-not-served",
        trials=True,
    ),
    Fault(
        "media-closed",
        ("service.media",),
        "chmod 0700 $home/media",
        "chmod 0755 $home/media",
        "home-not-traversable",
        trials=True,
    ),
    Fault(
        "killed-and-not-started-again",
        ("service.return",),
        "keep $drop_in; echo RestartPreventExitStatus=SIGKILL >>$drop_in; serves",
        "back $drop_in; serves",
        "service-not-back",
        trials=True,
    ),
)
