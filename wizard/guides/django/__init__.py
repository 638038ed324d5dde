"""What guides of Django applications share: the project and its `manage.py`, migrations, static files, the first
account, periodic jobs, the test server. A guide that uses it hands `READERS` over among its own readers."""

from __future__ import annotations

READERS = {"migrations": f"{__name__}.parts.installed:answer"}
