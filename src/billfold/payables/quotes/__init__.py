"""What a payment in another currency will cost: rates that are held for a while."""
