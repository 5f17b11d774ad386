"""The stubs below or around a check and the pages that follow it: which invoices it pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billfold.bankfiles.checks.face import LEFT, RIGHT
from billfold.bankfiles.checks.micr import serial
from billfold.bankfiles.checks.model import Check, Face, RemittanceLine
from billfold.bankfiles.checks.pen import BOLD, GREY, REGULAR, Align, Pen, cut, fitting_size
from billfold.bankfiles.checks.text import shown
from billfold.bankfiles.checks.words import amount_in_figures

#: Rows of a stub; of more lines it shows one less and says where the others are.
STUB_ROWS: Final = 15
PAGE_ROWS: Final = 56
_LEADING: Final = 135
_PAGE_LEADING: Final = 155
_NUMBER: Final = "Invoice number"

#: Title, edge of the column, alignment, and the room for its text.
_COLUMNS: Final[tuple[tuple[str, int, Align, int], ...]] = (
    ("Invoice date", LEFT, "left", 750),
    (_NUMBER, 1_350, "left", 1_400),
    ("Description", 2_830, "left", 2_250),
    ("Amount", 6_000, "right", 900),
    ("Credits", 6_950, "right", 900),
    ("Paid", RIGHT, "right", 1_050),
)


def draw_stub(pen: Pen, face: Face, check: Check) -> None:
    """Draw a stub with its upper edge at the pen's origin."""
    _draw_title(pen, face, check, 380)
    overflows = len(check.lines) > STUB_ROWS
    shown_lines = check.lines[: STUB_ROWS - 1] if overflows else check.lines
    top = _draw_header(pen, 800)
    for place, line in enumerate(shown_lines):
        _draw_row(pen, top + place * _LEADING, line)
    if overflows:
        more = f"and {len(check.lines) - len(shown_lines)} more, on the remittance advice that follows"
        pen.text((1_350, top + len(shown_lines) * _LEADING), more, 75, grey=GREY)
    _draw_total(pen, top + STUB_ROWS * _LEADING, check)


def advice_pages(check: Check) -> list[tuple[RemittanceLine, ...]]:
    """The lines of a check that its stubs cannot hold, all of them again, page by page."""
    if len(check.lines) <= STUB_ROWS:
        return []
    return [check.lines[start : start + PAGE_ROWS] for start in range(0, len(check.lines), PAGE_ROWS)]


def draw_advice(pen: Pen, face: Face, check: Check, lines: Sequence[RemittanceLine], page: int, pages: int) -> None:
    """Draw one page of the remittance advice."""
    pen.text((LEFT, 600), "Remittance advice", 140, font=BOLD)
    pen.text((RIGHT, 600), f"Page {page} of {pages}", 80, align="right", grey=GREY)
    _draw_title(pen, face, check, 850)
    top = _draw_header(pen, 1_300)
    for place, line in enumerate(lines):
        _draw_row(pen, top + place * _PAGE_LEADING, line)
    if page == pages:
        _draw_total(pen, top + len(lines) * _PAGE_LEADING + 30, check)


def _draw_title(pen: Pen, face: Face, check: Check, y: int) -> None:
    pen.text((LEFT, y), cut(shown(face.payer.name), BOLD, 90, 4_800), 90, font=BOLD)
    pen.text((RIGHT, y), f"Check {serial(check.number)}", 90, font=BOLD, align="right")
    payee = shown(check.payee.name) + (f" · {shown(check.memo)}" if check.memo else "")
    pen.text((LEFT, y + 150), "Paid to", 75, grey=GREY)
    pen.text((LEFT + 430, y + 150), cut(payee, REGULAR, 80, 4_600), 80)
    dated = f"{check.issued_on:%b} {check.issued_on.day}, {check.issued_on.year}"
    issued = f"{dated} · {shown(check.reference)}" if check.reference else dated
    pen.text((RIGHT, y + 150), issued, 80, align="right")


def _draw_header(pen: Pen, y: int) -> int:
    """The titles of the columns; the baseline of the first row."""
    for title, edge, align, _ in _COLUMNS:
        pen.text((edge, y), title, 65, align=align, grey=GREY)
    pen.line((LEFT, y + 45), (RIGHT, y + 45))
    return y + 175


def _draw_row(pen: Pen, y: int, line: RemittanceLine) -> None:
    credits_text = f"-{amount_in_figures(line.credit_minor)}" if line.credit_minor else ""
    cells = (
        f"{line.issued_on:%m/%d/%Y}" if line.issued_on else "",
        shown(line.number),
        shown(line.description),
        amount_in_figures(line.amount_minor),
        credits_text,
        amount_in_figures(line.paid_minor),
    )
    for (title, edge, align, room), cell in zip(_COLUMNS, cells, strict=True):
        # A long number is written small before it is cut: the payee looks for it.
        least = 60 if title == _NUMBER else 80
        size = fitting_size(cell, REGULAR, room, most=80, least=least) or least
        pen.text((edge, y), cut(cell, REGULAR, size, room), size, align=align)


def _draw_total(pen: Pen, y: int, check: Check) -> None:
    pen.line((_COLUMNS[3][1] - 900, y - 95), (RIGHT, y - 95))
    pen.text((_COLUMNS[3][1] - 900, y + 25), "Total of this check", 75, grey=GREY)
    pen.text((RIGHT, y + 25), f"${amount_in_figures(check.amount_minor)}", 90, font=BOLD, align="right")
