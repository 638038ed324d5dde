"""What was seen and why: findings with their causes and remedies, and the protocol of probes and trials."""
