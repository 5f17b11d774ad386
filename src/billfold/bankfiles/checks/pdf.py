"""Checks as a PDF to print on letter paper: a check and two stubs a page, and further pages where stubs overflow.

The same checks make the same bytes: no clock, no random id, and fonts that every reader has.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from billfold.bankfiles.checks.face import CHECK_HEIGHT, draw_check, draw_endorsement
from billfold.bankfiles.checks.model import Check, Face, Stock
from billfold.bankfiles.checks.pen import PAGE_HEIGHT, PAGE_WIDTH, POINTS_PER_MIL, Pen
from billfold.bankfiles.checks.rules import require_drawable
from billfold.bankfiles.checks.stub import advice_pages, draw_advice, draw_stub

#: How far down the check and its two stubs begin.
_THIRDS: Final = {
    Stock.TOP: (0, CHECK_HEIGHT, 2 * CHECK_HEIGHT),
    Stock.MIDDLE: (CHECK_HEIGHT, 0, 2 * CHECK_HEIGHT),
}


def render(checks: Sequence[Check], face: Face) -> bytes:
    """One PDF of all these checks of one account, in their order. Raises `CheckError` with every problem."""
    require_drawable(checks, face)
    buffer = io.BytesIO()
    canvas = _canvas(buffer)
    canvas.setTitle(f"Checks {checks[0].number} to {checks[-1].number}")
    canvas.setAuthor(face.payer.name)
    canvas.setCreator("Billfold")
    pen = Pen(canvas)
    for check in checks:
        _draw_pages(pen, face, check)
    canvas.save()
    return buffer.getvalue()


def render_back(payee: str, deposited_on: date) -> bytes:
    """The back of a check as a simulated bank has it: endorsed for deposit. It lies where `Stock.TOP` has the front."""
    buffer = io.BytesIO()
    canvas = _canvas(buffer)
    pen = Pen(canvas)
    with pen.page():
        draw_endorsement(pen, payee, deposited_on)
    canvas.save()
    return buffer.getvalue()


def _canvas(buffer: io.BytesIO) -> Canvas:
    size = PAGE_WIDTH * POINTS_PER_MIL, PAGE_HEIGHT * POINTS_PER_MIL
    return Canvas(buffer, pagesize=size, invariant=1, pageCompression=0, lang="en-US")


def _draw_pages(pen: Pen, face: Face, check: Check) -> None:
    check_top, *stub_tops = _THIRDS[face.stock]
    with pen.page():
        pen.down = check_top
        draw_check(pen, face, check)
        for top in stub_tops:
            pen.down = top
            draw_stub(pen, face, check)
    pages = advice_pages(check)
    for page, lines in enumerate(pages, start=1):
        with pen.page():
            draw_advice(pen, face, check, lines, page, len(pages))
