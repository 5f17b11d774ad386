"""Reading camt.053 (ISO 20022 BankToCustomerStatement, any version): the statement that banks of the world send.

Names are taken by what they are and not by the version of their namespace, for all versions agree on those read here.
Only booked entries count. A document type, and with it every entity, is refused before anything of it is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from billfold.bankfiles.statements.model import Kind, Line, Statement, StatementError, check_number, check_whole
from billfold.kit.money import scale

_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053."
#: Which balance is which: opening booked, previously closed booked, closing booked.
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
_SIGNS: Final = {"CRDT": 1, "DBIT": -1}
#: Families and subfamilies of bank transaction codes (ISO 20022 external code sets).
_CHECKS: Final = {"ICHQ"}
_ACH: Final = {"ICDT", "RCDT", "IDDT", "RDDT"}
_FEES: Final = {"CHRG", "FEES", "COMM"}
#: Credit transfers that cross a border. Banks name wires at home as they name entries of files.
_WIRES: Final = {"XBCT"}
_RETURNS: Final = {"RRTN", "RPCR", "UPCT", "UPDD", "PRDD", "ARET", "UPCQ", "CQRV"}
_MAX_DEPTH: Final = 40


class _Builder(ET.TreeBuilder):
    """Builds the tree, and nothing from a document type: no entity is ever expanded."""

    depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:  # noqa: ARG002 - the parser's call
        raise StatementError("a document type is not allowed in a statement")

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise StatementError("elements are nested too deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def read(content: bytes) -> list[Statement]:
    """The statements of a document, each checked. Raises `StatementError`."""
    parser = ET.XMLParser(target=_Builder())  # noqa: S314 - see `_Builder`
    try:
        parser.feed(content)
        root = parser.close()
    except (ET.ParseError, LookupError, ValueError) as error:
        if isinstance(error, StatementError):
            raise
        raise StatementError(f"the document is not well-formed XML: {error}") from error
    if not root.tag.startswith(f"{{{_NAMESPACE}"):
        raise StatementError("the document is not a camt.053")
    found = [
        _statement(one, f"statement {number}")
        for number, one in enumerate(_all(root, "BkToCstmrStmt", "Stmt"), start=1)
    ]
    if not found:
        raise StatementError("the document has no statement")
    return found


def _statement(element: ET.Element, where: str) -> Statement:
    balances = {code: (minor, on) for code, minor, on in _balances(element, where)}
    opening = next((balances[code] for code in _OPENING if code in balances), None)
    closing = next((balances[code] for code in _CLOSING if code in balances), None)
    if opening is None or closing is None:
        raise StatementError(f"{where}: the opening (OPBD) and closing (CLBD) balances are needed")
    lines = tuple(
        line
        for number, entry in enumerate(_all(element, "Ntry"), start=1)
        if (line := _line(entry, f"{where}, entry {number}")) is not None
    )
    account = _text(element, "Acct", "Id", "IBAN") or _text(element, "Acct", "Id", "Othr", "Id")
    if not account:
        raise StatementError(f"{where}: the account has no number")
    currency = _text(element, "Acct", "Ccy") or next(_all(element, "Bal", "Amt")).get("Ccy", "")
    found = Statement(
        account_number=account,
        currency=currency,
        from_on=_day(_text(element, "FrToDt", "FrDtTm"), where) or opening[1],
        to_on=_day(_text(element, "FrToDt", "ToDtTm"), where) or closing[1],
        opening_minor=opening[0],
        closing_minor=closing[0],
        lines=lines,
        reference=_text(element, "Id"),
    )
    return check_whole(found, where)


def _balances(element: ET.Element, where: str) -> Iterator[tuple[str, int, date]]:
    for balance in _all(element, "Bal"):
        code = _text(balance, "Tp", "CdOrPrtry", "Cd")
        if code in {*_OPENING, *_CLOSING}:
            on = _day(_text(balance, "Dt", "Dt") or _text(balance, "Dt", "DtTm"), where)
            if on is None:
                raise StatementError(f"{where}: the balance {code} has no date")
            yield code, _signed(balance, where), on


def _line(entry: ET.Element, where: str) -> Line | None:
    if (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) != "BOOK":
        return None
    posted_on = _day(_text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm"), where)
    if posted_on is None:
        raise StatementError(f"{where}: a booked entry has no booking date")
    code = ".".join(
        part
        for names in (("Domn", "Cd"), ("Domn", "Fmly", "Cd"), ("Domn", "Fmly", "SubFmlyCd"), ("Prtry", "Cd"))
        if (part := _text(entry, "BkTxCd", *names))
    )
    details = list(_all(entry, "NtryDtls", "TxDtls"))
    number = next((text for one in details if (text := _text(one, "Refs", "ChqNb"))), "")
    return Line(
        posted_on=posted_on,
        amount_minor=_signed(entry, where),
        kind=_kind(entry, code, number),
        code=code,
        check_number=check_number(number),
        references=tuple(dict.fromkeys(_references(entry, details))),
        text=_text_of(entry, details),
    )


def _kind(entry: ET.Element, code: str, check_number: str) -> Kind:
    parts = set(code.split("."))
    is_return = any(True for _ in _all(entry, "NtryDtls", "TxDtls", "RtrInf")) or _text(entry, "RvslInd") == "true"
    if is_return or parts & _RETURNS:
        return Kind.RETURN
    if check_number or parts & _CHECKS:
        return Kind.CHECK
    if parts & _FEES:
        return Kind.FEE
    if parts & _WIRES:
        return Kind.WIRE
    return Kind.ACH if parts & _ACH else Kind.OTHER


def _references(entry: ET.Element, details: list[ET.Element]) -> Iterator[str]:
    for text in (_text(entry, "AcctSvcrRef"), _text(entry, "NtryRef")):
        if text:
            yield text
    for one in details:
        for name in ("AcctSvcrRef", "PmtInfId", "InstrId", "EndToEndId", "TxId", "ClrSysRef"):
            text = _text(one, "Refs", name)
            if text and text != "NOTPROVIDED":
                yield text
        for proprietary in _all(one, "Refs", "Prtry", "Ref"):
            yield (proprietary.text or "").strip()


def _text_of(entry: ET.Element, details: list[ET.Element]) -> str:
    found = [_text(entry, "AddtlNtryInf")]
    for one in details:
        found.append(_text(one, "AddtlTxInf"))
        found += [(text.text or "").strip() for text in _all(one, "RmtInf", "Ustrd")]
    return " ".join(text for text in found if text)


def _signed(element: ET.Element, where: str) -> int:
    """`Amt` with the sign of `CdtDbtInd`, in minor units."""
    amount = next(_all(element, "Amt"), None)
    sign = _SIGNS.get(_text(element, "CdtDbtInd"))
    if amount is None or sign is None:
        raise StatementError(f"{where}: an amount needs Amt and CdtDbtInd")
    try:
        minor = Decimal((amount.text or "").strip()).scaleb(scale(amount.get("Ccy", "")))
    except ArithmeticError as error:
        raise StatementError(f"{where}: an amount is not a number") from error
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor < 10**15:
        raise StatementError(f"{where}: an amount is not a whole number of minor units")
    return sign * int(minor)


def _day(text: str, where: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise StatementError(f"{where}: a date is not YYYY-MM-DD") from error


def _all(element: ET.Element, *names: str) -> Iterator[ET.Element]:
    """Every element on this path, whatever its namespace."""
    if not names:
        yield element
        return
    for child in element:
        if child.tag.rpartition("}")[2] == names[0]:
            yield from _all(child, *names[1:])


def _text(element: ET.Element, *names: str) -> str:
    """The text of the first element on this path; empty where there is none."""
    found = next(_all(element, *names), None)
    return (found.text or "").strip() if found is not None else ""
