"""The same changes and findings in other dress: text, JSON, JUnit, a shell script."""
