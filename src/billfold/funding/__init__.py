"""What the organization pays with: its bank accounts, cards, AP cards and wallet, and who may use them."""
