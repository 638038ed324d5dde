"""Writing a guide: one to start from, and the check of what a guide promises."""
