"""Output formats of plans, findings and runs: text, JSON, JUnit, HTML, Markdown, a shell script."""
