"""The servers of Red Hat's packages: real programs, which the machine's own Debian has, in Red Hat's own layout."""

from __future__ import annotations

PROGRAMS = ("nginx", "nginx-common", "cron", "redis-server", "redis-tools")
"""Debian's packages that the programs are taken from."""
LIBRARIES = ("libatomic1", "libjemalloc2", "liblzf1", "libpcre2-8-0", "libpam-runtime")
"""What they need of the system below them."""
TAKEN = "/srv/taken"
"""Where they are taken to while packages are built."""
WELCOME = "HTTP Server Test Page powered by: Rocky Linux"

NGINX_CONF = """\
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log;
pid /run/nginx.pid;

include /usr/share/nginx/modules/*.conf;

events {
    worker_connections 1024;
}

http {
    access_log          /var/log/nginx/access.log;
    sendfile            on;
    types_hash_max_size 4096;
    include             /etc/nginx/mime.types;
    default_type        application/octet-stream;

    include /etc/nginx/conf.d/*.conf;

    server {
        listen       80 default_server;
        listen       [::]:80 default_server;
        server_name  _;
        root         /usr/share/nginx/html;

        include /etc/nginx/default.d/*.conf;
    }
}
"""
NGINX_UNIT = """\
[Unit]
Description=The nginx HTTP and reverse proxy server
After=network-online.target remote-fs.target nss-lookup.target
Wants=network-online.target

[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/bin/rm -f /run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t
ExecStart=/usr/sbin/nginx
ExecReload=/usr/sbin/nginx -s reload
KillSignal=SIGQUIT
TimeoutStopSec=5
KillMode=mixed
PrivateTmp=true

[Install]
WantedBy=multi-user.target
"""
NGINX_INSTALL = """\
cd %{buildroot}
mkdir -p etc/nginx/conf.d etc/nginx/default.d usr/sbin usr/share/nginx/html usr/share/nginx/modules
mkdir -p var/lib/nginx var/log/nginx
cp TAKEN/nginx/usr/sbin/nginx usr/sbin/nginx
cp TAKEN/nginx-common/etc/nginx/mime.types etc/nginx/
echo '<!doctype html><title>WELCOME</title>' >usr/share/nginx/html/index.html
"""
NGINX_FILES = """\
/usr/sbin/nginx
/usr/share/nginx
%dir /etc/nginx
%dir /etc/nginx/conf.d
%dir /etc/nginx/default.d
%config(noreplace) /etc/nginx/mime.types
%config(noreplace) /etc/nginx/nginx.conf
%attr(0770,nginx,root) %dir /var/lib/nginx
%attr(0711,root,root) %dir /var/log/nginx
"""

CRON_UNIT = """\
[Unit]
Description=Command Scheduler
After=auditd.service nss-user-lookup.target systemd-user-sessions.service time-sync.target

[Service]
ExecStart=/usr/sbin/crond -f
KillMode=process
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""
# Debian's has its tables one folder further down: the same folder, in as many letters.
CRON_INSTALL = """\
cd %{buildroot}
mkdir -p etc/cron.d etc/pam.d usr/sbin usr/bin var/spool/cron
sed 's|crontabs|././././|g' TAKEN/cron/usr/sbin/cron >usr/sbin/crond
sed 's|crontabs|././././|g' TAKEN/cron/usr/bin/crontab >usr/bin/crontab
cp TAKEN/cron/etc/pam.d/cron etc/pam.d/cron
"""
CRON_FILES = """\
%attr(0755,root,root) /usr/sbin/crond
%attr(4755,root,root) /usr/bin/crontab
%dir /etc/cron.d
%config(noreplace) /etc/pam.d/cron
%attr(0700,root,root) %dir /var/spool/cron
"""

REDIS_UNIT = """\
[Unit]
Description=Redis persistent key-value database
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/redis-server /etc/redis/redis.conf --daemonize no --supervised systemd
Type=notify
User=redis
Group=redis
RuntimeDirectory=redis
RuntimeDirectoryMode=0755

[Install]
WantedBy=multi-user.target
"""
REDIS_INSTALL = """\
cd %{buildroot}
mkdir -p etc/redis usr/bin var/lib/redis
cp TAKEN/redis-tools/usr/bin/redis-check-rdb usr/bin/redis-server
cp TAKEN/redis-tools/usr/bin/redis-cli usr/bin/redis-cli
printf 'bind 127.0.0.1 -::1\\ndir /var/lib/redis\\n' >etc/redis/redis.conf
"""
REDIS_FILES = """\
/usr/bin/redis-server
/usr/bin/redis-cli
%attr(0750,redis,root) %dir /etc/redis
%attr(0640,redis,root) %config(noreplace) /etc/redis/redis.conf
%attr(0750,redis,redis) %dir /var/lib/redis
"""
