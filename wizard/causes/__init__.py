"""Diagnose failed probes from readings: find the cause and a remedy."""
