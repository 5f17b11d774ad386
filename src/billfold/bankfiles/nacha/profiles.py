"""What differs between kinds of entry and between receiving banks, as named values.

The code that writes and reads asks these and nothing else: there is no comparison with a standard entry
class code or a bank anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from billfold.bankfiles.nacha.layouts import CTX_ENTRY, ENTRY
from billfold.bankfiles.nacha.model import CHANGES, Addendum, AnyAddendum
from billfold.bankfiles.nacha.records import Record

_DEMAND, _SAVINGS, _GENERAL_LEDGER, _LOAN = 20, 30, 40, 50


def _codes(*units: int) -> frozenset[int]:
    """Transaction codes with these last digits for every kind of account (Rules, Appendix Three)."""
    accounts = (_DEMAND, _SAVINGS, _GENERAL_LEDGER, _LOAN)
    # A loan account can be debited only to reverse a credit, by a code of its own (55).
    return frozenset(a + u for a in accounts for u in units if not (a == _LOAN and u in (7, 8, 9)))


LIVE: Final = _codes(2, 7) | {55}
"""Credits (22, 32, 42, 52) and debits (27, 37, 47, 55) that move money."""
PRENOTES: Final = _codes(3, 8)
"""Trial entries without money, ahead of the first live one."""
ZERO_DOLLAR: Final = _codes(4, 9)
"""Entries without money that only carry remittance data; CCD and CTX."""
RETURNS: Final = _codes(1, 6)
"""Returns and notifications of change for an original credit (1) or debit (6)."""


@dataclass(frozen=True, slots=True)
class SecProfile:
    """What a standard entry class allows.

    ``transaction_codes`` may be used forward, and those in ``zero_codes`` must have the amount 0, as all
    others must not (return reason R19 names both faults). ``return_codes`` may be used for entries that
    carry a type 99 addendum; empty when the class cannot be returned. ``kinds`` are the kinds of
    addenda a forward entry carries, between ``min_addenda`` and ``max_addenda`` of them.
    ``entry_layout`` is the layout of the type 6 record. ``identification`` and ``name`` say what this
    class holds in ``individual_id`` and ``individual_name``.
    """

    code: str
    title: str
    transaction_codes: frozenset[int]
    zero_codes: frozenset[int]
    return_codes: frozenset[int]
    max_addenda: int
    min_addenda: int = 0
    kinds: tuple[type[AnyAddendum], ...] = (Addendum,)
    entry_layout: Record = ENTRY
    identification: str = "identification number the receiver is known by"
    name: str = "name of the receiving company"


CCD: Final = SecProfile(
    code="CCD",
    title="corporate credit or debit",
    transaction_codes=LIVE | PRENOTES | ZERO_DOLLAR,
    zero_codes=PRENOTES | ZERO_DOLLAR,
    return_codes=RETURNS,
    max_addenda=1,
)
PPD: Final = SecProfile(
    code="PPD",
    title="prearranged payment and deposit of a consumer",
    transaction_codes=LIVE | PRENOTES,
    zero_codes=PRENOTES,
    return_codes=RETURNS,
    max_addenda=1,
    identification="number the originator knows the individual by",
    name="name of the individual",
)
CTX: Final = SecProfile(
    code="CTX",
    title="corporate trade exchange",
    transaction_codes=LIVE | PRENOTES | ZERO_DOLLAR,
    zero_codes=PRENOTES | ZERO_DOLLAR,
    return_codes=RETURNS,
    max_addenda=9999,
    entry_layout=CTX_ENTRY,
)
COR: Final = SecProfile(
    code="COR",
    title="notification of change",
    transaction_codes=RETURNS,
    zero_codes=RETURNS,
    return_codes=frozenset(),
    max_addenda=1,
    min_addenda=1,
    kinds=CHANGES,
    identification="identification number of the original entry",
    name="name in the original entry",
)
SEC_PROFILES: Final = (CCD, PPD, CTX, COR)


@dataclass(frozen=True, slots=True)
class BankProfile:
    """What a bank wants of a file it receives, where the Rules leave room.

    ``destination_prefix`` stands before a destination of 9 digits to fill its 10 positions, a blank by
    the Rules, "0" or "1" for some banks. ``line_ending`` follows each record; it may be empty.
    ``pad_blocks`` fills the last block of ten records with nines. ``balanced`` asks that the debits of
    each batch equal its credits (the originator adds the entry to its own account); the writer checks
    it and cannot add the entry, for it does not know the account. ``sec_profiles`` are the classes of
    entry the bank takes.

    Reading uses ``destination_prefix`` and ``sec_profiles`` and takes any line ending and padding.
    """

    name: str
    destination_prefix: str = " "
    line_ending: bytes = b"\n"
    pad_blocks: bool = True
    balanced: bool = False
    sec_profiles: tuple[SecProfile, ...] = SEC_PROFILES

    def sec(self, code: str) -> SecProfile | None:
        """The profile of a standard entry class code, or None when this bank does not take it."""
        return next((profile for profile in self.sec_profiles if profile.code == code), None)


DEFAULT: Final = BankProfile("default")
#: What banks are known to ask for, by a name that an administrator chooses.
PROFILES: Final = {
    profile.name: profile
    for profile in (
        DEFAULT,
        BankProfile("crlf", line_ending=b"\r\n"),
        BankProfile("leading-one", destination_prefix="1"),
        BankProfile("leading-zero", destination_prefix="0"),
        BankProfile("unpadded", pad_blocks=False),
        BankProfile("balanced", balanced=True),
        BankProfile("balanced-crlf", balanced=True, line_ending=b"\r\n"),
    )
}
