"""Reports about: may a process read, write or pass there."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

WITH_ACL = "command -v setfacl >/dev/null || apt-get install -qy acl >/dev/null 2>&1\n"
"""What people set access control lists with; not there everywhere by itself."""
NGINX = "/etc/systemd/system/nginx.service.d"
UNIT = "/etc/systemd/system/$unit.d"
AS_IT_WAS = f"rm -rf {NGINX}; systemctl daemon-reload; restart nginx"
SERVICE = ("service.page", "service.socket", "service.workers")
BEHIND_NGINX = (
    *("nginx.logo", "nginx.media", "nginx.media-open", "nginx.media-traversal", "nginx.port", "nginx.settings"),
    *("nginx.traversal", "nginx.group", "service.page"),
)


def confined(folder: str, *settings: str) -> str:
    """Gives a unit a drop-in with these settings."""
    lines = r"\n".join(("[Service]", *settings))
    return f"mkdir -p {folder}; printf '{lines}\\n' >{folder}/hardening.conf; systemctl daemon-reload"


REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "acl-deny",
            ("user.home", "nginx.logo", "service.page"),
            f"{WITH_ACL}setfacl -m u:www-data:--- $home",
            "setfacl -b $home",
            "acl-denies",
            tidies="setfacl -b $home",
        ),
        "review",
        "An access control list of the home forbade nginx to pass: pictures 403, pages 502.",
        Before(True, "upstream-permission", False, "left"),
    ),
    Report(
        Fault(
            "acl-mask",
            ("user.home", "nginx.logo", "nginx.group", "service.page"),
            f"{WITH_ACL}gpasswd -d www-data demo >/dev/null; setfacl -m u:www-data:x $home; refreshed; served;"
            " chmod g= $home",
            "setfacl -b $home; chmod 750 $home; gpasswd -a www-data demo >/dev/null; refreshed",
            "acl-mask",
            tidies="setfacl -b $home; chmod 750 $home; gpasswd -a www-data demo >/dev/null; refreshed",
        ),
        "https://github.com/keycdn/cache-enabler/issues/320",
        "A `chmod` took away, by the mask, what the access control list gave the web server.",
        Before(True, "home-not-traversable", True, "repaired"),
    ),
    Report(
        Fault(
            "home-0700",
            ("user.home", "nginx.logo", "service.page"),
            "chmod 700 $home",
            "chmod 750 $home",
            "home-not-traversable",
        ),
        "https://github.com/mastodon/documentation/pull/1132",
        "The distribution makes homes 0700 or 0750 now, and nginx could not pass.",
        Before(True, "home-not-traversable", True, "repaired"),
    ),
    Report(
        Fault(
            "home-folder-closed",
            ("user.home", "nginx.logo", "service.page"),
            "chmod 700 /home",
            "chmod 755 /home",
            "home-not-traversable",
            also=(
                *("code.clean", "code.log", "code.media", "code.revision", "environment.lock", "environment.path"),
                *("environment.poetry", "local.link", "local.settings", "migrate.applied", "migrate.log"),
                *("service.socket", "service.unit-differs", "settings.compile", "settings.mode", "settings.safe"),
                *("static.logo", "system.python", "user.account"),
            ),
        ),
        "https://github.com/FuzzyGrim/Yamtrack/issues/1288",
        "A folder above the home was closed; opening the static files themselves changed nothing.",
        Before(True, "home-not-traversable", True, "left"),
    ),
    Report(
        Fault(
            "immutable-log",
            ("service.active",),
            "chattr +i $home/log/gunicorn_django.log; dies",
            "chattr -i $home/log/gunicorn_django.log; lives",
            "file-immutable",
            also=SERVICE,
            left="somebody protected it on purpose",
        ),
        "https://github.com/MagnaCapax/PMSS/issues/197",
        "A file had the attribute `i`: its owner could not write to it, whatever the mode said.",
        Before(True, "unit-failed", False, "left"),
    ),
    Report(
        Fault(
            "mime",
            ("nginx.logo",),
            "edit /etc/nginx/nginx.conf /mime.types/d; refreshed",
            "back /etc/nginx/nginx.conf; refreshed",
            "mime-types-not-included",
            tidies="back /etc/nginx/nginx.conf; refreshed",
        ),
        "review",
        "The list of types was not included: every file was served as `application/octet-stream`.",
        Before(True, "wrong-type", False, "left"),
    ),
    Report(
        Fault(
            "nginx-folder-missing",
            ("system.nginx",),
            confined(NGINX, "ReadWritePaths=/var/log/nginx /var/lib/nginx /var/cache/nginx")
            + "; restart nginx || true; until journalctl -u nginx -n 20 | grep -q NAMESPACE; do sleep 0.2; done",
            f"{AS_IT_WAS}; rmdir /var/cache/nginx 2>/dev/null || true",
            "sandbox-path-missing",
            also=BEHIND_NGINX,
            tidies=f"{AS_IT_WAS}; rmdir /var/cache/nginx",
        ),
        "https://github.com/myguard-labs/deb.myguard.nl/issues/36",
        "The hardened unit of a new nginx package named a folder that was not there, and nginx did not start.",
        Before(True, "unit-failed", False, "left"),
    ),
    Report(
        Fault(
            "nginx-inaccessible",
            ("nginx.logo",),
            confined(NGINX, "InaccessiblePaths=/home/demo/staticfiles") + "; restart nginx",
            AS_IT_WAS,
            "sandbox-hides",
            left="the setting names this one path: it was set on purpose",
        ),
        "https://github.com/nix-community/impermanence/issues/87",
        "A setting of the unit kept nginx from a folder that its user could read from a shell.",
        Before(True, "access-refused", False, "left"),
    ),
    Report(
        Fault(
            "nginx-of-another-package",
            ("nginx.group",),
            "useradd -r nginx; edit /etc/nginx/nginx.conf 's/^user .*/user nginx;/'; refreshed",
            "back /etc/nginx/nginx.conf; refreshed; userdel nginx",
            "server-other-user",
            also=("nginx.logo", "service.page"),
            tidies="back /etc/nginx/nginx.conf; refreshed; userdel nginx",
        ),
        "https://github.com/XTLS/Xray-docs-next/pull/585",
        "nginx ran as another user than the one that had been let in.",
        Before(True, "service-not-started", False, "false"),
    ),
    Report(
        Fault(
            "nginx-protecthome",
            ("user.home", "nginx.logo", "service.page"),
            confined(NGINX, "ProtectHome=yes") + "; restart nginx",
            AS_IT_WAS,
            "sandbox-hides",
            tidies=AS_IT_WAS,
        ),
        "review",
        "nginx had been confined and saw no homes; modes and groups were as they should be.",
        Before(True, "upstream-permission", False, "left"),
    ),
    Report(
        Fault(
            "noexec",
            ("service.active", "environment.poetry"),
            "mount --bind /home /home; mount -o remount,bind,noexec /home; dies",
            "umount -l /home || true; lives",
            "mount-noexec",
            also=SERVICE,
            tidies="umount -l /home; lives",
        ),
        "review",
        "The disk of the homes was mounted with `noexec`: nothing in them could be run.",
        Before(True, "unit-failed", False, "left"),
    ),
    Report(
        Fault(
            "socket-mode",
            ("service.page",),
            "chmod 755 $home/biomaid.sock",
            "chmod 777 $home/biomaid.sock",
            "socket-not-writable",
        ),
        "https://github.com/rommapp/romm/issues/3809",
        "nginx could read the socket, but not write to it: every page 502.",
        Before(True, "upstream-permission", False, "left"),
    ),
    Report(
        Fault(
            "statics-of-root",
            ("nginx.logo",),
            "chown -R root:root $home/staticfiles; chmod 700 $home/staticfiles",
            "chown -R demo:demo $home/staticfiles; chmod 755 $home/staticfiles",
            "file-of-another-user",
            also=("static.logo",),
            tidies="chown -R demo:demo $home/staticfiles; chmod 755 $home/staticfiles",
        ),
        "https://github.com/backuppc/backuppc/issues/171",
        "What was restored from a backup belonged to root.",
        Before(True, "home-not-traversable", True, "left"),
    ),
    Report(
        Fault(
            "umask-077",
            ("nginx.logo",),
            "mv $home/staticfiles $home/away; umask 077; manage collectstatic --no-input",
            "rm -rf $home/staticfiles; mv $home/away $home/staticfiles",
            "home-not-traversable",
            tidies="rm -rf $home/staticfiles; mv $home/away $home/staticfiles",
        ),
        "https://github.com/modoboa/modoboa-installer/issues/53",
        "The static files were gathered with a strict umask, and nginx could read none of them.",
        Before(True, "home-not-traversable", True, "left"),
    ),
    Report(
        Fault(
            "unit-protecthome",
            ("service.active",),
            confined(UNIT, "ProtectHome=yes", "BindPaths=") + "; dies",
            f"rm -f {UNIT}/hardening.conf {UNIT}/zz-access.conf; lives",
            "sandbox-hides",
            also=SERVICE,
            tidies=f"rm {UNIT}/hardening.conf {UNIT}/zz-access.conf; lives",
        ),
        "https://github.com/benoitc/gunicorn/issues/3140",
        "The unit hid the folder that it should work in: `200/CHDIR`.",
        Before(True, "unit-failed", False, "left"),
    ),
    Report(
        Fault(
            "unit-strict",
            ("service.active",),
            confined(UNIT, "ProtectSystem=strict", "ProtectHome=read-only", "BindPaths=") + "; dies",
            f"rm -f {UNIT}/hardening.conf {UNIT}/zz-access.conf; lives",
            "sandbox-read-only",
            also=SERVICE,
            tidies=f"rm {UNIT}/hardening.conf {UNIT}/zz-access.conf; lives",
        ),
        "https://github.com/mdwn/mtrack/pull/409",
        "The unit had been made strict, and the folder of its log was not among what it may write to.",
        Before(True, "unit-failed", False, "left"),
    ),
    Report(
        Fault(
            "var-log-nginx",
            ("system.nginx",),
            "mv /var/log/nginx /var/log/nginx.away; restart nginx || true",
            "rm -rf /var/log/nginx; mv /var/log/nginx.away /var/log/nginx; restart nginx",
            "nginx-file-missing",
            also=BEHIND_NGINX,
            tidies="rm -rf /var/log/nginx; mv /var/log/nginx.away /var/log/nginx; restart nginx",
        ),
        "review",
        "The folder of nginx's logs was gone, and nginx did not start.",
        Before(True, "nginx-file-missing", True, "left"),
    ),
)
"""In the order of their names."""
