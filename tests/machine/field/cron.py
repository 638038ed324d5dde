"""Reports about: would cron run it."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

SPOOL = "/var/spool/cron/crontabs/demo"
TABLE = "/etc/cron.d/biomaid-backup-demo"
GREEN = Before(False, "", False, "left")


def _spool(id: str, breaks: str, cause: str, left: str = "", **more: str) -> Fault:
    """A fault of the instance's crontab."""
    return Fault(id, ("cron.lines",), f"keep {SPOOL}; {breaks}", f"back {SPOOL}", cause, left=left, **more)  # type: ignore[arg-type]


def _table(id: str, breaks: str, cause: str, left: str = "", mends: str = "", tidies: str = "") -> Fault:
    """A fault of the table that makes the backups."""
    mends = mends or f"back {TABLE}"
    return Fault(id, ("backup.planned",), f"keep {TABLE}; {breaks}", mends, cause, left=left, tidies=tidies)


REPORTS: tuple[Report, ...] = (
    Report(
        _spool("cron-no-newline", f"truncate -s -1 {SPOOL}", "cron-no-newline"),
        "review, section A",
        "No job ran: the last line had no line feed, and cron ignored the whole table.",
        GREEN,
    ),
    Report(
        _table("crond-mode", f"chmod 0664 {TABLE}", "cron-table-mode"),
        "review, section A",
        "No backup was made any more: cron takes no table that a group may write.",
        GREEN,
    ),
    Report(
        _table("cron-d-no-newline", f"truncate -s -1 {TABLE}", "cron-no-newline"),
        "https://github.com/modoboa/modoboa/issues/1345",
        "An installer wrote a file of /etc/cron.d without a line feed at its end, and nothing of it ever ran.",
        GREEN,
    ),
    Report(
        _table(
            "cron-d-dot",
            f"mv {TABLE} {TABLE}.example.org",
            "cron-file-name",
            mends=f"mv {TABLE}.example.org {TABLE}",
            tidies=f"rm {TABLE}.example.org",
        ),
        "https://github.com/kovshenin/sail/issues/60",
        "A table named after a site, example.com, was never read: names with a dot are left out.",
        GREEN,
    ),
    Report(
        _table("cron-d-owner", f"chown demo {TABLE}", "cron-table-owner", "its owner may have written what root runs"),
        "https://github.com/gitbls/sdm/issues/80",
        "A table was copied with the user that owned it, and cron said WRONG FILE OWNER.",
        GREEN,
    ),
    Report(
        _table(
            "cron-d-bad-user",
            f"sed -i 's/ root / /' {TABLE}",
            "cron-no-user",
        ),
        "https://github.com/YunoHost-Apps/pixelfed_ynh/issues/155",
        "A line in /etc/cron.d without a user's name made cron ignore the file.",
        GREEN,
    ),
    Report(
        _table("cron-d-gone", f"rm {TABLE}", "backup-not-planned"),
        "https://github.com/usmannasir/cyberpanel/issues/372",
        "The line that made the backups was gone from cron's tables, and nothing said so.",
        GREEN,
    ),
    Report(
        _table(
            "cron-d-link",
            f"mv {TABLE} $home/backup.cron; chown demo $home/backup.cron; ln -s $home/backup.cron {TABLE}",
            "cron-table-linked",
            "its owner may have written what root runs",
            f"rm $home/backup.cron; back {TABLE}",
        ),
        "https://github.com/hakwerk/labca/issues/67",
        "A table that is a link to a file of another user's was refused.",
        GREEN,
    ),
    Report(
        _spool("cron-crlf", rf"sed -i 's/$/\r/' {SPOOL}", "cron-carriage-returns"),
        "https://github.com/AndyTaylorTweet/Pi-Star_DV_Dash/pull/54",
        "After the table was edited from Windows, no job did its work.",
        GREEN,
    ),
    Report(
        _spool(
            "cron-percent",
            rf"sed -i 's/cron_hourly.log/cron_hourly.$(date +%F).log/' {SPOOL}",
            "cron-percent",
        ),
        "https://github.com/DOAJ/doaj/pull/1135",
        "A date with percent signs in a file's name silently kept the job from running.",
        Before(True, "cron-lines-missing", False, "repaired"),
    ),
    Report(
        _spool("cron-spool-mode", f"chmod 0644 {SPOOL}", "cron-table-mode"),
        "https://github.com/cfengine/core/pull/468",
        "A configuration tool had set the mode of the crontab, which cron then ignored.",
        GREEN,
    ),
    Report(
        _spool("cron-spool-owner", f"chown daemon {SPOOL}", "cron-table-owner", "its owner may have written it"),
        "https://github.com/torrancew/puppet-cron/issues/16",
        "After a copy to another machine the table belonged to another account, and cron refused it.",
        GREEN,
    ),
    Report(
        _spool(
            "cron-bad-hour",
            f"printf '0 24 * * * true\\n' >>{SPOOL}",
            "cron-bad-line",
            "what somebody wrote is not rewritten",
        ),
        "https://github.com/kartoza/docker-pg-backup/pull/111",
        "One wrong field in one line, and none of the table's jobs ran.",
        GREEN,
    ),
    Report(
        Fault(
            "cron-root-password-expired",
            ("backup.planned",),
            "keep /etc/shadow; chage -M 90 -d 2024-01-01 root",
            "back /etc/shadow",
            "cron-password-expired",
        ),
        "https://github.com/omega8cc/boa/issues/1093",
        "After weeks no job of root's ran: the password had expired, and PAM let cron start nothing.",
        GREEN,
    ),
    Report(
        Fault(
            "cron-account-expired",
            ("cron.lines",),
            "keep /etc/shadow; chage -E 2024-01-01 demo",
            "back /etc/shadow",
            "cron-account-expired",
        ),
        "https://github.com/sudo-project/sudo/issues/143",
        "An account had come to its end without anybody's knowing, and PAM refused all that asked for it.",
        GREEN,
    ),
    Report(
        _spool(
            "cron-path",
            f"sed -i 's/bash run-instance.sh/poetry run python manage.py/' {SPOOL}",
            "cron-program-not-found",
        ),
        "https://github.com/rddl-network/rddl-client/pull/3",
        "A job in /etc/cron.d did not find poetry, which is not on cron's short PATH.",
        GREEN,
    ),
    Report(
        _spool(
            "cron-source",
            f"sed -i 's#umask 022; #source /etc/environment \\&\\& #' {SPOOL}",
            "cron-not-bash",
        ),
        "https://github.com/Tivix/django-cron/issues/129",
        "`source venv/bin/activate &&` at the head of the job: cron's shell is dash, which knows no `source`.",
        Before(True, "cron-lines-missing", False, "repaired"),
    ),
    Report(
        _spool(
            "cron-pipefail",
            f"sed -i 's#umask 022; #set -eo pipefail; #' {SPOOL}",
            "cron-not-bash",
        ),
        "https://github.com/arillso/ansible.restic/pull/7",
        "`set -o pipefail` at the head of the job ended it: cron's shell is not bash.",
        GREEN,
    ),
)
"""In the order of their names."""
