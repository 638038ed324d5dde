"""Everything that holds Jalon to its word."""
