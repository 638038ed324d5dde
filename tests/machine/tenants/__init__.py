"""Attacks by whoever owns a part of a host, against root, `postgres` and the neighbours, for `test_tenants.py`."""
