"""What the bank says, against what we know: lines are matched or booked; the rest are exceptions."""
