"""Drawing on a letter page in thousandths of an inch (mils), from the top left corner downwards.

Type sizes are in tenths of a point, so that every length is a whole number.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from billfold.bankfiles.checks.e13b import GLYPHS, GRID_HEIGHT, GRID_WIDTH, PITCH_MILS, SQUARE, SQUARE_MILS, outline

PAGE_WIDTH: Final = 8_500
PAGE_HEIGHT: Final = 11_000
#: A point is 1/72 inch, and PDF's unit of length.
POINTS_PER_MIL: Final = 72 / 1_000
_MILS_PER_TENTH: Final = 1_000 / 720

REGULAR: Final = "Helvetica"
BOLD: Final = "Helvetica-Bold"
BLACK: Final = 0
GREY: Final = 40
PALE: Final = 92
HAIRLINE: Final = 5
Align = Literal["left", "right", "center"]


class Pen:
    """Draws on one page after another of a reportlab canvas. `down` moves the origin, as for a third of a page."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._forms: set[str] = set()
        self.down = 0

    @contextmanager
    def page(self) -> Iterator[None]:
        """A page to draw on, finished at the end."""
        self._canvas.scale(POINTS_PER_MIL, POINTS_PER_MIL)
        self.down = 0
        yield
        self._canvas.showPage()

    def _y(self, y: int) -> int:
        return PAGE_HEIGHT - self.down - y

    def text(
        self,
        at: tuple[int, int],
        text: str,
        size: int,
        *,
        font: str = REGULAR,
        align: Align = "left",
        grey: int = BLACK,
    ) -> None:
        """Write one line on the baseline at this point; `grey` is the percentage of white."""
        x, y = at
        self._canvas.setFillGray(grey / 100)
        self._canvas.setFont(font, size * _MILS_PER_TENTH)
        draw = {
            "left": self._canvas.drawString,
            "right": self._canvas.drawRightString,
            "center": self._canvas.drawCentredString,
        }[align]
        draw(x, self._y(y), text)

    def line(self, start: tuple[int, int], end: tuple[int, int], *, width: int = HAIRLINE, grey: int = BLACK) -> None:
        """Draw a straight line."""
        self._canvas.setStrokeGray(grey / 100)
        self._canvas.setLineWidth(width)
        self._canvas.line(start[0], self._y(start[1]), end[0], self._y(end[1]))

    def box(self, at: tuple[int, int], width: int, height: int, *, grey: int | None = None) -> None:
        """Draw a rectangle from its top left corner: an outline, or filled with a grey."""
        filled = grey is not None
        self._canvas.setFillGray((grey or 0) / 100)
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(HAIRLINE)
        self._canvas.rect(at[0], self._y(at[1] + height), width, height, stroke=not filled, fill=filled)

    def image(self, at: tuple[int, int], width: int, height: int, content: bytes) -> None:
        """Draw an image into a rectangle given by its top left corner, as large as fits, on its lower edge."""
        reader = ImageReader(io.BytesIO(content))
        place = at[0], self._y(at[1] + height)
        self._canvas.drawImage(reader, *place, width, height, mask="auto", preserveAspectRatio=True, anchor="sw")

    def turned(self, at: tuple[int, int], degrees: int, text: str, size: int, grey: int) -> None:
        """Write large, turned around the middle of the text."""
        self._canvas.saveState()
        self._canvas.translate(at[0], self._y(at[1]))
        self._canvas.rotate(degrees)
        self._canvas.setFillGray(grey / 100)
        self._canvas.setFont(BOLD, size * _MILS_PER_TENTH)
        self._canvas.drawCentredString(0, -size * _MILS_PER_TENTH / 3, text)
        self._canvas.restoreState()

    def micr(self, right: int, bottom: int, line: str) -> None:
        """Draw a MICR line: the right edge of its last position, and the lower edge of a full character."""
        top = self._y(bottom) + GRID_HEIGHT * SQUARE_MILS // SQUARE
        for places, character in enumerate(reversed(line)):
            if character != " ":
                width = GLYPHS[character].width * SQUARE_MILS // SQUARE
                self._glyph(character, right - places * PITCH_MILS - width, top)

    def _glyph(self, character: str, left: int, top: int) -> None:
        name = self._form_of(character)
        scale = SQUARE_MILS / SQUARE
        self._canvas.saveState()
        self._canvas.transform(scale, 0, 0, -scale, left, top)
        self._canvas.doForm(name)
        self._canvas.restoreState()

    def _form_of(self, character: str) -> str:
        """The name of the character's drawing, which stands once in the document, however often it is shown."""
        name = f"e13b-{ord(character):x}"
        if name in self._forms:
            return name
        self._forms.add(name)
        self._canvas.beginForm(name, 0, 0, GRID_WIDTH, GRID_HEIGHT)
        self._canvas.setFillGray(BLACK)
        path = self._canvas.beginPath()
        draw = {"M": path.moveTo, "L": path.lineTo, "C": path.curveTo}
        for contour in outline(character):
            for command, points in contour:
                draw[command](*(coordinate for point in points for coordinate in point))
            path.close()
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.endForm()
        return name


def width_of(text: str, font: str, size: int) -> int:
    """How wide the text is, in mils, rounded up."""
    return int(stringWidth(text, font, size * _MILS_PER_TENTH)) + 1


def fitting_size(text: str, font: str, width: int, *, most: int, least: int) -> int | None:
    """The largest size between these at which the text fits; None where it does not at the least."""
    return next((size for size in range(most, least - 1, -5) if width_of(text, font, size) <= width), None)


def cut(text: str, font: str, size: int, width: int) -> str:
    """The text, or its beginning and an ellipsis where it is wider."""
    if width_of(text, font, size) <= width:
        return text
    while text and width_of(text + "…", font, size) > width:
        text = text[:-1]
    return text.rstrip() + "…"
