"""The check rail: numbers, printing, positive pay, and what becomes of a check."""
