"""Images of signatures: what can be printed."""

from __future__ import annotations

import io
from typing import Final

#: Pixels either way; more would only make pages slow to print.
MAX_SIDE: Final = 4_000
_FORMATS: Final = ("PNG", "JPEG")


def image_problem(content: bytes) -> str | None:
    """What keeps the image from being printed on a check, or None."""
    # Loaded with the PDF library, by whoever prints or sets a signature.
    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if max(image.size) > MAX_SIDE:
                return f"is more than {MAX_SIDE} pixels wide or high"
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return "is not a PNG or JPEG image"
    return None
