"""What banks send: files of returns and notifications of change, read, applied once and kept."""
