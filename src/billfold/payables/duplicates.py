"""Bills that may be one bill twice: the same invoice number, or nearly the same one with the same amount and date."""

from __future__ import annotations

import unicodedata


def number_key(invoice_number: str) -> str:
    """The number without case and punctuation: `inv-0042` is `INV 0042`. One of punctuation alone stays as it is."""
    folded = unicodedata.normalize("NFKC", invoice_number).upper()
    return "".join(character for character in folded if character.isalnum()) or folded
