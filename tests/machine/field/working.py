"""Hosts that serve, made in other ways than the guide's: nothing of them may be red."""

from __future__ import annotations

from tests.machine.field.database import ADMIN
from wizard.base.values import Value

STRANGE = r"""
strange() { mv /var/lib/jalon/biomaid/demo /root/away; }
with_acl() { command -v setfacl >/dev/null || apt-get install -qy acl >/dev/null 2>&1; }
own=/etc/systemd/system/nginx.service.d
becomes_at() {
  for _ in $(seq 100); do
    [ "$(curl -s -o /dev/null -w '%{http_code}' "http://localhost:$1$2")" != "$3" ] || return 0
    sleep 0.1
  done
  return 1
}
known() { rm -rf /var/lib/jalon/biomaid/demo; mv /root/away /var/lib/jalon/biomaid/demo; }
"""
"""`strange` takes away what Jalon knows of the instance, so that it is found as one that somebody installed by hand;
`known` brings it back."""


class Working(Value):
    """One way to make a host: `made` in a sentence, `makes` and `undoes` as shell scripts with the words of faults and
    `STRANGE` before them. After `makes`, `serves` (a script too) must succeed: the host must work for people."""

    id: str
    made: str
    makes: str
    undoes: str
    serves: str = "served && test $(status '/static/local/Logo%20BiomAid.png') = 200"


SPOOL = "/var/spool/cron/crontabs"
PERIODS = "quarter_hourly hourly daily weekly"
RUN = "cd $home/biomaid && bash run-instance.sh runjobs"

# A fresh machine has no nft.
NFT = "command -v nft >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends nftables"
ONLY = (
    NFT + "; nft 'add table inet filter;"
    " add chain inet filter input { type filter hook input priority 0; policy drop; }'"
)

HOSTS: tuple[Working, ...] = (
    Working(
        "backup-by-timer",
        "a timer of systemd makes the backups, and no table of cron's",
        r"""
keep /etc/cron.d/biomaid-backup-demo; rm /etc/cron.d/biomaid-backup-demo
printf '[Service]\nExecStart=/usr/local/sbin/biomaid-backup-demo\n' >/etc/systemd/system/save.service
printf '[Timer]\nOnCalendar=*-*-* 02:41\n[Install]\nWantedBy=timers.target\n' >/etc/systemd/system/save.timer
systemctl daemon-reload; systemctl enable -q --now save.timer
""",
        "systemctl disable -q --now save.timer; rm /etc/systemd/system/save.*; systemctl daemon-reload;"
        " back /etc/cron.d/biomaid-backup-demo",
    ),
    Working(
        "body-size-for-all",
        "how large a request may be, and where it is kept, is set once for all of nginx's sites",
        "mkdir -p /srv/bodies; chown www-data: /srv/bodies; chmod 0700 /srv/bodies; resite '/client_max_body_size/d';"
        " printf 'client_max_body_size 50m;\\nclient_body_temp_path /srv/bodies;\\n' >/etc/nginx/conf.d/size.conf;"
        " refreshed",
        "rm /etc/nginx/conf.d/size.conf; unsite; rm -r /srv/bodies",
    ),
    Working(
        "database-asks-md5",
        "pg_hba.conf asks for md5, and the role's password is kept so",
        f"{ADMIN}edit $conf/pg_hba.conf 's/scram-sha-256/md5/'; pg reload; "
        "admin \"SET password_encryption = md5; ALTER ROLE demo_user PASSWORD '$secret'\"",
        f"{ADMIN}back $conf/pg_hba.conf; pg reload; admin \"ALTER ROLE demo_user PASSWORD '$secret'\"",
    ),
    Working(
        "database-bounded",
        "role and database may have some dozens of connections, and the password ends in many years",
        f"{ADMIN}admin \"ALTER ROLE demo_user CONNECTION LIMIT 40 VALID UNTIL '2099-01-01'\"; "
        "admin 'ALTER DATABASE demo_db CONNECTION LIMIT 60'",
        f"{ADMIN}admin \"ALTER ROLE demo_user CONNECTION LIMIT -1 VALID UNTIL 'infinity'\"; "
        "admin 'ALTER DATABASE demo_db CONNECTION LIMIT -1'",
    ),
    Working(
        "database-two-schemas",
        "the role looks into a schema of reports before public",
        f"{ADMIN}sql 'CREATE SCHEMA reports'; admin 'ALTER ROLE demo_user SET search_path = reports, public'",
        f"{ADMIN}admin 'ALTER ROLE demo_user RESET search_path'; sql 'DROP SCHEMA reports'",
    ),
    Working(
        "database-with-a-past",
        "the history names an application that is gone, a migration under its old name, and one twice",
        f"{ADMIN}recorded gone 0007_x; recorded dem 0001_initial; recorded dem 0002_squashed_before",
        f"{ADMIN}unrecorded gone 0007_x; unrecorded dem 0002_squashed_before; unrecorded dem 0001_initial; "
        "recorded dem 0001_initial",
    ),
    Working(
        "default-server",
        "the site is the default one, over IPv4 and IPv6",
        r"resite 's/^    listen \(.*\);/    listen \1 default_server;/'",
        "unsite",
    ),
    Working(
        "enabled-without-a-link",
        "the site's file lies in sites-enabled itself, and Jalon has never seen this host",
        "strange; rm /etc/nginx/sites-enabled/demo.conf; mv $site /etc/nginx/sites-enabled/labo; refreshed",
        "mv /etc/nginx/sites-enabled/labo $site; ln -s ../sites-available/demo.conf /etc/nginx/sites-enabled/demo.conf;"
        " known; refreshed",
    ),
    Working(
        "environment-beside-the-code",
        "the environment is a `.venv` beside the code, which Poetry then uses",
        r"""
v=$(echo $home/.cache/pypoetry/virtualenvs/biomaid-*)
cp -a $v $code/.venv
for p in $code/.venv/bin/*; do [ -L $p ] || sed -i "s#$v#$code/.venv#g" $p; done
serves
""",
        "rm -rf $code/.venv; serves",
    ),
    Working(
        "firewall-with-the-hospital",
        "a packet filter lets in what comes from the hospital's networks alone",
        f"{ONLY};"
        " for rule in 'iif lo accept' 'ct state established,related accept' 'ip saddr 10.0.0.0/8 accept'; do"
        " nft add rule inet filter input $rule; done",
        "nft delete table inet filter",
    ),
    Working(
        "firewall-with-the-web",
        "a packet filter lets in ssh and the web, and nothing else",
        f"{ONLY};"
        " for rule in 'iif lo accept' 'ct state established,related accept' 'tcp dport { 22, 80, 443 } accept'; do"
        " nft add rule inet filter input $rule; done",
        "nft delete table inet filter",
    ),
    Working(
        "home-elsewhere",
        "the home is a link to a folder on another path",
        "systemctl stop $unit; mkdir -p /srv/homes; mv $home /srv/homes/demo; ln -s /srv/homes/demo $home; serves",
        "systemctl stop $unit; rm $home; mv /srv/homes/demo $home; serves",
    ),
    Working(
        "home-open-to-all",
        "nothing stands in the way of anybody, and www-data is in no group",
        "gpasswd -d www-data demo >/dev/null; chmod 755 $home; refreshed",
        "chmod 750 $home; gpasswd -a www-data demo >/dev/null; refreshed",
    ),
    Working(
        "jobs-by-root",
        "root's crontab runs the jobs with su, behind a lock, and asks a page when they are done",
        rf"""
keep {SPOOL}/demo; crontab -u demo -r
for period in {PERIODS}; do
  echo "7 * * * * flock -n /run/$period.lock su - demo -c '{RUN} $period >>log/$period.log 2>&1' && curl -fs localhost"
done | crontab -u root -
""",
        f"crontab -u root -r; back {SPOOL}/demo",
    ),
    Working(
        "jobs-by-timers",
        "timers of systemd run the jobs, one unit for all periods",
        rf"""
keep {SPOOL}/demo; crontab -u demo -r
printf '[Service]\nUser=demo\nWorkingDirectory=%s\nExecStart=/usr/bin/bash run-instance.sh runjobs %%i\n' \
  $code >/etc/systemd/system/jobs@.service
printf '[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n' >/etc/systemd/system/jobs@.timer
systemctl daemon-reload
for period in {PERIODS}; do systemctl enable -q jobs@$period.timer; done
""",
        f"for period in {PERIODS}; do systemctl disable -q jobs@$period.timer; done; "
        f"rm /etc/systemd/system/jobs@*; systemctl daemon-reload; back {SPOOL}/demo",
    ),
    Working(
        "jobs-in-cron-d",
        "a table of the system runs the jobs, with limits and niceness, names for days, and no home in it",
        rf"""
keep {SPOOL}/demo; crontab -u demo -r
{{
  printf 'SHELL=/bin/bash\nMAILTO=""\n\n'
  for period in {PERIODS}; do
    printf '7 3 * * Mon-Fri\tdemo\tcd ~/biomaid; timeout -k 9 1h nice -n 19 ./run-instance.sh '
    echo "runjobs $period &>>~/log/jobs-\%.log"
  done
}} >/etc/cron.d/biomaid_jobs
""",
        f"rm /etc/cron.d/biomaid_jobs; back {SPOOL}/demo",
    ),
    Working(
        "jobs-with-their-environment",
        "the crontab activates the environment by its path, and calls manage.py",
        rf"""
keep {SPOOL}/demo
bin=$(echo $home/.cache/pypoetry/virtualenvs/biomaid-*/bin)
{{
  echo "PATH=$bin:/usr/bin:/bin"
  echo "0 5 * * 7 . $bin/activate && cd biomaid && python manage.py runjobs weekly >>$home/log/w 2>&1"
  echo "0 5 * * * cd $code && $bin/python3 -u manage.py runjobs daily 2>&1 | logger -t jobs"
  echo "0 * * * * cd $code && python manage.py runjobs hourly >>$home/log/h 2>&1"
  echo "*/15 * * * * bash -lc 'cd biomaid && poetry run python manage.py runjobs quarter_hourly' >>log/q 2>&1"
  printf '# no more'
}} | crontab -u demo -
""",
        f"back {SPOOL}/demo",
    ),
    Working(
        "killed-once-and-back",
        "the service was killed once, and systemd has started it again",
        "systemctl kill -s KILL $unit; sleep 3; served",
        "serves",
    ),
    Working(
        "listens-at-its-address",
        "the site names the machine's own address in its `listen`, and no other",
        "resite \"s/listen 80;/listen $(hostname -I | cut -d ' ' -f 1):80;/; /listen \\\\[::\\\\]/d\"",
        "unsite",
        serves="test $(curl -s -o /dev/null -w '%{http_code}' -H 'Host: serveur'"
        " http://$(hostname -I | cut -d ' ' -f 1)/) = 302",
    ),
    Working(
        "log-elsewhere",
        "nginx writes its log to another folder",
        "mkdir -p /srv/log; edit /etc/nginx/nginx.conf 's,/var/log/nginx/,/srv/log/,'; refreshed",
        "back /etc/nginx/nginx.conf; refreshed; rm -r /srv/log",
    ),
    Working(
        "nginx-as-the-instance",
        "nginx's workers run as the instance's own user",
        "edit /etc/nginx/nginx.conf 's/^user .*/user demo;/'; gpasswd -d www-data demo >/dev/null; refreshed",
        "back /etc/nginx/nginx.conf; gpasswd -a www-data demo >/dev/null; refreshed",
    ),
    Working(
        "nginx-confined",
        "nginx sees homes read-only, has temporary folders of its own, and of all homes this one alone",
        r"""mkdir -p $own
printf '[Service]\nProtectHome=tmpfs\nBindReadOnlyPaths=/home/demo\nPrivateTmp=yes\nReadOnlyPaths=/srv\n' >$own/a.conf
systemctl daemon-reload; refreshed""",
        "rm -r $own; systemctl daemon-reload; refreshed",
    ),
    Working(
        "nginx-homes-read-only",
        "nginx sees homes read-only",
        r"mkdir -p $own; printf '[Service]\nProtectHome=read-only\n' >$own/a.conf; systemctl daemon-reload; refreshed",
        "rm -r $own; systemctl daemon-reload; refreshed",
    ),
    Working(
        "nginx-of-the-group",
        "nginx is told the group to run with, and the group file says nothing of it",
        "edit /etc/nginx/nginx.conf 's/^user .*/user www-data demo;/'; gpasswd -d www-data demo >/dev/null; refreshed",
        "back /etc/nginx/nginx.conf; gpasswd -a www-data demo >/dev/null; refreshed",
    ),
    Working(
        "nginx-with-maps-of-its-own",
        "nginx has maps of the administrator's, whose words are no directives",
        r"""
echo 'map $http_upgrade $way { default upgrade; "" close; }' >/etc/nginx/conf.d/maps.conf
echo 'geo $near { default 0; 127.0.0.0/8 1; }' >>/etc/nginx/conf.d/maps.conf
systemctl reload nginx; served
""",
        "rm /etc/nginx/conf.d/maps.conf; systemctl reload nginx; served",
    ),
    Working(
        "one-listen-line",
        "one line listens over both IPv4 and IPv6",
        r"resite '/^    listen [0-9]/d; s/^    listen \[::\]:\(.*\);/    listen [::]:\1 ipv6only=off;/'",
        "unsite",
    ),
    Working(
        "other-port",
        "the site listens on port 8080, and Jalon has never seen this host",
        r"strange; resite 's/^    listen \(\[::\]:\)\?80;/    listen \18080;/'",
        "unsite; known",
        "becomes_at 8080 / 302",
    ),
    Working(
        "poetry-keeps-environments-elsewhere",
        "Poetry is told to keep its environments in another folder",
        r"""
runuser -u demo -- mkdir -p $home/.config/pypoetry $home/envs
printf '[virtualenvs]\npath = "/home/demo/envs"\n' >$home/.config/pypoetry/config.toml
chown demo: $home/.config/pypoetry/config.toml
mv $home/.cache/pypoetry/virtualenvs/biomaid-* $home/envs/
for p in $home/envs/*/bin/*; do [ -L $p ] || sed -i 's#/.cache/pypoetry/virtualenvs/#/envs/#g' $p; done
serves
""",
        r"""
for p in $home/envs/*/bin/*; do
  [ -L $p ] || sed -i 's#/home/demo/envs/#/home/demo/.cache/pypoetry/virtualenvs/#g' $p
done
mv $home/envs/biomaid-* $home/.cache/pypoetry/virtualenvs/; rm -rf $home/envs $home/.config/pypoetry; serves
""",
    ),
    Working(
        "settings-of-the-cluster-in-a-folder",
        "a setting of PostgreSQL's lies in conf.d",
        r"""
echo "work_mem = '8MB'" >/etc/postgresql/15/main/conf.d/own.conf
systemctl reload postgresql@15-main
""",
        "rm /etc/postgresql/15/main/conf.d/own.conf; systemctl reload postgresql@15-main",
    ),
    Working(
        "site-in-conf-d",
        "the site lies in conf.d under another name, and Jalon has never seen this host",
        "strange; rm /etc/nginx/sites-enabled/demo.conf; mv $site /etc/nginx/conf.d/labo.conf; refreshed",
        "mv /etc/nginx/conf.d/labo.conf $site; ln -s ../sites-available/demo.conf /etc/nginx/sites-enabled/demo.conf;"
        " known; refreshed",
    ),
    Working(
        "statics-elsewhere",
        "the static files lie on another path, to which a link of the instance's leads",
        "mkdir -p /srv/static; mv $home/staticfiles /srv/static/demo; chown -h demo:demo /srv/static/demo;"
        " runuser -u demo -- ln -s /srv/static/demo $home/staticfiles; served",
        "rm $home/staticfiles; mv /srv/static/demo $home/staticfiles; served",
    ),
    Working(
        "tcp",
        "gunicorn listens on a TCP port, by a unit of another name, and Jalon has never seen this host",
        r"""strange; systemctl disable -q --now $unit
printf '%s\n' '[Service]' User=demo WorkingDirectory=$code Restart=always \
  "ExecStart=$home/.local/bin/poetry run gunicorn --workers 2 --log-file ../log/gunicorn_django.log \
  -b 127.0.0.1:8000 dra.wsgi" '[Install]' WantedBy=multi-user.target >/etc/systemd/system/labo.service
systemctl daemon-reload; systemctl enable -q --now labo
resite 's,proxy_pass .*,proxy_pass http://127.0.0.1:8000;,'""",
        "systemctl disable -q --now labo; rm /etc/systemd/system/labo.service; systemctl daemon-reload;"
        " systemctl enable -q --now $unit; known; unsite; served",
    ),
    Working(
        "tls-before-it",
        "another machine ends TLS and hands on to this one, which wants https of everybody",
        "keep $settings;"
        " printf '\\nSECURE_SSL_REDIRECT = True\\nCSRF_COOKIE_SECURE = True\\nSESSION_COOKIE_SECURE = True\\n"
        'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\\n\' >>$settings; systemctl restart $unit',
        "back $settings; serves",
        serves="for _ in $(seq 100); do test \"$(curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-Proto: https'"
        ' http://localhost/)" != 302 || exit 0; sleep 0.1; done; exit 1',
    ),
    Working(
        "unit-of-another-name",
        "gunicorn is started by a unit that somebody wrote, and Jalon has never seen this host",
        r"""strange; systemctl disable -q --now $unit
printf '%s\n' '[Unit]' Description=Labo '[Service]' User=demo Group=demo WorkingDirectory=$code Restart=always \
  'ExecStart=/bin/bash run-instance.sh' '[Install]' WantedBy=multi-user.target >/etc/systemd/system/labo.service
systemctl daemon-reload; systemctl enable -q --now labo""",
        "systemctl disable -q --now labo; rm /etc/systemd/system/labo.service; systemctl daemon-reload;"
        " systemctl enable -q --now $unit; known; served",
    ),
    Working(
        "unit-with-drop-ins",
        "drop-ins give the service another priority, umask and policy of restarts",
        r"""printf '[Service]\nNice=5\nUMask=0027\nRestart=always\nProtectSystem=strict\nReadWritePaths=%s\n' $home \
>/etc/systemd/system/$unit.d/own.conf; serves""",
        "rm /etc/systemd/system/$unit.d/own.conf; serves",
    ),
    Working(
        "upstream-block",
        "the socket stands in a block `upstream`",
        r"resite 's,proxy_pass .*,proxy_pass http://Demo_app;,;"
        r" 1i upstream Demo_app { server unix:'$home'/biomaid.sock; }'",
        "unsite",
    ),
    Working(
        "way-in-by-acl",
        "www-data is in no group, and an access control list lets it pass the home",
        "with_acl; gpasswd -d www-data demo >/dev/null; setfacl -m u:www-data:x $home; refreshed",
        "setfacl -b $home; gpasswd -a www-data demo >/dev/null; refreshed",
    ),
    Working(
        "way-in-by-another-group",
        "the home belongs to a group of web servers",
        "gpasswd -d www-data demo >/dev/null; groupadd web; gpasswd -a www-data web >/dev/null; chgrp web $home;"
        " refreshed",
        "chgrp demo $home; groupdel web; gpasswd -a www-data demo >/dev/null; refreshed",
    ),
    Working(
        "wildcard-names",
        "the site is known by a pattern of names besides",
        r"resite 's/^    server_name .*/    server_name localhost 127.0.0.1 serveur *.example ~^labo[0-9]+$;/'",
        "unsite",
    ),
)
"""In the order of their names."""
