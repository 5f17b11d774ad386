"""Bank account numbers, routing numbers and IBANs: when they are well-formed, and what of them is kept and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypedDict

from billfold.kit.crypto import Vault
from billfold.kit.errors import Checks, InvalidField

_ROUTING_LENGTH: Final = 9
_WEIGHTS: Final = (3, 7, 1, 3, 7, 1, 3, 7, 1)
#: Nacha: the DFI account number field has 17 positions.
MAX_ACCOUNT_NUMBER_LENGTH: Final = 17


def routing_number_problem(number: str) -> str | None:
    """What is wrong with an ABA routing number (nine digits with a checksum), or None."""
    if len(number) != _ROUTING_LENGTH or not (number.isascii() and number.isdigit()):
        return "must be nine digits"
    if sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True)) % 10:
        return "fails the ABA checksum"
    return None


def account_number_problem(number: str) -> str | None:
    """What is wrong with a bank account number, or None. The text never holds the number."""
    if not 1 <= len(number) <= MAX_ACCOUNT_NUMBER_LENGTH:
        return f"must have 1 to {MAX_ACCOUNT_NUMBER_LENGTH} characters"
    if not (number.isascii() and number.replace("-", "").isalnum()):
        return "must be letters, digits and hyphens"
    return None


def iban_problem(number: str) -> str | None:
    """What is wrong with an IBAN of the right form, or None: its check digits (ISO 7064, mod 97-10).

    The text never holds the number.
    """
    turned = number[4:] + number[:4]
    if not (turned.isascii() and turned.isalnum()):
        return "must be letters and digits"
    return (
        None if int("".join(str(int(character, 36)) for character in turned)) % 97 == 1 else "fails the IBAN checksum"
    )


def check_numbers(checks: Checks, routing_number: str, account_number: str, *, within: str = "") -> None:
    """Note what is wrong with the numbers of a bank account."""
    if problem := routing_number_problem(routing_number):
        checks.note(InvalidField(f"{within}routing_number", problem))
    if problem := account_number_problem(account_number):
        checks.note(InvalidField(f"{within}account_number", problem))


def masked(last4: str, length: int) -> str:
    """`***4567` of seven characters: all but the last four hidden, half of what has no more; the length kept."""
    hidden = length - len(last4) or (length + 1) // 2
    return "*" * hidden + last4[len(last4) - (length - hidden) :]


def masked_number(number: str) -> str:
    """The same of a number in clear."""
    return masked(number[-4:], len(number))


class KeptNumbers(TypedDict):
    """What the record of a bank account holds of its numbers."""

    routing_number: str
    account_number_last4: str
    account_number_length: int
    account_fingerprint: str


def kept_numbers(vault: Vault, routing_number: str, account_number: str) -> KeptNumbers:
    """What a record holds of an account's numbers: enough to mask it and to find the same account again.

    The account number itself is in a sealed column.
    """
    return {
        "routing_number": routing_number,
        "account_number_last4": account_number[-4:],
        "account_number_length": len(account_number),
        "account_fingerprint": vault.fingerprint("bank account", f"{routing_number}/{account_number}"),
    }


class ClearAccount(NamedTuple):
    """A bank account with its number in clear, for a bank file and nothing else. Its repr shows no number."""

    name: str
    routing_number: str
    account_number: str
    kind: str
    #: A person's account is reached by another class of entry than a company's.
    of_person: bool = False

    def __repr__(self) -> str:
        return f"ClearAccount({self.name!r}, …{self.account_number[-4:]})"


def corrected_account(account: ClearAccount, fields: Mapping[str, str]) -> ClearAccount:
    """The account with these fields written otherwise. Raises `InvalidField`s, never with a number in them."""
    corrected = account._replace(**dict[str, Any](fields))
    checks = Checks()
    check_numbers(checks, corrected.routing_number, corrected.account_number)
    checks.raise_any()
    return corrected
