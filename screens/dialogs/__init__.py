"""Questions and closer looks over a page."""
