"""Readings of a host: the only package that inspects the machine. Nothing here changes it."""
