"""What customers owe, and when."""
