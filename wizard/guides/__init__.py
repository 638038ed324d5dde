"""The guides, each reading like its document, and the registry that finds them."""
