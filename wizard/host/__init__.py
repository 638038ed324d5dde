"""Reading a host: the only place of Jalon that looks at a machine. Nothing here changes one."""
