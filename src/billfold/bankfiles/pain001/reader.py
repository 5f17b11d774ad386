"""Reading pain.001.001.09 back: the totals are checked, and what a bank decides by is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from billfold.bankfiles.pain001.model import Amount, FileRefused
from billfold.bankfiles.pain001.writer import NAMESPACE
from billfold.kit.money import scale

_SPACES: Final = {"p": NAMESPACE}


@dataclass(frozen=True, slots=True)
class ReadTransfer:
    """A transfer as its bank sees it; `rate` is what was held for it. Its repr shows no number."""

    end_to_end_id: str
    amount: Amount
    paid_in: str | None
    account_number: str
    creditor_name: str
    debtor_number: str
    rate: Decimal | None

    def __repr__(self) -> str:
        return f"ReadTransfer({self.end_to_end_id!r}, {self.amount!r})"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A message with its transfers, in the order of the file."""

    message_id: str
    transfers: list[ReadTransfer]


def read(content: bytes) -> ReadFile:
    """The message. Raises `FileRefused` where it is no such message, or counts and sums are not those it says."""
    if b"<!" in content:
        raise FileRefused("the file declares a document type")
    try:
        # Entities cannot be declared without a document type, which was refused.
        root = ET.fromstring(content)  # noqa: S314
    except ET.ParseError as error:
        raise FileRefused(f"the file is not XML: {error}") from error
    message = root.find("p:CstmrCdtTrfInitn", _SPACES)
    if message is None:
        raise FileRefused("the file is not a pain.001.001.09")
    header = _find(message, "GrpHdr")
    found = []
    for order in message.findall("p:PmtInf", _SPACES):
        transfers = list(_transfers(order))
        _check(order, transfers)
        found += transfers
    _check(header, found)
    return ReadFile(_word(header, "MsgId"), found)


def _transfers(order: ET.Element) -> Iterator[ReadTransfer]:
    debtor_number = _word(order, "DbtrAcct/Id/Othr/Id")
    for row in order.findall("p:CdtTrfTxInf", _SPACES):
        equivalent = row.find("p:Amt/p:EqvtAmt", _SPACES)
        amount = _find(row, "Amt/InstdAmt") if equivalent is None else _find(equivalent, "Amt")
        rate = row.findtext("p:XchgRateInf/p:XchgRate", namespaces=_SPACES)
        yield ReadTransfer(
            end_to_end_id=_word(row, "PmtId/EndToEndId"),
            amount=_amount(amount),
            paid_in=None if equivalent is None else _word(equivalent, "CcyOfTrf"),
            account_number=row.findtext("p:CdtrAcct/p:Id/p:IBAN", namespaces=_SPACES)
            or _word(row, "CdtrAcct/Id/Othr/Id"),
            creditor_name=_word(row, "Cdtr/Nm"),
            debtor_number=debtor_number,
            rate=None if rate is None else Decimal(rate),
        )


def _check(part: ET.Element, transfers: list[ReadTransfer]) -> None:
    total = sum((Decimal(one.amount.minor).scaleb(-scale(one.amount.currency)) for one in transfers), Decimal(0))
    said = _word(part, "NbOfTxs"), Decimal(_word(part, "CtrlSum"))
    if said != (str(len(transfers)), total):
        raise FileRefused(f"the file says {said[0]} transfers of {said[1]}, and has {len(transfers)} of {total}")


def _amount(element: ET.Element) -> Amount:
    currency = element.get("Ccy", "")
    return Amount(int(Decimal(element.text or "0").scaleb(scale(currency))), currency)


def _find(parent: ET.Element, path: str) -> ET.Element:
    found = parent.find("/".join(f"p:{name}" for name in path.split("/")), _SPACES)
    if found is None:
        raise FileRefused(f"the file has a {parent.tag.rpartition('}')[2]} without {path}")
    return found


def _word(parent: ET.Element, path: str) -> str:
    return _find(parent, path).text or ""
