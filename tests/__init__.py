"""The tests: they mirror src, and talk to public functions or to the wire."""
