"""Vendors and customers, and where vendors are paid."""
