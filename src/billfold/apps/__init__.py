"""The programs: server, command line."""
