"""Billfold: a self-hosted accounts payable and receivable platform that speaks the BILL APIs."""

__version__ = "0.1.0"
