"""What knows nothing of Jalon: values, language, versions, secrets, TOML, rendering."""
