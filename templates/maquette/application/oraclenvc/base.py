"""The driver named for the maintenance software's database: known by name, never connected to here."""

from django.db.backends.dummy.base import DatabaseWrapper  # noqa: F401
