"""Text that can be printed: what the standard PDF fonts have (Windows-1252), and nothing that would vanish."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_ENCODING: Final = "cp1252"
#: Letters that Unicode does not decompose, as their languages spell them without the accent.
_SPELT: Final = {
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ħ": "h",
    "Ħ": "H",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "ŋ": "ng",
    "ĸ": "q",
}


def printable(text: str) -> str | None:
    """The text in letters that the fonts have, on one line; None where a character has no such letter.

    Accents that the fonts lack are dropped, as a bank reads `Łódź` and `Lódz` alike.
    """
    letters = [_letter(character) for character in " ".join(unicodedata.normalize("NFC", text).split())]
    return "".join(letter for letter in letters if letter is not None) if None not in letters else None


def shown(text: str) -> str:
    """The text for a place that only informs: what has no letter becomes a question mark."""
    return "".join(_letter(character) or "?" for character in " ".join(unicodedata.normalize("NFC", text).split()))


@lru_cache(maxsize=4_096)
def _letter(character: str) -> str | None:
    if _has(character):
        return character
    plain = _SPELT.get(character) or "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    return plain if plain and all(map(_has, plain)) else None


def _has(character: str) -> bool:
    if not character.isprintable():
        return False
    try:
        character.encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return True
