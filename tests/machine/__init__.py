"""Tests on throwaway Debian machines with real systemd, and what makes those machines."""
