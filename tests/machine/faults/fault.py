"""What a fault is, and the words that the scripts of faults have in common."""

from __future__ import annotations

from wizard.base.values import Value

COMMON = r"""
keep() { mkdir -p /root/kept; rm -rf "/root/kept$1"; cp -a --parents "$1" /root/kept; }
back() { rm -rf "$1"; cp -a "/root/kept$1" "$1"; }
status() { curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://localhost$1" || true; }
becomes() { for _ in $(seq 300); do [ "$(status "$1")" != "$2" ] || return 0; sleep 0.1; done; return 1; }
started() {
  cpu=0
  for _ in $(seq 60); do
    before=$cpu cpu=$(systemctl show -P CPUUsageNSec $unit)
    [ $((cpu - before)) -ge 20000000 ] || return 0
    sleep 1
  done
  return 1
}
edit() { keep "$1"; sed -i "$2" "$1"; }
refreshed() { nginx -qt 2>/dev/null; restart nginx.service; }
resite() { edit $site "$1"; refreshed; }
unsite() { back $site; refreshed; served; }
serves() { systemctl daemon-reload; restart $unit; served; }
dies() {
  mkdir -p $slow; printf '[Service]\nRestartSec=90\n' >$slow/zz-slow.conf
  systemctl daemon-reload; restart $unit || true
  for _ in $(seq 400); do
    case $(systemctl show -P SubState $unit) in auto-restart|failed) return 0 ;; esac
    sleep 0.1
  done
  return 1
}
lives() { rm -rf $slow; serves; }
never_done() { cp -p "$1" /root/later; sed -Ei "/\"checkpoint\": \"($2)\"/d" "$1"; }
"""
"""What the scripts of every guide may use, which say themselves what `unit`, `site` and `slow` are, and when it is
`served`. `becomes PATH STATUS` waits until a page answers so, by the first worker that is up; `started` until no
worker of the service is still loading the application (it takes no processor any more); `dies` restarts the service
and waits until it has failed."""

WORDS = (
    r"""
set -eu
cd /
unit=biomaid-instance@demo.service
site=/etc/nginx/sites-available/demo.conf
home=/home/demo
code=$home/biomaid
settings=$code/instance_settings.py
drop_in=/etc/systemd/system/$unit.d/restart.conf
slow=/run/systemd/system/$unit.d
backups=/var/backups/demo
newest() { find $backups -mindepth 1 -maxdepth 1 | sort | tail -n 1; }
sql() { runuser -u postgres -- psql -qXAt -v ON_ERROR_STOP=1 -d demo_db -c "$1"; }
restart() { systemctl reset-failed "$1" 2>/dev/null || true; systemctl restart "$1"; }
served() { becomes / 302; }
manage() { cd $code; runuser -u demo -- $home/.local/bin/poetry run python manage.py "$@" >/dev/null; cd /; }
other_gunicorn() {
  cd $code
  runuser -u demo -- $home/.local/share/pypoetry/venv/bin/python -m pip \
    --python $home/.cache/pypoetry/virtualenvs/biomaid-*/bin/python install -q --no-deps gunicorn==$1
  cd /
}
one_backup() { rm -rf $backups/away; find $backups -mindepth 1 -maxdepth 1 | sort | head -n -1 | xargs -r rm -rf; }
"""
    + COMMON
)
"""What every script about BiomAid may use."""

PREPARES = """
echo LANG=C.UTF-8 >/etc/default/locale
mount -t tmpfs -o mode=0700 backups $backups
biomaid-backup-demo >/dev/null
served
"""
"""Makes green what a test machine cannot help being warned of, so that it can be turned: the locale and the disk of
the backups. The backup is a new one, for the machine's layer may be days old."""


class Fault(Value):
    """One thing that breaks.

    `turns` are the ids that come to `outcome` because of it, each with that `cause`; `also` are those that change
    with it, being skipped for depending on them or red for being broken by the same thing, and nothing else may
    change. `breaks` and `mends` are shell scripts with `WORDS` before them. `trials`: the trials of the checkpoint
    are made too. `waiting`: on the instance as it is before the service. `left` says why `jalon fix` does not
    repair it; empty where it does. What is offered for the probes in `refuses` is
    not agreed to. `tidies` is run after a repair, where the fault leaves something
    beside what it broke.
    """

    id: str
    turns: tuple[str, ...]
    breaks: str
    mends: str
    cause: str
    also: tuple[str, ...] = ()
    outcome: str = "failed"
    trials: bool = False
    waiting: bool = False
    left: str = ""
    tidies: str = ""
    refuses: tuple[str, ...] = ()

    @property
    def checkpoint(self) -> str:
        """The checkpoint that it is found in."""
        return self.turns[0].partition(".")[0]


WAITS = r"""
systemctl disable -q --now $unit
mkdir -p /root/later
never_done /var/lib/jalon/biomaid/demo/journal.jsonl 'service|cron|backup'
mv /etc/systemd/system/biomaid-instance@.service /etc/systemd/system/$unit.d /root/later
systemctl daemon-reload
crontab -u demo -l >/root/later/crontab
crontab -u demo -r
mv /etc/cron.d/biomaid-backup-demo /root/later/cron.d
mv /usr/local/sbin/biomaid-backup-demo /root/later
mv /etc/biomaid-backup-demo.secret /root/later/backup.secret
umount $backups
mv $backups /root/later/backups
becomes / 502
"""
"""Takes away what the checkpoints from the service on have made."""

WAITS_NO_MORE = r"""
cd /root/later
mv journal.jsonl /var/lib/jalon/biomaid/demo
mv backups $backups
mount -t tmpfs -o mode=0700 backups $backups
mv cron.d /etc/cron.d/biomaid-backup-demo
mv biomaid-backup-demo /usr/local/sbin
mv backup.secret /etc/biomaid-backup-demo.secret
biomaid-backup-demo >/dev/null
crontab -u demo crontab
mv biomaid-instance@.service $unit.d /etc/systemd/system
systemctl daemon-reload
systemctl enable -q --now $unit
served
"""
"""Brings back what `WAITS` took away."""
