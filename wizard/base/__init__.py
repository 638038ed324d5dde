"""Building blocks that depend on nothing else in Jalon: values, language, versions, secrets, TOML, rendering."""
