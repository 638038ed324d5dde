"""Hosts that serve, made in other ways than the guide's: nothing of them may be red."""

from __future__ import annotations

from wizard.base.values import Value

STRANGE = r"""
strange() { mv /var/lib/jalon/biomaid/demo /root/away; }
with_acl() { command -v setfacl >/dev/null || apt-get install -qy acl >/dev/null 2>&1; }
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


HOSTS: tuple[Working, ...] = (
    Working(
        "default-server",
        "the site is the default one, over IPv4 and IPv6",
        r"resite 's/^    listen \(.*\);/    listen \1 default_server;/'",
        "unsite",
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
        "site-in-conf-d",
        "the site lies in conf.d under another name, and Jalon has never seen this host",
        "strange; rm /etc/nginx/sites-enabled/demo.conf; mv $site /etc/nginx/conf.d/labo.conf; refreshed",
        "mv /etc/nginx/conf.d/labo.conf $site; ln -s ../sites-available/demo.conf /etc/nginx/sites-enabled/demo.conf;"
        " known; refreshed",
    ),
    Working(
        "way-in-by-acl",
        "www-data is in no group, and an access control list lets it pass the home",
        "with_acl; gpasswd -d www-data demo >/dev/null; setfacl -m u:www-data:x $home; refreshed",
        "setfacl -b $home; gpasswd -a www-data demo >/dev/null; refreshed",
    ),
)
"""In the order of their names."""
