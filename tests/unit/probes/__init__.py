"""Tests of the probes and trials."""
