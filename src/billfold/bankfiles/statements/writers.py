"""Writing statements, as a bank does: BAI2 and camt.053 of one account. The sandbox's bank and tests write them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from billfold.bankfiles.statements.model import Kind, Line, Statement
from billfold.kit.money import to_decimal

#: Physical records of BAI2 are kept this short; longer ones go on in records 88.
_WIDTH: Final = 80
_SPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
#: Domain, family and subfamily of a kind's bank transaction code; the second is for money that comes in.
_DOMAINS: Final = {
    Kind.CHECK: (("PMNT", "ICHQ", "CCHQ"), ("PMNT", "ICHQ", "CCHQ")),
    Kind.ACH: (("PMNT", "ICDT", "ACDT"), ("PMNT", "RCDT", "ACDT")),
    Kind.RETURN: (("PMNT", "RCDT", "RRTN"), ("PMNT", "ICDT", "RRTN")),
    Kind.WIRE: (("PMNT", "ICDT", "XBCT"), ("PMNT", "RCDT", "XBCT")),
    Kind.FEE: (("ACMT", "MDOP", "CHRG"), ("ACMT", "MDOP", "CHRG")),
    Kind.OTHER: (("PMNT", "MDOP", "OTHR"), ("PMNT", "MCOP", "OTHR")),
}


def write_bai2(statements: Sequence[Statement], *, bank: str, customer: str, written_at: datetime) -> bytes:
    """A file of statements, each of one account and one day: a group for each."""
    file, total = [f"01,{bank},{customer},{written_at:%y%m%d},{written_at:%H%M},1,,,2/"], 0
    for statement in statements:
        assert statement.from_on == statement.to_on, "a group of BAI2 is of one day"
        group, group_total = _group(statement, bank, customer)
        file += group
        total += group_total
    file.append(f"99,{total},{len(statements)},{len(file) + 1}/")
    return "".join(f"{record}\n" for record in file).encode("latin-1", "replace")


def _group(statement: Statement, bank: str, customer: str) -> tuple[list[str], int]:
    """The records of a group, and its control total."""
    balances = ",".join(
        f"{code},{minor},," for code, minor in (("010", statement.opening_minor), ("015", statement.closing_minor))
    )
    account = [f"03,{statement.account_number},{statement.currency},{balances}/"]
    for line in statement.lines:
        account += _detail(line)
    total = statement.opening_minor + statement.closing_minor + sum(abs(line.amount_minor) for line in statement.lines)
    account.append(f"49,{total},{len(account) + 1}/")
    group = [f"02,{customer},{bank},1,{statement.to_on:%y%m%d},2359,{statement.currency},2/", *account]
    group.append(f"98,{total},1,{len(group) + 1}/")
    return group, total


def _detail(line: Line) -> Iterator[str]:
    bank, customer = (*line.references, "", "")[:2]
    if line.check_number is not None:
        customer = str(line.check_number)
    yield f"16,{line.code},{abs(line.amount_minor)},Z,{_plain(bank)},{_plain(customer)}{'/' if line.text else ',/'}"
    # A slash at the end of a line would end the record.
    for chunk in textwrap.wrap(line.text.replace("/", "-"), _WIDTH):
        yield f"88,{chunk}"


def _plain(text: str) -> str:
    return text.replace(",", " ").replace("/", " ").strip()


def write_camt053(statement: Statement, *, message_id: str, written_at: datetime) -> bytes:
    """A document of one statement."""
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_SPACE}"><BkToCstmrStmt>',
        f"<GrpHdr><MsgId>{escape(message_id)}</MsgId><CreDtTm>{written_at:%Y-%m-%dT%H:%M:%S}Z</CreDtTm></GrpHdr>",
        f"<Stmt><Id>{escape(statement.reference or message_id)}</Id>",
        f"<CreDtTm>{written_at:%Y-%m-%dT%H:%M:%S}Z</CreDtTm>",
        f"<FrToDt><FrDtTm>{statement.from_on}T00:00:00</FrDtTm><ToDtTm>{statement.to_on}T23:59:59</ToDtTm></FrToDt>",
        f"<Acct><Id><Othr><Id>{escape(statement.account_number)}</Id></Othr></Id>",
        f"<Ccy>{statement.currency}</Ccy></Acct>",
    ]
    for code, minor, on in (
        ("OPBD", statement.opening_minor, statement.from_on),
        ("CLBD", statement.closing_minor, statement.to_on),
    ):
        parts.append(
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(minor, statement.currency)}"
            f"<Dt><Dt>{on}</Dt></Dt></Bal>"
        )
    parts += [_entry(line, statement.currency) for line in statement.lines]
    parts.append("</Stmt></BkToCstmrStmt></Document>\n")
    return "".join(parts).encode()


def _entry(line: Line, currency: str) -> str:
    domain, family, subfamily = _DOMAINS[line.kind][line.amount_minor > 0]
    own, rest = line.references[:1], line.references[1:]
    refs = f"<AcctSvcrRef>{escape(own[0])}</AcctSvcrRef>" if own else ""
    refs += f"<EndToEndId>{escape(rest[0])}</EndToEndId>" if rest else ""
    refs += f"<ChqNb>{line.check_number}</ChqNb>" if line.check_number is not None else ""
    text = f"<AddtlTxInf>{escape(line.text)}</AddtlTxInf>" if line.text else ""
    return (
        f"<Ntry>{_amount(line.amount_minor, currency)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.posted_on}</Dt></BookgDt>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{subfamily}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs>{refs}</Refs>{text}</TxDtls></NtryDtls></Ntry>"
    )


def _amount(minor: int, currency: str) -> str:
    side = "DBIT" if minor < 0 else "CRDT"
    return f'<Amt Ccy="{currency}">{abs(to_decimal(minor, currency))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
