"""Images: signatures that can be printed, and pictures of checks as a bank keeps them."""

from __future__ import annotations

import io
from typing import Final

from billfold.bankfiles.checks.model import Stock

#: Pixels either way; more would only make pages slow to print.
MAX_SIDE: Final = 4_000
_FORMATS: Final = ("PNG", "JPEG")
#: What check images are exchanged at (ANSI X9.100-187).
DOTS_PER_INCH: Final = 200
_POINTS_PER_INCH: Final = 72
_POINTS_PER_THIRD: Final = 252


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


def picture_of_check(pages: bytes, stock: Stock) -> bytes:
    """The part of the first page that is the check, as PNG."""
    # Loaded by whoever looks at a check.
    import pypdfium2  # noqa: PLC0415

    above = _POINTS_PER_THIRD if stock is Stock.MIDDLE else 0
    document = pypdfium2.PdfDocument(pages)
    try:
        page = document[0]
        below = page.get_height() - above - _POINTS_PER_THIRD
        bitmap = page.render(scale=DOTS_PER_INCH / _POINTS_PER_INCH, crop=(0, below, 0, above), grayscale=True)
        picture = io.BytesIO()
        bitmap.to_pil().save(picture, "PNG")
    finally:
        document.close()
    return picture.getvalue()
