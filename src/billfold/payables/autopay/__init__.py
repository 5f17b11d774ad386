"""Vendors whose bills are paid by themselves."""
