"""The organization's own bank accounts, and who may pay from them."""
