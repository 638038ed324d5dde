"""Faults of the settings, the tables and the static files."""

from __future__ import annotations

from tests.machine.faults.fault import Fault

SETTINGS = (
    Fault(
        "settings-readable",
        ("settings.mode",),
        "chmod 0644 $settings",
        "chmod 0600 $settings",
        "entry-too-open",
    ),
    Fault(
        "settings-broken",
        ("settings.compile",),
        "keep $settings; echo 'DEBUG = (' >>$settings",
        "back $settings",
        "python-syntax",
        also=("settings.safe",),
    ),
    Fault(
        "key-of-the-example",
        ("settings.safe",),
        "keep $settings; grep ^SECRET_KEY $code/example_instance_settings.py >>$settings",
        "back $settings",
        "secret-key-example",
    ),
    Fault(
        "debugging",
        ("settings.safe",),
        "edit $settings 's/^DEBUG = .*/DEBUG = True/'",
        "back $settings",
        "debug-on",
        outcome="warning",
    ),
    Fault(
        "name-not-allowed",
        ("settings.safe",),
        "edit $settings \"s/^ALLOWED_HOSTS = .*/ALLOWED_HOSTS = ['localhost']/\"",
        "back $settings",
        "hosts-missing",
    ),
)

MIGRATE = (
    Fault(
        "a-migration-pending",
        ("migrate.applied",),
        "manage migrate dem 0002",
        "manage migrate dem",
        "migrations-pending",
        also=("migrate.account",),
    ),
    Fault(
        "a-table-of-postgres",
        ("migrate.owner",),
        "sql 'ALTER TABLE dem_previsionnel OWNER TO postgres'",
        "sql 'ALTER TABLE dem_previsionnel OWNER TO demo_user'",
        "tables-other-owner",
    ),
    Fault(
        "no-superuser",
        ("migrate.account",),
        'sql "UPDATE common_user SET is_superuser = false"',
        "sql \"UPDATE common_user SET is_superuser = true WHERE username = 'admin'\"",
        "no-superuser",
    ),
    Fault(
        "another-superuser",
        ("migrate.account",),
        "sql \"UPDATE common_user SET username = 'chef' WHERE username = 'admin'\"",
        "sql \"UPDATE common_user SET username = 'admin' WHERE username = 'chef'\"",
        "other-superuser",
        outcome="warning",
        left="the name of an account is the site's to choose",
    ),
    Fault(
        "queries-log-of-root",
        ("migrate.log",),
        "chown root:root $code/queries.log",
        "chown demo:demo $code/queries.log",
        "entry-other-owner",
    ),
    Fault(
        "django-does-not-start",
        ("migrate.server",),
        "keep $settings; echo 'raise RuntimeError(\"lost\")' >>$settings",
        "back $settings",
        "test-server-ended",
        trials=True,
    ),
)

STATIC = (
    Fault(
        "logo-removed",
        ("static.logo",),
        'mv "$home/staticfiles/local/Logo BiomAid.png" $home/away',
        'mv $home/away "$home/staticfiles/local/Logo BiomAid.png"',
        "entry-missing",
        also=("nginx.logo",),
    ),
)
