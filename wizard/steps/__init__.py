"""Steps: each says what should be so, and yields the changes that are missing on the host it is given."""
