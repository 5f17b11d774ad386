"""The wire: what Billfold says to the outside. BILL's spelling stops here."""
