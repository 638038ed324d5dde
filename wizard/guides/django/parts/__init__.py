"""The readings, changes, steps, probes and trials of a Django project."""
