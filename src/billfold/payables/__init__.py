"""Bills and their payments."""
