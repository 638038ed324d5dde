"""Faults of the code, its environment and its local folder."""

from __future__ import annotations

from tests.machine.faults.fault import Fault

CODE = (
    Fault(
        "another-revision",
        ("code.revision",),
        "runuser -u demo -- git -C $code checkout -q --detach origin/main",
        "runuser -u demo -- git -C $code checkout -q stable",
        "revision-moved",
        also=("code.clean", "environment.lock"),
    ),
    Fault(
        "a-file-modified",
        ("code.clean",),
        "keep $code/README.md; echo changed >>$code/README.md",
        "back $code/README.md",
        "files-modified",
        outcome="warning",
    ),
    Fault("media-of-root", ("code.media",), "chown root $home/media", "chown demo $home/media", "entry-other-owner"),
    Fault("no-folder-for-logs", ("code.log",), "mv $home/log $home/away", "mv $home/away $home/log", "entry-missing"),
)

ENVIRONMENT = (
    Fault(
        "poetry-not-linked",
        ("environment.poetry",),
        "mv $home/.local/bin/poetry $home/away",
        "mv $home/away $home/.local/bin/poetry",
        "poetry-not-linked",
    ),
    Fault(
        "poetry-removed",
        ("environment.poetry",),
        "mount -t tmpfs nothing $home/.local/share/pypoetry/venv",
        "umount $home/.local/share/pypoetry/venv",
        "poetry-missing",
        # What repaired it lies in what was mounted over it.
        tidies="umount -l $home/.local/share/pypoetry/venv",
    ),
    Fault(
        "no-path-line",
        ("environment.path",),
        "edit $home/.bashrc '/local.bin/d'",
        "back $home/.bashrc",
        "line-missing",
    ),
    Fault(
        "another-version-of-gunicorn",
        ("environment.lock",),
        "other_gunicorn 22.0.0",
        "other_gunicorn 23.0.0; serves",
        "environment-differs",
    ),
    Fault(
        "environment-removed",
        ("environment.lock",),
        "mount -t tmpfs nothing $home/.cache/pypoetry/virtualenvs",
        "umount $home/.cache/pypoetry/virtualenvs",
        "environment-missing",
        # What repaired it lies in what was mounted over it.
        tidies="umount -l $home/.cache/pypoetry/virtualenvs; serves",
    ),
)

LOCAL = (
    Fault(
        "local-dangling",
        ("local.link",),
        "mv $home/local_mon_ets $home/away",
        "mv $home/away $home/local_mon_ets",
        "link-dangling",
        also=("local.settings",),
    ),
    Fault(
        "local-settings-broken",
        ("local.settings",),
        "keep $home/local_mon_ets/settings.py; echo 'LIST = [' >>$home/local_mon_ets/settings.py",
        "back $home/local_mon_ets/settings.py",
        "python-syntax",
        left="the folder is the site's own, and only it knows what stood there",
    ),
)
