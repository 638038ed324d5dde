"""Nothing: that it is there is what counts."""
