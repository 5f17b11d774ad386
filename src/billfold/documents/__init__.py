"""Files that the house built or was given, by name, kind and content."""
