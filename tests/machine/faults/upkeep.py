"""Faults of the scheduled jobs and of the backups."""

from __future__ import annotations

from tests.machine.faults.fault import Fault

CRON = (
    Fault(
        "a-line-commented-out",
        ("cron.lines",),
        "edit /var/spool/cron/crontabs/demo '/hourly/s/^7/#7/'",
        "back /var/spool/cron/crontabs/demo",
        "cron-lines-commented-out",
    ),
    Fault(
        "no-crontab",
        ("cron.lines",),
        "mv /var/spool/cron/crontabs/demo /root/crontab",
        "mv /root/crontab /var/spool/cron/crontabs/demo",
        "cron-lines-missing",
    ),
    Fault(
        "errors-lost",
        ("cron.lines",),
        "edit /var/spool/cron/crontabs/demo 's/ 2>&1//'",
        "back /var/spool/cron/crontabs/demo",
        "cron-errors-lost",
        outcome="warning",
    ),
    Fault(
        "a-job-fails",
        ("cron.jobs",),
        "edit $code/dem/management/commands/add_previsionnels.py 's/oldest = .*/raise ValueError(\"lost\")/'",
        "back $code/dem/management/commands/add_previsionnels.py",
        "job-failed",
        also=("code.clean",),
        trials=True,
    ),
)

BACKUP = (
    Fault(
        "backup-old",
        ("backup.fresh",),
        'keep $(newest); sed -i \'s/"started": "2[0-9]*/"started": "2020/\' $(newest)/manifest.json',
        "back $(newest)",
        "backup-too-old",
        tidies="one_backup",
        also=("backup.private",),
    ),
    Fault(
        "backup-empty",
        ("backup.fresh",),
        "keep $(newest); : >$(newest)/database.dump",
        "back $(newest)",
        "backup-empty",
        tidies="one_backup",
        also=("backup.private",),
    ),
    Fault(
        "backup-cut-off",
        ("backup.fresh",),
        "keep $(newest); truncate -s 20000 $(newest)/database.dump",
        "back $(newest)",
        "backup-unreadable",
        tidies="one_backup",
        also=("backup.private",),
    ),
    Fault(
        "no-backup",
        ("backup.fresh",),
        "mv $(newest) $backups/away",
        "mv $backups/away $backups/$(date +%FT%H%M%S)",
        "backup-missing",
        tidies="one_backup",
        also=("backup.private",),
    ),
    Fault(
        "backup-not-planned",
        ("backup.planned",),
        "keep /etc/cron.d/biomaid-backup-demo; rm /etc/cron.d/biomaid-backup-demo",
        "back /etc/cron.d/biomaid-backup-demo",
        "backup-not-planned",
    ),
    Fault(
        "backups-readable", ("backup.private",), "chmod 0755 $backups", "chmod 0700 $backups", "backup-world-readable"
    ),
    Fault(
        "a-dump-readable",
        ("backup.private",),
        "chmod 0644 $(newest)/database.dump",
        "chmod 0600 $(newest)/database.dump",
        "backup-files-open",
        outcome="warning",
    ),
    Fault(
        "backups-on-the-same-disk",
        ("backup.elsewhere",),
        "mkdir /root/backups; cp -a $backups/. /root/backups; umount $backups; keep $backups; "
        "rm -rf $backups/*; cp -a /root/backups/. $backups",
        "back $backups; mount -t tmpfs -o mode=0700 backups $backups; cp -a /root/backups/. $backups; "
        "rm -r /root/backups",
        "backup-on-same-disk",
        outcome="warning",
        left="another disk is needed",
    ),
    Fault(
        "dump-altered",
        ("backup.restore",),
        "keep $(newest); printf '\\377\\377\\377\\377' | "
        "dd of=$(newest)/database.dump bs=1 conv=notrunc status=none "
        # Among the data, which comes last: what is wrong with the list before it is seen without restoring.
        "seek=$(($(stat -c %s $(newest)/database.dump) - 3000))",
        "back $(newest)",
        "dump-altered",
        tidies="one_backup",
        trials=True,
    ),
    Fault(
        "rows-missing-in-the-dump",
        ("backup.restore",),
        'keep $(newest); sed -i \'s/"public.auth_permission": [0-9]*/"public.auth_permission": 9999/\' '
        "$(newest)/manifest.json",
        "back $(newest)",
        "restore-differs",
        tidies="one_backup",
        trials=True,
    ),
)
