"""The engine: plans, applies, verifies, repairs and undoes a guide, by running its steps over different hosts."""
