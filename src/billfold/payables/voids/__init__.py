"""Payments undone.

cancellations  before the cut-off
void_requests  after it: who may ask, and what is decided · voids: what voiding does
reissues       the money of a payment sent to its vendor anew
"""
