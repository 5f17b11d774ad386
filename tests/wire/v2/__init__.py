"""The tests of BILL's v2 API."""
