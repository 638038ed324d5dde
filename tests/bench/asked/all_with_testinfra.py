"""All that `jalon verify biomaid` asks of a healthy host, asked by testinfra: one test a probe, named after it.

With testinfra's own modules where it has one for the question, else with the cheapest command that answers it. Where a
person would run the application's own tools (`manage.py showmigrations`, `poetry check`, `pip check`), which take a
second each, files and tables are compared here instead.
"""

import os

INSTANCE, HOME = "demo", "/home/demo"
CHECKOUT, LOCAL = f"{HOME}/biomaid", f"{HOME}/local_mon_ets"
SITE = f"/etc/nginx/sites-available/{INSTANCE}.conf"
UNIT = f"biomaid-instance@{INSTANCE}"
BACKUPS = f"/var/backups/{INSTANCE}"
LOGO = "Logo%20BiomAid.png"
PACKAGES = ("nginx", "postgresql", "gcc", "python3-dev", "libpq-dev", "make", "git", "curl", "cron", "adduser")


def said(host, words, *arguments):
    done = host.run(words, *arguments)
    assert done.rc == 0, done.stderr
    return done.stdout


def in_cluster(host, query):
    return said(host, "runuser -u postgres -- psql -XAtqc %s", query).strip()


def in_database(host, query):
    words = "PGPASSFILE=%s psql -XAtqw -h localhost -U demo_user demo_db -c %s"
    return said(host, words, os.environ["PASSES"], query).strip()


def fetched(host, path):
    words = "curl -s --path-as-is -o /dev/null -D - http://localhost%s"
    return said(host, words, path)


def runs(host, name):
    unit = host.service(name)
    return unit.is_running and unit.is_enabled


def test_system_distribution(host):
    assert host.system_info.distribution == "debian" and host.system_info.release.startswith("12")


def test_system_resources(host):
    assert said(host, "nproc && grep MemTotal /proc/meminfo && df -Pk /")


def test_system_python(host):
    assert said(host, "python3 --version").startswith("Python 3.1")


def test_system_sudo(host):
    assert host.package("sudo").is_installed and host.file("/etc/sudoers").mode == 0o440


def test_system_locale(host):
    assert said(host, "locale; locale -a")


def test_system_updates(host):
    assert "Candidate:" in said(host, "dpkg-query -W -f '${binary:Package}\\n' | xargs apt-cache policy")
    assert not host.file("/run/reboot-required").exists


def test_system_packages(host):
    assert all(host.package(name).is_installed for name in PACKAGES)


def test_system_postgresql(host):
    assert runs(host, "postgresql")


def test_system_cluster(host):
    query = "SELECT current_setting('max_connections')::int - count(*) FROM pg_stat_activity"
    assert int(in_cluster(host, query)) > 0


def test_system_postgresql_next(host):
    query = (
        "SELECT (SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL)"
        " + (SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL)"
        " + (SELECT count(*) FROM pg_settings WHERE pending_restart)"
    )
    assert in_cluster(host, query) == "0"


def test_system_nginx(host):
    assert runs(host, "nginx")


def test_system_nginx_next(host):
    said(host, "nginx -tq")


def test_system_cron(host):
    assert runs(host, "cron")


def test_user_account(host):
    assert host.user(INSTANCE).home == HOME


def test_user_home(host):
    entry = host.file(HOME)
    assert (entry.is_directory, entry.user, entry.group, entry.mode) == (True, INSTANCE, INSTANCE, 0o750)


def test_database_role(host):
    assert in_cluster(host, "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'demo_user'") == "t"


def test_database_owner(host):
    query = "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'demo_db'"
    assert in_cluster(host, query) == "demo_user|UTF8"


def test_database_login(host):
    assert in_database(host, "SELECT 1") == "1"


def test_code_revision(host):
    assert len(said(host, "runuser -u demo -- git -C %s rev-parse HEAD", CHECKOUT)) == 41


def test_code_clean(host):
    assert not said(host, "runuser -u demo -- git -C %s status --porcelain -uno", CHECKOUT)


def test_code_media(host):
    entry = host.file(f"{HOME}/media")
    assert (entry.is_directory, entry.user, entry.mode) == (True, INSTANCE, 0o755)


def test_code_log(host):
    entry = host.file(f"{HOME}/log")
    assert (entry.is_directory, entry.user, entry.mode) == (True, INSTANCE, 0o700)


def test_environment_poetry(host):
    assert host.file(f"{HOME}/.local/share/pypoetry/venv/bin/poetry").exists


def test_environment_path(host):
    assert host.file(f"{HOME}/.bashrc").contains(".local/bin")


def test_environment_lock(host):
    installed = said(host, "ls -d %s/.cache/pypoetry/virtualenvs/*/lib/python3*/site-packages/*.dist-info", HOME)
    assert "/django-" in installed.lower() and host.file(f"{CHECKOUT}/poetry.lock").contains('name = "django"')


def test_local_link(host):
    entry = host.file(f"{CHECKOUT}/local")
    assert entry.is_symlink and entry.linked_to == LOCAL


def test_local_settings(host):
    compile(host.file(f"{LOCAL}/settings.py").content_string, "settings.py", "exec")


def test_settings_mode(host):
    entry = host.file(f"{CHECKOUT}/instance_settings.py")
    assert (entry.is_file, entry.user, entry.mode) == (True, INSTANCE, 0o600)


def test_settings_compile(host):
    compile(host.file(f"{CHECKOUT}/instance_settings.py").content_string, "instance_settings.py", "exec")


def test_settings_safe(host):
    text = host.file(f"{CHECKOUT}/instance_settings.py").content_string
    assert "DEBUG = True" not in text and "SECRET_KEY" in text and "ALLOWED_HOSTS" in text


def test_migrate_applied(host):
    written = said(host, "find %s -path '*/migrations/0*.py' -not -path '*/site-packages/*'", CHECKOUT).splitlines()
    assert int(in_database(host, "SELECT count(*) FROM django_migrations")) >= len(written) > 0


def test_migrate_owner(host):
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'demo_user'"
    assert in_database(host, query) == "0"


def test_migrate_account(host):
    assert int(in_database(host, "SELECT count(*) FROM common_user WHERE is_superuser")) > 0


def test_migrate_log(host):
    entry = host.file(f"{CHECKOUT}/queries.log")
    assert (entry.is_file, entry.user) == (True, INSTANCE)


def test_static_logo(host):
    entry = host.file(f"{HOME}/staticfiles/local/Logo BiomAid.png")
    assert (entry.is_file, entry.user, entry.mode) == (True, INSTANCE, 0o644)


def test_nginx_port(host):
    assert host.socket("tcp://0.0.0.0:80").is_listening


def test_nginx_group(host):
    assert INSTANCE in host.user("www-data").groups


def test_nginx_logo(host):
    assert "image/png" in fetched(host, f"/static/local/{LOGO}")


def test_nginx_settings(host):
    assert " 404 " in fetched(host, "/static/instance_settings.py")


def test_nginx_traversal(host):
    assert " 404 " in fetched(host, "/static../biomaid/instance_settings.py")


def test_nginx_media_traversal(host):
    assert " 404 " in fetched(host, "/media../biomaid/instance_settings.py")


def test_nginx_media(host):
    assert "nosniff" in fetched(host, "/media/nothing")


def test_nginx_media_open(host):
    assert " 404 " in fetched(host, "/media/nothing.pdf")


def test_nginx_uploads(host):
    assert host.file(SITE).contains("client_max_body_size") and host.file("/var/lib/nginx/body").user == "www-data"


def test_nginx_downloads(host):
    assert host.file("/var/lib/nginx/proxy").user == "www-data"


def test_nginx_outside(host):
    assert not host.exists("nft") or " drop" not in said(host, "nft list ruleset")


def test_service_active(host):
    assert runs(host, UNIT)


def test_service_restart(host):
    assert "Restart=on-failure" in said(host, "systemctl show -p Restart,FragmentPath,DropInPaths %s", UNIT)


def test_service_unit_differs(host):
    shipped, installed = (
        host.file(f"{CHECKOUT}/tools/biomaid-instance@.service"),
        host.file("/etc/systemd/system/biomaid-instance@.service"),
    )
    assert "gunicorn" in shipped.content_string and "gunicorn" in installed.content_string


def test_service_socket(host):
    entry = host.file(f"{HOME}/biomaid.sock")
    assert entry.is_socket and entry.user == INSTANCE
    assert " 302 " in said(host, "curl -s -o /dev/null -D - --unix-socket %s http://localhost/", f"{HOME}/biomaid.sock")


def test_service_workers(host):
    assert len(host.process.filter(user=INSTANCE, comm="gunicorn")) >= 2


def test_service_timeout(host):
    assert "--timeout" not in said(host, "systemctl show -p ExecStart %s", UNIT)


def test_service_page(host):
    assert "csrfmiddlewaretoken" in said(host, "curl -sL http://localhost/")


def test_service_room(host):
    places = f"{HOME}/media {HOME}/log {CHECKOUT} {BACKUPS} /var/lib/postgresql /var/lib/nginx /tmp /var/tmp /var/log"
    assert said(host, f"df -Pk {places} && df -Pi {places}")


def test_cron_lines(host):
    lines = said(host, "crontab -l -u demo")
    assert all(f"runjobs {job} " in lines for job in ("quarter_hourly", "hourly", "daily", "weekly"))


def test_backup_fresh(host):
    newest = said(host, "ls -1d %s/2*", BACKUPS).splitlines()[-1]
    assert said(host, "find %s -name '*.dump' -mmin -2880 -exec pg_restore --list {} ';'", newest)


def test_backup_planned(host):
    assert host.file(f"/etc/cron.d/biomaid-backup-{INSTANCE}").contains("41 2 ")


def test_backup_private(host):
    assert not said(host, "find %s -perm /077", BACKUPS)


def test_backup_elsewhere(host):
    assert said(host, "stat -c %%d %s /var/lib/postgresql", BACKUPS)
