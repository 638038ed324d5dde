"""Trials: probes that prove by acting, say what they touch, and leave the host as they found it."""
