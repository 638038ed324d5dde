"""Trials: they act on the host to prove that something works, and restore it afterwards."""
