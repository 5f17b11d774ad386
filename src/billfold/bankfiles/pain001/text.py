"""The Latin character set of payments: what every bank on the way can carry (SWIFT's set X)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ")
#: Letters that are no base letter with an accent, and signs that have a word.
_SPELLED: Final = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i", "&": "+",
    "\u2019": "'", "\u2018": "'", "`": "'",
    "\u2013": "-", "\u2014": "-", "_": "-", "[": "(", "]": ")", "{": "(", "}": ")", ";": ",", '"': "'",
}  # fmt: skip
_BLANKS: Final = re.compile(" +")


def latin(text: str) -> str:
    """The text in the set: accents are stripped, what has no spelling becomes a blank, blanks are not doubled."""
    spelled = "".join(_SPELLED.get(character, character) for character in text)
    stripped = unicodedata.normalize("NFKD", spelled)
    kept = "".join(
        character if character in _ALLOWED else " " for character in stripped if not unicodedata.combining(character)
    )
    # A slash in front has a meaning of its own to SWIFT.
    return _BLANKS.sub(" ", kept).strip().lstrip("/").strip()
