"""Settings that hold for every unit test."""

from __future__ import annotations

from hypothesis import settings

# No folder of examples in the checkout, and no failure because a machine is slow.
settings.register_profile("jalon", database=None, deadline=None)
settings.load_profile("jalon")
