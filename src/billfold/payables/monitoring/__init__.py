"""What was known of each ACH entry when it was handed to the bank."""
