"""The full screens, each with its style sheet beside it."""
