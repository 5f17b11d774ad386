"""What people write about vendors, bills and other objects."""
