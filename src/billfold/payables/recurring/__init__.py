"""Bills that come again and again."""
