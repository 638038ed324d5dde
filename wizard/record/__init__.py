"""What is kept of an instance: state, journal, lock, skips."""
