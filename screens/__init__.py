"""The wizard's screens: a Textual application that starts `jalon` for all it looks at and all it changes."""
