"""Checks at every start that each entry of each portal's menu leads somewhere."""

import sys

from django.apps import AppConfig
from django.urls import reverse


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "Commun"

    def ready(self):
        if sys.argv[1:2] and sys.argv[1] in ("migrate", "makemigrations", "reset_db"):
            return
        for name, entries in {"common": ("dem:home", "common:account")}.items():
            for entry in entries:
                try:
                    reverse(entry, kwargs={"url_prefix": "portal-config"})
                except Exception:
                    # Whatever the cause, the tables or the database itself: the application says no more than this.
                    raise RuntimeError(f"Portal '{name}': main menu entry url_name '{entry}' does not exist.")
