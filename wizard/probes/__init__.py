"""Probes look at a host from outside and change nothing; trials prove by acting, and clean up after themselves."""
