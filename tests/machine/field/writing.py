"""Reports about: can people write."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

INSIDE = ("migrate.applied", "migrate.owner", "migrate.account")
GREEN = Before(detected=False, cause="", rightly=False, repair="left")
# Attachments on a disk of their own, with these options.
ON_A_DISK = "mount -t tmpfs -o uid=$(id -u demo),gid=$(id -g demo),mode=0755,{options} attachments $home/media"
OFF_THE_DISK = "umount $home/media"

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "answers-temp-closed",
            ("nginx.downloads",),
            "chown root: /var/lib/nginx/proxy",
            "chown www-data: /var/lib/nginx/proxy",
            "answers-not-writable",
        ),
        source="https://github.com/sous-chefs/nginx/issues/629",
        people="nginx's folder for answers is root's: what is larger than its buffers does not arrive.",
        before=GREEN,
    ),
    Report(
        Fault(
            "body-size",
            ("nginx.uploads",),
            "resite '/client_max_body_size/d'",
            "unsite",
            "body-size-small",
        ),
        source="review",
        people="Attachments of a few megabytes are refused: 413 Request Entity Too Large.",
        before=GREEN,
    ),
    Report(
        Fault(
            "body-size-in-location",
            ("nginx.uploads",),
            "resite 's/^    location \\/ {/&\\n        client_max_body_size 1m;/'",
            "unsite",
            "body-size-small",
        ),
        source="https://github.com/dmstr/docker-php-yii2/pull/21",
        people="413 although a large `client_max_body_size` is set: another block says less.",
        before=GREEN,
    ),
    Report(
        Fault(
            "body-size-sent",
            ("service.upload",),
            "resite '/client_max_body_size/d'",
            "unsite",
            "body-size-small",
            also=("nginx.uploads",),
            trials=True,
        ),
        source="https://github.com/openresty/lua-resty-upload/issues/27",
        people="Sending a file of 3 MB ends in 413, and nothing arrives at the application.",
        before=GREEN,
    ),
    Report(
        Fault(
            "body-temp-closed",
            ("nginx.uploads",),
            "chown root: /var/lib/nginx/body",
            "chown www-data: /var/lib/nginx/body",
            "bodies-not-writable",
        ),
        source="https://github.com/ZoeyVid/NPMplus/issues/3369",
        people="Uploads of more than 32 KB end in 500, and nothing of them reaches the application.",
        before=GREEN,
    ),
    Report(
        Fault(
            "body-temp-full",
            ("service.room",),
            "mount -t tmpfs -o size=64k,uid=$(id -u www-data),mode=0700 bodies /var/lib/nginx/body",
            "umount /var/lib/nginx/body",
            "disk-full",
            left="what may be removed is a person's to say",
        ),
        source="https://github.com/nginx-proxy/nginx-proxy/issues/1208",
        people="No space left on device, while there is plenty: the folder of nginx's bodies is full.",
        before=GREEN,
    ),
    Report(
        Fault(
            "db-readonly",
            ("database.login",),
            "sql 'ALTER DATABASE demo_db SET default_transaction_read_only = on'",
            "runuser -u postgres -- psql -qc 'ALTER DATABASE demo_db RESET default_transaction_read_only'; serves",
            "database-read-only",
            also=INSIDE,
        ),
        source="review",
        people="Every sign-in answers 500, while the sign-in page looks as ever.",
        before=GREEN,
    ),
    Report(
        Fault(
            "media-inodes",
            ("service.room",),
            ON_A_DISK.format(options="nr_inodes=2"),
            OFF_THE_DISK,
            "inodes-used-up",
            left="what may be removed is a person's to say",
        ),
        source="review",
        people="Uploads fail although the disk has room: it holds as many files as it can.",
        before=GREEN,
    ),
    Report(
        Fault(
            "media-readonly",
            ("service.room",),
            ON_A_DISK.format(options="ro"),
            OFF_THE_DISK,
            "file-system-read-only",
            left="why a disk became read-only is to be looked at first",
        ),
        source="review",
        people="Uploads fail: the disk of the attachments is read-only.",
        before=GREEN,
    ),
    Report(
        Fault(
            "role-readonly",
            ("database.login",),
            "sql 'ALTER ROLE demo_user SET default_transaction_read_only = on'",
            "sql 'ALTER ROLE demo_user RESET default_transaction_read_only'; serves",
            "database-read-only",
            also=INSIDE,
        ),
        source="https://github.com/jhu-bids/TermHub/issues/404",
        people="Nothing can be inserted or deleted any more, and nobody knows why.",
        before=GREEN,
    ),
    Report(
        Fault(
            "standby",
            ("database.login",),
            "systemctl stop postgresql@15-main; touch /var/lib/postgresql/15/main/standby.signal; "
            "chown postgres: /var/lib/postgresql/15/main/standby.signal; systemctl start postgresql@15-main; serves",
            "runuser -u postgres -- pg_ctlcluster 15 main promote; serves",
            "database-standby",
            also=INSIDE,
            left="which of two servers is the right one is a person's to say",
        ),
        source="https://github.com/netbox-community/netbox/issues/3118",
        people="The login page of a hot standby arrives, and signing in fails.",
        before=GREEN,
    ),
    Report(
        Fault(
            "tmp-full",
            ("service.room",),
            "mount -o remount,size=64k /tmp",
            "mount -o remount,size=90% /tmp",
            "disk-full",
            left="what may be removed is a person's to say",
        ),
        source="https://github.com/Screenly/Anthias/issues/3127",
        people="Every upload ends in 500: Django cannot write its temporary file.",
        before=GREEN,
    ),
)
"""In the order of their names."""
