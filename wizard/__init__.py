"""Jalon without its screens: guides, engine, readings, changes and the command line."""

__version__ = "0.1.0"
