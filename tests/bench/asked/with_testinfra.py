"""The twenty-five questions, asked by testinfra."""

import os

import pytest

INSTANCE, HOME = "demo", "/home/demo"
LOGO = "/static/local/Logo%20BiomAid.png"


@pytest.mark.parametrize("name", ["nginx", "postgresql", "cron"])
def test_package(host, name):
    assert host.package(name).is_installed


@pytest.mark.parametrize("name", ["nginx", "postgresql", "cron", f"biomaid-instance@{INSTANCE}"])
def test_unit(host, name):
    unit = host.service(name)
    assert unit.is_running and unit.is_enabled


def test_account(host):
    assert host.user(INSTANCE).home == HOME


def test_group(host):
    assert INSTANCE in host.user("www-data").groups


@pytest.mark.parametrize(
    ("path", "kind", "mode"),
    [
        (HOME, "directory", 0o750),
        (f"{HOME}/biomaid/instance_settings.py", "file", 0o600),
        (f"{HOME}/media", "directory", 0o755),
        (f"{HOME}/staticfiles/local/Logo BiomAid.png", "file", 0o644),
    ],
)
def test_entry(host, path, kind, mode):
    entry = host.file(path)
    assert (entry.is_directory, entry.user, entry.mode) == (kind == "directory", INSTANCE, mode)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"{HOME}/biomaid/local", f"{HOME}/local_mon_ets"),
        (f"/etc/nginx/sites-enabled/{INSTANCE}.conf", f"/etc/nginx/sites-available/{INSTANCE}.conf"),
    ],
)
def test_link(host, path, target):
    entry = host.file(path)
    assert entry.is_symlink and entry.linked_to == target


def test_default_site(host):
    assert not host.file("/etc/nginx/sites-enabled/default").exists


def test_socket(host):
    entry = host.file(f"{HOME}/biomaid.sock")
    assert entry.is_socket and entry.user == INSTANCE


@pytest.mark.parametrize("port", ["tcp://0.0.0.0:80", "tcp://127.0.0.1:5432"])
def test_port(host, port):
    assert host.socket(port).is_listening


def test_login(host):
    done = host.run("PGPASSFILE=%s psql -XAtqw -h localhost -U demo_user demo_db -c 'SELECT 1'", os.environ["PASSES"])
    assert done.stdout == "1\n"


def test_role(host):
    done = host.run(
        "runuser -u postgres -- psql -XAtqc \"SELECT rolcreatedb FROM pg_roles WHERE rolname = 'demo_user'\""
    )
    assert done.stdout == "t\n"


def test_database(host):
    words = "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'demo_db'"
    assert host.run("runuser -u postgres -- psql -XAtqc %s", words).stdout == "demo_user|UTF8\n"


@pytest.mark.parametrize(("path", "said"), [(LOGO, "200 image/png"), ("/", "302 ")])
def test_page(host, path, said):
    done = host.run("curl -s -o /dev/null -w '%%{http_code} %%{content_type}' http://localhost%s", path)
    assert done.stdout.startswith(said)


def test_crontab(host):
    lines = host.run("crontab -l -u demo").stdout
    assert all(f"runjobs {job} " in lines for job in ("quarter_hourly", "hourly", "daily", "weekly"))
