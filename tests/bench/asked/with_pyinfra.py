"""The twenty-five questions, asked by pyinfra: operations that must find nothing to change."""

import os

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, files, server, systemd

INSTANCE, HOME = "demo", "/home/demo"
OWNED = {"user": INSTANCE, "group": INSTANCE}
AVAILABLE = f"/etc/nginx/sites-available/{INSTANCE}.conf"
PSQL = "runuser -u postgres -- psql -XAtqc"


def told(command: str) -> str:
    return (host.get_fact(Command, f"{command} || true") or "").strip()


def held(what: str, good: bool) -> None:
    """What no operation asks is a fact; where it is not so, something to change."""
    if not good:
        server.shell(name=what, commands=["false"])


for name in ("nginx", "postgresql", "cron"):
    apt.packages(packages=[name])
for name in ("nginx", "postgresql", "cron", f"biomaid-instance@{INSTANCE}"):
    systemd.service(service=f"{name}.service", running=True, enabled=True)
server.user(user=INSTANCE, home=HOME)
held("group", INSTANCE in told("id -nG www-data").split())
files.directory(path=HOME, mode="750", **OWNED)
files.file(path=f"{HOME}/biomaid/instance_settings.py", mode="600", **OWNED)
files.directory(path=f"{HOME}/media", mode="755", **OWNED)
files.file(path=f"{HOME}/staticfiles/local/Logo BiomAid.png", mode="644", **OWNED)
files.link(path=f"{HOME}/biomaid/local", target="../local_mon_ets", **OWNED)
files.link(path=f"/etc/nginx/sites-enabled/{INSTANCE}.conf", target=AVAILABLE)
files.link(path="/etc/nginx/sites-enabled/default", present=False)
held("socket", told(f"stat -c '%F %U' {HOME}/biomaid.sock") == f"socket {INSTANCE}")
ports = told("ss -Hltn | awk '{print $4}'").splitlines()
held("port 80", "0.0.0.0:80" in ports)
held("port 5432", "127.0.0.1:5432" in ports)
login = f"PGPASSFILE={os.environ['PASSES']} psql -XAtqw -h localhost -U demo_user demo_db -c 'SELECT 1'"
held("login", told(login) == "1")
held("role", told(f"{PSQL} \"SELECT rolcreatedb FROM pg_roles WHERE rolname = 'demo_user'\"") == "t")
words = "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'demo_db'"
held("database", told(f'{PSQL} "{words}"') == "demo_user|UTF8")
for path, said in (("/static/local/Logo%20BiomAid.png", "200 image/png"), ("/", "302 ")):
    page = told(f"curl -s -o /dev/null -w '%{{http_code}} %{{content_type}}' http://localhost{path}")
    held(path, f"{page} ".startswith(said))
lines = told("crontab -l -u demo")
held("crontab", all(f"runjobs {job} " in lines for job in ("quarter_hourly", "hourly", "daily", "weekly")))
