"""From a probe that is red to its cause and remedy, as far as readings tell them."""
