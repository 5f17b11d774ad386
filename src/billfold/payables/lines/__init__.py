"""What the lines of every document have alike: bills, vendor credits, recurring bills."""
