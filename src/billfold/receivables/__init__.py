"""What customers owe: so far, on which terms they pay."""
