"""A git repository with the shape of BiomAid, for tests that cannot have the real one."""
