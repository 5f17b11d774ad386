"""The floor of the house: tools without business words. Imports nothing else of Billfold."""
