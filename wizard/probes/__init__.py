"""Probes, which read the host and change nothing, and trials, which act on it and clean up."""
