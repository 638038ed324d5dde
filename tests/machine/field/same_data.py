"""Reports about: where the data from before is."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.database import ADMIN, LOGIN
from tests.machine.field.report import Before, Report

SECOND = "pg_createcluster 15 other -p 5432 >/dev/null; systemctl start postgresql@15-other.service"
ALONE = (
    "pg_dropcluster --stop 15 other; back $conf/postgresql.conf; systemctl daemon-reload; "
    "restart postgresql@15-main.service; served"
)
DATA = ("database.role", "database.owner")
"""What makes a role or a database, where nobody agrees to that."""

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "two-clusters",
            DATA,
            f"{ADMIN}edit $conf/postgresql.conf 's/^port.*/port = 5434/'; restart postgresql@15-main.service; {SECOND}",
            f"{ADMIN}{ALONE}",
            "database-elsewhere",
            also=("database.login", *LOGIN),
            left="which of the clusters is to have the port is not known",
            refuses=(*DATA, "database.login"),
        ),
        "review",
        "An empty cluster had the port, and the one with the data another: the repair made everything anew, empty.",
        Before(True, "role-missing", False, "harm"),
    ),
    Report(
        Fault(
            "old-cluster-down",
            DATA,
            f"{ADMIN}edit $conf/postgresql.conf 's/^port.*/port = 5433/'; "
            f"systemctl stop postgresql@15-main.service; {SECOND}",
            f"{ADMIN}{ALONE}",
            "database-elsewhere",
            also=("database.login", *LOGIN),
            left="a cluster is only brought back by who knows why it was stopped",
            refuses=(*DATA, "database.login"),
        ),
        "https://github.com/ANXS/postgresql/pull/364",
        "After an upgrade a new, empty cluster ran; the data was still there, in the old one that did not run.",
        Before(True, "role-missing", False, "harm"),
    ),
    Report(
        Fault(
            "database-renamed",
            ("database.owner",),
            f"{ADMIN}admin 'ALTER DATABASE demo_db RENAME TO demo_db_old'",
            f"{ADMIN}admin 'ALTER DATABASE demo_db_old RENAME TO demo_db'; served",
            "database-elsewhere",
            also=("database.login", *LOGIN),
        ),
        "https://github.com/pgadmin-org/pgadmin4/issues/2543",
        "Somebody renamed the database to try something, and it was looked for under its old name.",
        Before(True, "database-missing", False, "harm"),
    ),
    Report(
        Fault(
            "database-emptied",
            ("migrate.applied",),
            "sql 'ALTER SCHEMA public RENAME TO away; CREATE SCHEMA public AUTHORIZATION pg_database_owner'",
            "sql 'DROP SCHEMA public CASCADE; ALTER SCHEMA away RENAME TO public'; served",
            "database-lost",
            also=("migrate.account",),
            left="what it held is to be brought back from a backup",
            refuses=("migrate.applied",),
        ),
        "https://github.com/tianon/docker-postgres-upgrade/issues/7",
        "After an upgrade the database was there, without a table.",
        Before(True, "never-migrated", False, "harm"),
    ),
    Report(
        Fault(
            "media-unmounted",
            ("code.media",),
            "keep /etc/fstab; mv $home/media /root/away; mkdir $home/media; "
            'echo "away $home/media tmpfs uid=demo,gid=demo,mode=0755,nofail 0 0" >>/etc/fstab',
            "umount $home/media 2>/dev/null || true; back /etc/fstab; rmdir $home/media; mv /root/away $home/media; "
            "systemctl daemon-reload",
            "not-mounted",
            tidies="umount $home/media; back /etc/fstab; rmdir $home/media; mv /root/away $home/media; "
            "systemctl daemon-reload",
        ),
        "review",
        "The disk of the attachments was not mounted, and an empty folder of root's was in its place.",
        Before(True, "entry-other-owner", False, "false"),
    ),
    Report(
        Fault(
            "media-point-of-the-instance",
            ("code.media",),
            "keep /etc/fstab; mv $home/media /root/away; install -d -o demo -g demo $home/media; "
            'echo "away $home/media tmpfs uid=demo,gid=demo,mode=0755,nofail 0 0" >>/etc/fstab',
            "umount $home/media 2>/dev/null || true; back /etc/fstab; rmdir $home/media; mv /root/away $home/media; "
            "systemctl daemon-reload",
            "not-mounted",
            tidies="umount $home/media; back /etc/fstab; rmdir $home/media; mv /root/away $home/media; "
            "systemctl daemon-reload",
        ),
        "https://github.com/RobertsLab/resources/issues/2286",
        "Folders seemed deleted after a restart: the drive was not mounted, and its empty mount point was seen.",
        Before(False, "", False, "left"),
    ),
    Report(
        Fault(
            "media-left-behind",
            ("code.media",),
            "runuser -u demo -- touch $home/media/jalon-field.txt; mv $home/media $home/media.old",
            "mv $home/media.old $home/media; rm $home/media/jalon-field.txt",
            "folder-elsewhere",
            left="whether that is the folder is for a person to say",
            refuses=("code.media",),
        ),
        "https://github.com/netbox-community/netbox/issues/1918",
        "After an upgrade the attachments were gone: they lay in the folder from before, and an empty one was made.",
        Before(True, "entry-missing", False, "harm"),
    ),
    Report(
        Fault(
            "backups-unmounted",
            ("backup.fresh",),
            "keep /etc/fstab; umount $backups; mv $backups /root/away; install -d -m 0700 $backups; "
            'echo "backups $backups tmpfs mode=0700,nofail 0 0" >>/etc/fstab',
            "umount $backups 2>/dev/null || true; back /etc/fstab; systemctl daemon-reload; rm -rf $backups; "
            "mv /root/away $backups; mount -t tmpfs -o mode=0700 backups $backups; biomaid-backup-demo >/dev/null",
            "not-mounted",
            also=("backup.private", "backup.elsewhere"),
            tidies="umount $backups; back /etc/fstab; systemctl daemon-reload; rm -rf $backups; "
            "mv /root/away $backups; mount -t tmpfs -o mode=0700 backups $backups; biomaid-backup-demo >/dev/null",
        ),
        "https://github.com/MichaIng/DietPi/issues/213",
        "The external drive was in fstab and not mounted: everything was written to the small disk in its place.",
        Before(True, "backup-missing", False, "false"),
    ),
)
"""In the order in which they were met."""
