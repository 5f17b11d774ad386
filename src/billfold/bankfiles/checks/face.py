"""The face of a check: where everything stands on its three and a half inches.

Nothing but the MICR line comes within 5/8 inch of the lower edge, its clear band. The payee's address stands where a
double-window envelope for checks shows it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.bankfiles.checks.micr import masked, micr_line, serial
from billfold.bankfiles.checks.model import Check, Face, Party
from billfold.bankfiles.checks.pen import BOLD, GREY, PAGE_WIDTH, PALE, REGULAR, Pen, cut, fitting_size, width_of
from billfold.bankfiles.checks.text import printable, shown
from billfold.bankfiles.checks.words import amount_in_figures, amount_in_words

CHECK_HEIGHT: Final = 3_500
#: Position 1 ends 5/16 inch from the right edge; a full character's middle lies 5/16 inch above the lower edge.
MICR_RIGHT: Final = PAGE_WIDTH - 313
MICR_BOTTOM: Final = CHECK_HEIGHT - 254

LEFT: Final = 550
RIGHT: Final = 8_050
_BANK: Final = 4_150
_DATE_LINE: Final = 960
_PAYEE_LINE: Final = 1_370
_PAYEE_LEFT: Final = 1_330
_BOX_LEFT: Final = 6_550
_WORDS_LINE: Final = 1_700
_WORTH_STRIKING: Final = 200
_ADDRESS_LEFT: Final = 950
_ADDRESS_TOP: Final = 1_960
_ADDRESS_LEADING: Final = 133
_SIGNATURE_LEFT: Final = 5_100
_SIGNATURE_LINE: Final = 2_560
_MEMO_LINE: Final = 2_800
_MEMO_RIGHT: Final = 4_300
_MICROPRINT: Final = "AUTHORIZED SIGNATURE "


def draw_check(pen: Pen, face: Face, check: Check) -> None:
    """Draw the face with its upper edge at the pen's origin."""
    if face.specimen:
        pen.turned((PAGE_WIDTH // 2, 1_430), 12, "VOID", 1_300, PALE)
    _draw_heads(pen, face, check)
    _draw_order(pen, face, check)
    _draw_payee(pen, check.payee)
    _draw_memo(pen, check.memo)
    _draw_signature(pen, face)
    account = face.account
    line = micr_line(check.number, account.routing_number, account.account_number)
    pen.micr(MICR_RIGHT, MICR_BOTTOM, masked(line) if face.masked else line)


def draw_endorsement(pen: Pen, payee: str, deposited_on: date) -> None:
    """Draw what a simulated bank of the payee stamps on the back."""
    pen.text((LEFT, 500), "FOR DEPOSIT ONLY", 110, font=BOLD)
    pen.text((LEFT, 700), shown(payee), 110)
    pen.text((LEFT, 900), f"{deposited_on:%m/%d/%Y}", 110)
    pen.line((LEFT, 1_000), (LEFT + 3_000, 1_000))
    pen.text((LEFT, 1_130), "SIMULATED BANK", 70, grey=GREY)


def _draw_heads(pen: Pen, face: Face, check: Check) -> None:
    name = _printable(face.payer.name)
    size = fitting_size(name, BOLD, _BANK - LEFT - 150, most=105, least=60) or 60
    pen.text((LEFT, 440), name, size, font=BOLD)
    for place, line in enumerate(face.payer.address):
        pen.text((LEFT, 585 + place * 122), cut(_printable(line), REGULAR, 80, _BANK - LEFT - 150), 80)
    pen.text((_BANK, 430), cut(shown(face.account.bank_name), BOLD, 80, 2_300), 80, font=BOLD)
    if face.account.fraction:
        pen.text((_BANK, 555), shown(face.account.fraction), 65, grey=GREY)
    pen.text((RIGHT, 450), serial(check.number), 130, font=BOLD, align="right")
    if face.specimen:
        pen.text((RIGHT, 590), "SPECIMEN - NOT NEGOTIABLE", 60, align="right", grey=GREY)


def _draw_order(pen: Pen, face: Face, check: Check) -> None:
    _label(pen, (_BOX_LEFT - 330, _DATE_LINE - 25), "DATE")
    pen.text((RIGHT, _DATE_LINE - 25), _date(check), 100, align="right")
    pen.line((_BOX_LEFT, _DATE_LINE + 5), (RIGHT, _DATE_LINE + 5))

    _label(pen, (LEFT, _PAYEE_LINE - 110), "PAY TO THE")
    _label(pen, (LEFT, _PAYEE_LINE - 25), "ORDER OF")
    payee = _printable(check.payee.name)
    room = _BOX_LEFT - _PAYEE_LEFT - 250
    size = fitting_size(payee, BOLD, room, most=110, least=60)
    assert size is not None, "sixty letters fit at six points"
    pen.text((_PAYEE_LEFT + 50, _PAYEE_LINE - 30), payee, size, font=BOLD)
    pen.line((_PAYEE_LEFT, _PAYEE_LINE + 5), (_BOX_LEFT - 200, _PAYEE_LINE + 5))

    pen.box((_BOX_LEFT, _PAYEE_LINE - 235), RIGHT - _BOX_LEFT, 260)
    pen.text((_BOX_LEFT - 40, _PAYEE_LINE - 50), "$", 130, font=BOLD, align="right")
    figures = f"**{amount_in_figures(check.amount_minor)}"
    pen.text((RIGHT - 70, _PAYEE_LINE - 55), figures, 120, font=BOLD, align="right")

    words = amount_in_words(check.amount_minor)
    size = fitting_size(words, REGULAR, RIGHT - LEFT - 300, most=100, least=60)
    assert size is not None, "the longest amount fits at six points"
    pen.text((LEFT + 50, _WORDS_LINE - 30), words, size)
    _strike_rest(pen, LEFT + 50 + width_of(words, REGULAR, size))
    pen.line((LEFT, _WORDS_LINE + 5), (RIGHT, _WORDS_LINE + 5))
    note = f"VOID AFTER {face.void_after_days} DAYS"
    pen.text((RIGHT, _WORDS_LINE + 130), note, 60, align="right", grey=GREY)


def _strike_rest(pen: Pen, start: int) -> None:
    """Close the rest of the line behind the words, so that nothing can be added."""
    if RIGHT - start > _WORTH_STRIKING:
        pen.line((start + 70, _WORDS_LINE - 62), (RIGHT - 50, _WORDS_LINE - 62))


def _draw_payee(pen: Pen, payee: Party) -> None:
    """All lines of one size, as whoever reads an envelope expects them."""
    room = _SIGNATURE_LEFT - _ADDRESS_LEFT - 300
    lines = [_printable(line) for line in (payee.name, *payee.address)]
    size = min(fitting_size(line, REGULAR, room, most=95, least=60) or 60 for line in lines)
    for place, line in enumerate(lines):
        pen.text((_ADDRESS_LEFT, _ADDRESS_TOP + place * _ADDRESS_LEADING), cut(line, REGULAR, size, room), size)


def _draw_memo(pen: Pen, memo: str) -> None:
    _label(pen, (LEFT, _MEMO_LINE - 20), "MEMO")
    pen.text((LEFT + 400, _MEMO_LINE - 20), cut(shown(memo), REGULAR, 85, _MEMO_RIGHT - LEFT - 430), 85)
    pen.line((LEFT + 370, _MEMO_LINE + 5), (_MEMO_RIGHT, _MEMO_LINE + 5))


def _draw_signature(pen: Pen, face: Face) -> None:
    if face.signature is not None:
        pen.image((_SIGNATURE_LEFT + 200, _SIGNATURE_LINE - 560), 2_400, 540, face.signature)
    _draw_microprint(pen)
    _label(pen, (_SIGNATURE_LEFT, _SIGNATURE_LINE + 110), "AUTHORIZED SIGNATURE")
    if face.signer_title:
        pen.text((RIGHT, _SIGNATURE_LINE + 115), shown(face.signer_title), 75, align="right")


def _draw_microprint(pen: Pen) -> None:
    """The signature line is text that a copier turns into a grey line; MP says that it is there."""
    size, room = 8, RIGHT - _SIGNATURE_LEFT - 120
    times = room // width_of(_MICROPRINT, REGULAR, size)
    pen.text((_SIGNATURE_LEFT, _SIGNATURE_LINE), _MICROPRINT * times, size)
    pen.text((RIGHT, _SIGNATURE_LINE + 5), "MP", 40, align="right", grey=GREY)


def _label(pen: Pen, at: tuple[int, int], text: str) -> None:
    pen.text(at, text, 60, grey=GREY)


def _date(check: Check) -> str:
    return f"{check.issued_on:%B} {check.issued_on.day}, {check.issued_on.year}"


def _printable(text: str) -> str:
    fitted = printable(text)
    assert fitted is not None, "held by the rules before anything is drawn"
    return fitted
