"""Checks to draw, and an eye for what was drawn."""

from datetime import date

import pypdfium2
from PIL import Image

from billfold.bankfiles import checks
from billfold.bankfiles.checks import e13b

DPI = 600
ROUTING = "074000010"
ACCOUNT = "123456789012"


def a_line(number="INV-1", paid_minor=123_456, **changes):
    values = {"issued_on": date(2026, 1, 2), "description": "Paper", "amount_minor": paid_minor, "credit_minor": 0}
    return checks.RemittanceLine(number=number, paid_minor=paid_minor, **(values | changes))


def a_check(number=1042, **changes):
    values = {
        "issued_on": date(2026, 1, 15),
        "payee": checks.Party("Blue Kite Paper", ("1200 Harbor Street", "San Leandro, CA 94577")),
        "amount_minor": 123_456,
        "memo": "88-10442",
        "lines": (a_line(),),
    }
    return checks.Check(number=number, **(values | changes))


def a_face(**changes):
    values = {
        "payer": checks.Party("Kestrel Foods", ("481 Mission Street", "San Francisco, CA 94105")),
        "account": checks.DrawnOn("First Meridian Bank", ROUTING, ACCOUNT, "74-10/740"),
    }
    return checks.Face(**(values | changes))


def text_of(pdf, page=0):
    """What a page says, as a reader would copy it."""
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()


def page_count(pdf):
    return len(pypdfium2.PdfDocument(pdf))


def picture(pdf, top_inches, bottom_inches, page=0) -> Image.Image:
    """A horizontal strip of a page in black and white, 600 dots an inch."""
    crop = (0, (11 - bottom_inches) * 72, 0, top_inches * 72)
    rendered = pypdfium2.PdfDocument(pdf)[page].render(scale=DPI / 72, crop=crop).to_pil()
    return rendered.convert("L").point(lambda grey: 255 * (grey < 128)).convert("1")


def sample(strip, right_inches, middle_inches):
    """Ink at each third of a square of the grid of one character, by the place of its right edge and its middle."""
    square = 0.013 * DPI
    left, top = right_inches * DPI - 7 * square, middle_inches * DPI - 4.5 * square
    return tuple(
        bool(strip.getpixel((round(left + (column + 0.5) / 3 * square), round(top + (row + 0.5) / 3 * square))))
        for row in range(27)
        for column in range(21)
    )


def ideal(character):
    """The same samples of a character as its corners say, without rounding; right aligned in the grid."""
    glyph = e13b.GLYPHS[character]
    shift = 700 - glyph.width
    return tuple(
        sum(
            _inside(contour.corners, (column + 0.5) / 3 * 100 - shift, (row + 0.5) / 3 * 100)
            for contour in glyph.contours
        )
        % 2
        == 1
        for row in range(27)
        for column in range(21)
    )


def _inside(corners, x, y):
    odd = False
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


IDEALS = {" ": (False,) * (27 * 21)} | {character: ideal(character) for character in e13b.GLYPHS}


def read_micr(strip, middle_inches):
    """The line of a strip, character by character: the one that differs least. Fails where two are close."""
    line = ""
    for position in range(65, 0, -1):
        found = sample(strip, 8.5 - 0.3125 - (position - 1) * 0.125, middle_inches)
        ranked = sorted((sum(a != b for a, b in zip(found, kept, strict=True)), one) for one, kept in IDEALS.items())
        (nearest, character), (second, _) = ranked[:2]
        assert nearest < 65 and second > 2 * nearest, (position, ranked[:3])  # noqa: PT018
        line += character
    return line
