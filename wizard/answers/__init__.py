"""Questions to validated answers; the answers file; what was found of an instance."""
