"""Causes of failure that only BiomAid has."""
