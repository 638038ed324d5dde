"""Tests that need no machine."""
