"""What can be changed on a host, as data: each change with its effect, its typed form and its undo."""
