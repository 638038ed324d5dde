"""A BiomAid installed by typing what its document says, with names of its own; no Jalon had a hand in it.

The document's evident slips are corrected: what a fresh Debian lacks is installed, nginx may pass the home, paths are
whole, `collectstatic` is spelled right, somebody may log in. Its holes are not: a `root` that is the home, a `location`
without the slash that its `alias` has, settings that others may read, the secret key of the example.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.machine.biomaid import BINDS, SOURCE, ready_layer
from tests.machine.machine import Machine, layer

NAME = "biomed"
HOME = f"/home/{NAME}"
PASSWORD = "mdp-du-labo-7"
HOST = "biomaid.chu.example"
CHIEF = "chef"

AS_ROOT = f"""
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -qy --no-install-recommends nginx postgresql gcc python3-dev libpq-dev make git curl cron adduser \
    python3-venv
adduser --disabled-password --gecos '' {NAME}
chmod 750 {HOME}
cd /
su postgres -c "psql -qc \\"CREATE ROLE biomed_app LOGIN CREATEDB PASSWORD '{PASSWORD}'\\""
su postgres -c 'createdb --owner biomed_app --template=template0 --encoding=UTF8 --locale=C.UTF-8 biomed_prod'
git config --system --add safe.directory '*'
"""

AS_INSTANCE = f"""
set -e
cd
git clone -q {SOURCE} biomaid
mkdir media log
cd biomaid
git checkout -q stable
python3 -m venv ~/.local/share/pypoetry/venv
~/.local/share/pypoetry/venv/bin/pip install -q poetry==2.5.1 poetry-plugin-pypi-mirror
mkdir -p ~/.local/bin
ln -s ~/.local/share/pypoetry/venv/bin/poetry ~/.local/bin/poetry
echo 'export PATH="$HOME/.local/bin:$PATH"' >>~/.bashrc
export PATH="$HOME/.local/bin:$PATH" PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring
venv=~/.local/share/pypoetry/venv/bin
export POETRY_PYPI_MIRROR_URL="${{PIP_INDEX_URL:-$($venv/pip config get global.index-url ||
    $venv/python -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)')}}"
poetry install -q --no-root --without=dev --without=tests --without=doc
cp -R local_biomaid ../local_chu
ln -sf ../local_chu local
cp example_instance_settings.py instance_settings.py
python3 - <<'END'
from pathlib import Path
path = Path("instance_settings.py")
text = path.read_text().replace('"127.0.0.1"]', '"127.0.0.1", "{HOST}", "192.0.2.44"]', 1)
text = text.replace("http://localhost:8000", "http://{HOST}")
start = text.index("DATABASES")
end = text.index("}}\\n\\nEMAIL_PORT")
text = text[:start] + '''DATABASES = {{
    'default': {{
        'ENGINE': 'django.db.backends.postgresql_psycopg2',
        'NAME': 'biomed_prod',
        'USER': 'biomed_app',
        'PASSWORD': '{PASSWORD}',
        'HOST': 'localhost',
        'PORT': '',
    }},
''' + text[end:]
path.write_text(text + "\\nSTATIC_ROOT = '../staticfiles'\\n")
END
poetry run python manage.py migrate -v0
DJANGO_SUPERUSER_PASSWORD=essai-du-chef poetry run python manage.py createsuperuser --no-input \
    --username {CHIEF} --email chef@chu.example
poetry run python manage.py collectstatic --no-input -v0
crontab - <<'END'
# m h  dom mon dow   command
*/15 * * * * cd biomaid ; bash run-instance.sh runjobs quarter_hourly >> {HOME}/log/cron_quarter_hourly.log
7 * * * * cd biomaid ; bash run-instance.sh runjobs hourly >> {HOME}/log/cron_hourly.log
11 2 * * * cd biomaid ; bash run-instance.sh runjobs daily >> {HOME}/log/cron_daily.log
11 3 * * 1 cd biomaid ; bash run-instance.sh runjobs weekly >> {HOME}/log/cron_weekly.log
END
"""

SERVED = f"""
set -e
cat >/etc/nginx/sites-available/{NAME}.conf <<'END'
server {{
    listen 80;
    server_name {HOST};
    root {HOME};
    client_max_body_size 100m;
    location /static {{
        alias {HOME}/staticfiles/;
    }}
    location /media {{
        alias {HOME}/media/;
    }}
    location / {{
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_redirect off;
        if (!-f $request_filename) {{
            proxy_pass http://unix:{HOME}/biomaid.sock;
            break;
        }}
    }}
}}
END
rm /etc/nginx/sites-enabled/default
ln -sf /etc/nginx/sites-available/{NAME}.conf /etc/nginx/sites-enabled/
usermod -a -G {NAME} www-data
systemctl restart nginx
cp {HOME}/biomaid/tools/biomaid-instance@.service /etc/systemd/system
systemctl enable --now biomaid-instance@{NAME}.service
adduser --disabled-password --gecos '' curieux
"""


def _type(machine: Machine) -> None:
    machine.sh(AS_ROOT, timeout=900)
    machine.sh(AS_INSTANCE, user=NAME, timeout=900)
    machine.sh(SERVED)


def typed_layer() -> str:
    """A machine on which somebody typed the document's commands."""
    ready = ready_layer()
    key = hashlib.sha256(f"{ready}{Path(__file__).read_text()}".encode()).hexdigest()[:12]
    return layer(f"by-hand-{key}", _type, parent=ready, binds=BINDS)
