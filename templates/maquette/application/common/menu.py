"""Menus come from the database, and are read once, when the addresses are."""

import sys

menus = []


def load_menus():
    """Reads the menus, except for the commands that make their table."""
    if sys.argv[1:2] and sys.argv[1] in ("migrate", "makemigrations", "reset_db"):
        return
    from common.models import Menu

    menus[:] = list(Menu.objects.values_list("label", "url_name"))
