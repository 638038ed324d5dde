"""Findings with causes and remedies, and the base classes of probes and trials."""
