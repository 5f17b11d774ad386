"""What a payment does when its transfers move, leg by leg."""
