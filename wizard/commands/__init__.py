"""What each command of the command line does; `wizard.cli` only reads its words."""
