"""What the faces of our own have alike, the sandbox's and that of administration.

`plain` is how they answer; the other modules are what both show.
"""
