"""Writing pain.001.001.09. Elements stand in the order of the schema; nothing empty is written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from billfold.bankfiles.pain001.model import Account, Agent, Amount, File, FileRefused, Order, Party, Rate, Transfer
from billfold.bankfiles.pain001.text import latin
from billfold.kit.money import to_decimal

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_LINE: Final = 35


def render(file: File) -> bytes:
    """The bytes of the message. Raises `FileRefused` where it has nothing to pay, or somebody has no name."""
    transfers = [transfer for order in file.orders for transfer in order.transfers]
    if not transfers or not all(order.transfers for order in file.orders):
        raise FileRefused("the file has an order without transfers")
    header = _tag(
        "GrpHdr",
        _text("MsgId", file.message_id, 35),
        _tag("CreDtTm", file.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")),
        *_totals(transfers),
        _tag("InitgPty", *_party(file.initiator)),
    )
    body = _tag("CstmrCdtTrfInitn", header, *(_order(order) for order in file.orders))
    document = f"<Document xmlns={quoteattr(NAMESPACE)}>{body}</Document>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}'.encode()


def _order(order: Order) -> str:
    return _tag(
        "PmtInf",
        _text("PmtInfId", order.order_id, 35),
        _tag("PmtMtd", "TRF"),
        *_totals(order.transfers),
        _tag("ReqdExctnDt", _tag("Dt", order.execute_on.isoformat())),
        _tag("Dbtr", *_party(order.debtor)),
        _tag("DbtrAcct", *_account(order.account)),
        _tag("DbtrAgt", _agent(order.agent)),
        # Each bears the cost at home: the creditor gets what was sent less what the creditor's bank takes.
        _tag("ChrgBr", "SHAR"),
        *(_transfer(transfer) for transfer in order.transfers),
    )


def _transfer(transfer: Transfer) -> str:
    return _tag(
        "CdtTrfTxInf",
        _tag("PmtId", _text("EndToEndId", transfer.end_to_end_id, 35)),
        _tag("Amt", _amount(transfer.amount, transfer.paid_in)),
        _rate(transfer.rate) if transfer.rate else "",
        _tag("CdtrAgt", _agent(transfer.agent)),
        _tag("Cdtr", *_party(transfer.creditor)),
        _tag("CdtrAcct", *_account(transfer.account)),
        # The code is of the country's own list, not of ISO's.
        _tag("Purp", _text("Prtry", transfer.purpose_code or "", 35)),
        _reporting(transfer.purpose_text) if transfer.purpose_text else "",
        _tag("RmtInf", _text("Ustrd", transfer.remittance or "", 140)),
    )


def _totals(transfers: Sequence[Transfer]) -> Iterable[str]:
    """The control sum adds amounts whatever their currency: that is what the standard says of it."""
    total = sum((_decimal(transfer.amount) for transfer in transfers), Decimal(0))
    return _tag("NbOfTxs", str(len(transfers))), _tag("CtrlSum", format(total, "f"))


def _amount(amount: Amount, paid_in: str | None) -> str:
    value = format(_decimal(amount), "f")
    if paid_in is None:
        return f"<InstdAmt Ccy={quoteattr(amount.currency)}>{value}</InstdAmt>"
    return _tag("EqvtAmt", f"<Amt Ccy={quoteattr(amount.currency)}>{value}</Amt>", _tag("CcyOfTrf", paid_in))


def _decimal(amount: Amount) -> Decimal:
    return to_decimal(amount.minor, amount.currency)


def _rate(rate: Rate) -> str:
    return _tag(
        "XchgRateInf",
        _tag("UnitCcy", rate.unit_currency),
        _tag("XchgRate", format(rate.rate.normalize(), "f")),
        _tag("RateTp", "AGRD"),
        _text("CtrctId", rate.contract or "", 35),
    )


def _party(party: Party) -> Iterable[str]:
    if not latin(party.name):
        raise FileRefused("a party has no name in Latin letters")
    lines = [_text("AdrLine", line, 70) for line in party.address_lines][:7]
    country = _tag("Ctry", party.country or "")
    numbers = [
        _tag("Othr", _text("Id", number, 35), _tag("SchmeNm", _text("Prtry", scheme, 35)))
        for scheme, number in party.identifiers
    ]
    return (
        _text("Nm", party.name, 140),
        _tag("PstlAdr", country, *lines),
        _tag("Id", _tag("PrvtId" if party.is_person else "OrgId", *numbers)),
    )


def _account(account: Account) -> Iterable[str]:
    number = _tag("IBAN", escape(account.number)) if account.is_iban else _tag("Othr", _text("Id", account.number, 34))
    return _tag("Id", number), _tag("Ccy", account.currency or "")


def _agent(agent: Agent) -> str:
    member = _tag(
        "ClrSysMmbId",
        _tag("ClrSysId", _text("Cd", agent.clearing_system or "", 5)),
        _text("MmbId", agent.member_id or "", 35),
    )
    known = (_tag("BICFI", escape(agent.bic or "")), member if agent.member_id else "")
    address = _tag("PstlAdr", _tag("Ctry", agent.country or ""))
    # An IBAN says which bank it is of; the schema still wants a word.
    unnamed = "" if any(known) else _tag("Othr", _tag("Id", "NOTPROVIDED"))
    return _tag("FinInstnId", *known, address, unnamed)


def _reporting(text: str) -> str:
    lines = textwrap.wrap(latin(text), _LINE)
    return _tag("RgltryRptg", _tag("Dtls", *(_text("Inf", line, _LINE) for line in lines))) if lines else ""


def _text(name: str, value: str, longest: int) -> str:
    return _tag(name, escape(latin(value)[:longest].strip()))


def _tag(name: str, *content: str) -> str:
    inner = "".join(content)
    return f"<{name}>{inner}</{name}>" if inner else ""
