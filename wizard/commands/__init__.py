"""The commands of the command line; `wizard.cli` parses their arguments."""
