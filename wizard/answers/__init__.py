"""Questions, validation of answers, the answers file, and answers detected on the host."""
