"""The tests of BILL's v3 API alone."""
