"""Bank file formats as pure libraries: values in, bytes out, and back.

Nothing below this package imports the rest of billfold, reads a clock, the environment or a
source of randomness. Whatever a file needs to know is an argument.
"""
