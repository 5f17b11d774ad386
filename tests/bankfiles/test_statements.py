"""Statements of banks are read whole or not at all: BAI2 and camt.053, what is in them and what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from bai2 import bai2 as other_reader
from hypothesis import given
from hypothesis import strategies as st

from billfold.bankfiles.statements import Format, Kind, Line, Statement, StatementError, format_of, read
from billfold.bankfiles.statements.writers import write_bai2, write_camt053

DAY = date(2026, 1, 13)
MOMENT = datetime(2026, 1, 14, 6, 0, tzinfo=UTC)

BAI2 = """01,074000010,ACME,260114,0600,1,80,,2/
02,ACME,074000010,1,260113,2359,USD,2/
03,111111234,USD,010,500000,,,015,359877,,/
88,100,5000,1,,400,145123,4,Z/
16,475,20049,0,BR0001,1001/
16,466,100000,Z,071212345000001,/
88,ACH SETTLEMENT, 12 ENTRIES
88,EFFECTIVE 260113
16,698,25074,S,100,200,300,,,MONTHLY FEE, PLAN B
16,257,5000,V,260113,2400,074000010000007,,R03 NO ACCOUNT/ADDRESS
16,890,,,,,CALL US ABOUT LOCKBOXES
49,1160123,10/
98,1160123,1,12/
99,1160123,1,14/
"""

CAMT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-14T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S-13</Id><Acct><Id><Othr><Id>111111234</Id></Othr></Id><Ccy>USD</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">5000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-01-12</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">4849.51</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-01-13</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp><Amt Ccy="USD">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-01-13</Dt></Dt></Bal>
<Ntry><Amt Ccy="USD">200.49</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-13</Dt></BookgDt>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICHQ</Cd><SubFmlyCd>CCHQ</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><ChqNb>1001</ChqNb></Refs></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="USD">50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><DtTm>2026-01-13T08:00:00</DtTm></BookgDt><AcctSvcrRef>B7</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><ClrSysRef>074000010000007</ClrSysRef></Refs>
<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf><Ustrd>Account closed</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="USD">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


def refused(content):
    with pytest.raises(StatementError) as caught:
        read(content if isinstance(content, bytes) else content.encode())
    return str(caught.value)


# BAI2


def test_a_bai2_file_is_read_with_its_continuations_availabilities_and_commas():
    (found,) = read(BAI2.encode())
    assert (found.account_number, found.currency, found.from_on, found.to_on) == ("111111234", "USD", DAY, DAY)
    assert (found.opening_minor, found.closing_minor) == (500000, 359877)
    assert found.lines == (
        Line(DAY, -20049, Kind.CHECK, "475", 1001, ("BR0001", "1001"), ""),
        Line(DAY, -100000, Kind.ACH, "466", None, ("071212345000001",), "ACH SETTLEMENT, 12 ENTRIES EFFECTIVE 260113"),
        Line(DAY, -25074, Kind.FEE, "698", None, (), "MONTHLY FEE, PLAN B"),
        Line(DAY, 5000, Kind.RETURN, "257", None, ("074000010000007",), "R03 NO ACCOUNT/ADDRESS"),
    )


def test_codes_of_the_banks_own_making_say_which_way_the_money_went():
    changed = BAI2.replace("16,698,", "16,961,")
    assert read(changed.encode())[0].lines[2] == Line(DAY, -25074, Kind.OTHER, "961", None, (), "MONTHLY FEE, PLAN B")


def test_an_opening_balance_left_out_is_what_the_lines_say():
    changed = BAI2.replace("010,500000,,,", "").replace("1160123", "660123")
    assert read(changed.encode())[0].opening_minor == 500000


def test_several_accounts_and_days_are_several_statements():
    second = (
        "02,ACME,074000010,1,260114,2359,,2/\n"
        "03,999991234,,010,-100,,,015,-100,,/\n49,-200,2/\n98,-200,1,4/\n"
    )  # fmt: skip
    changed = BAI2.replace("99,1160123,1,14/", second + "99,1159923,2,18/")
    first, other = read(changed.encode())
    assert (first.account_number, other.account_number) == ("111111234", "999991234")
    assert (other.to_on, other.opening_minor, other.closing_minor) == (date(2026, 1, 14), -100, -100)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("01,074", "1,074", "neither"),
        ("16,475,20049", "16,375,20049", "differ from the closing balance"),
        ("49,1160123,10/", "49,1160124,10/", "the record 49 says [1160124, 10], but what it ends has [1160123, 10]"),
        ("49,1160123,10/", "49,1160123,9/", "the record 49"),
        ("98,1160123,1,12/", "98,1160123,2,12/", "the record 98"),
        ("98,1160123,1,12/", "98,1160122,1,12/", "the record 98"),
        ("99,1160123,1,14/\n", "", "record 99 is missing"),
        ("99,1160123,1,14/", "99,1160123,1,14/\n16,475,1,Z,,1/", "after the end of the file"),
        ("49,1160123,10/\n", "", "a record 98 has no place here"),
        ("02,ACME,074000010,1,260113", "02,ACME,074000010,1,261313", "is not YYMMDD"),
        ("015,359877,,", "045,359877,,", "no closing ledger balance"),
        ("16,475,20049", "16,475,200.49", "not a whole number of cents"),
        ("16,475,20049", "16,475,²", "not a whole number of cents"),
        ("16,475,20049", "16,721,20049", "neither a credit nor a debit"),
        ("16,475,20049", "17,475,20049", "there is no record '17'"),
    ],
)
def test_a_bai2_file_that_does_not_add_up_is_refused(old, new, why):
    assert BAI2.count(old) >= 1
    assert why in refused(BAI2.replace(old, new, 1))


def test_a_bai2_file_that_begins_with_a_continuation_is_no_statement():
    assert "neither" in refused("88,more/\n" + BAI2)
    assert "neither" in refused("")


# camt.053


def test_a_camt_document_is_read_whatever_its_version():
    for version in ("02", "08", "11"):
        (found,) = read(CAMT.replace("camt.053.001.02", f"camt.053.001.{version}").encode())
        assert (found.account_number, found.currency, found.reference) == ("111111234", "USD", "S-13")
        assert (found.opening_minor, found.closing_minor) == (500000, 484951)
        assert found.lines == (
            Line(DAY, -20049, Kind.CHECK, "PMNT.ICHQ.CCHQ", 1001, (), ""),
            Line(DAY, 5000, Kind.RETURN, "PMNT.RCDT.ESCT", None, ("B7", "074000010000007"), "Account closed"),
        )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("camt.053.001", "camt.054.001", "is not a camt.053"),
        ("200.49", "200.48", "differ from the closing balance by -1"),
        ("200.49", "200.491", "not a whole number of minor units"),
        ("200.49", "NaN", "not a whole number of minor units"),
        ("200.49", "abc", "is not a number"),
        ("<Cd>CLBD</Cd>", "<Cd>XPCD</Cd>", "OPBD"),
        ("<CdtDbtInd>DBIT</CdtDbtInd>", "", "needs Amt and CdtDbtInd"),
        ("<BookgDt><Dt>2026-01-13</Dt></BookgDt>", "", "no booking date"),
        ("<Dt>2026-01-12</Dt>", "<Dt>12.1.2026</Dt>", "is not YYYY-MM-DD"),
        ("<Id>111111234</Id>", "", "has no number"),
        ("</Document>", "", "not well-formed"),
        ("?>", ' encoding="klingon"?>', "not well-formed"),
    ],
)
def test_a_camt_document_that_does_not_add_up_is_refused(old, new, why):
    assert CAMT.count(old) >= 1
    assert why in refused(CAMT.replace(old, new, 1))


def test_a_document_without_statement_is_refused():
    empty = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt/></Document>'
    assert "has no statement" in refused(empty)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "document_type",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        "<!DOCTYPE x>",
    ],
)
def test_entities_are_never_expanded_for_a_document_type_is_refused(document_type):
    changed = CAMT.replace("\n<Document", f"\n{document_type}<Document", 1).replace("<Id>S-13</Id>", "<Id>&l9;</Id>")
    assert "document type" in refused(changed)


def test_elements_nested_without_end_are_refused():
    assert "too deep" in refused("<a>" * 100_000)


# Both


def test_what_is_neither_is_refused():
    assert "neither" in refused(b"%PDF-1.7")
    assert format_of(b"\xef\xbb\xbf<Document/>") is Format.CAMT053


texts = st.text(st.sampled_from("ABC xyz0189-&<>\"'é/,"), max_size=200)
plain = st.from_regex(r"[A-Z0-9]{1,15}", fullmatch=True)
lines = st.builds(
    lambda minor, kind, number, references, text: Line(
        DAY,
        -abs(minor) if kind in {Kind.CHECK, Kind.FEE} else minor,
        kind,
        {Kind.CHECK: "475", Kind.FEE: "698"}.get(kind) or BY_SIGN[kind][minor > 0],
        number if kind is Kind.CHECK else None,
        tuple(references),
        " ".join(text.split()),
    ),
    st.integers(-(10**11), 10**11).filter(bool),
    st.sampled_from(Kind),
    st.integers(1, 999_999_999),
    st.lists(plain, max_size=2),
    texts,
)
BY_SIGN = {
    Kind.ACH: ("466", "166"), Kind.RETURN: ("557", "257"), Kind.WIRE: ("495", "195"), Kind.OTHER: ("699", "399"),
}  # fmt: skip
statements = st.builds(
    lambda opening, found: Statement(
        "0012345678", "USD", DAY, DAY, opening, opening + sum(one.amount_minor for one in found), tuple(found), "S1"
    ),
    st.integers(-(10**12), 10**12),
    st.lists(lines, max_size=8),
)


def essence(statement):
    """What both forms keep of every line."""
    return [(one.posted_on, one.amount_minor, one.kind, one.check_number) for one in statement.lines]


@given(statements)
def test_what_a_bank_writes_as_bai2_is_read_back_and_by_another_reader_too(statement):
    content = write_bai2([statement], bank="074000010", customer="ACME", written_at=MOMENT)
    (found,) = read(content)
    assert (found.opening_minor, found.closing_minor) == (statement.opening_minor, statement.closing_minor)
    assert essence(found) == essence(statement)
    assert [one.code for one in found.lines] == [one.code for one in statement.lines]
    others = other_reader.parse_from_string(content.decode("latin-1")).children[0].children[0].children
    assert [one.amount for one in others] == [abs(one.amount_minor) for one in statement.lines]


@given(statements)
def test_what_a_bank_writes_as_camt_is_read_back(statement):
    (found,) = read(write_camt053(statement, message_id="M1", written_at=MOMENT))
    assert (found.opening_minor, found.closing_minor) == (statement.opening_minor, statement.closing_minor)
    assert essence(found) == essence(statement)
    assert [one.text for one in found.lines] == [one.text for one in statement.lines]


@given(st.binary(max_size=300), st.sampled_from([b"", b"01,", b"<", b"01,a,b,260114,0600,1,,,2/\n02,"]))
def test_any_bytes_are_a_statement_or_refused(noise, start):
    with suppress(StatementError):
        read(start + noise)


@given(st.integers(0, len(BAI2)), st.integers(0, len(BAI2)), st.sampled_from("0123456789,/\n "))
def test_a_bai2_file_with_one_letter_changed_is_read_or_refused(place, end, letter):
    for changed in (BAI2[:place] + letter + BAI2[place + 1 :], BAI2[:end]):
        with suppress(StatementError):
            read(changed.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BR0001,1001/", f"BR0001,{'9' * 30}/"),
        ("BR0001,1001/", f"BR0001,{'9' * 5000}/"),
    ],
    ids=["no check has thirty digits", "nor five thousand"],
)
def test_a_number_that_is_none_of_a_check_is_nobodys(old, new):
    (found,) = read(BAI2.replace(old, new).encode("latin-1"))
    assert found.lines[0].amount_minor == -20049
    assert found.lines[0].check_number is None


def test_an_exponent_is_no_count_of_days():
    (found,) = read(BAI2.replace("20049,0,BR0001", "20049,D,²,BR0001").encode("latin-1"))
    assert found.lines[0].references == ("BR0001", "1001")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("16,475", "16,²³¹", "is neither a credit nor a debit"),
        ("CALL US", "CALL\0US", "zero bytes"),
        ("88,EFFECTIVE 260113\n", "88,X\n" * 40_000, "goes on for too long"),
    ],
)
def test_bytes_that_broke_the_reader_of_bai2_are_refused(old, new, why):
    assert why in refused(BAI2.replace(old, new, 1).encode("latin-1"))


def test_a_record_of_half_a_million_fields_is_no_work():
    assert "neither a credit nor a debit" in refused(BAI2.replace("16,475", "16," + "," * 500_000, 1))
    assert "goes on for too long" in refused(BAI2.replace("015,359877,,", "015,359877,," + "," * 500_000, 1))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (">200.49<", ">9E999999<", "not a number"),
        ("<BookgDt><Dt>2026-01-13<", "<BookgDt><Dt>0001-01-01<", "no statement is of 0001-01-01"),
        ("<BookgDt><Dt>2026-01-13<", "<BookgDt><Dt>9999-12-31<", "no statement is of 9999-12-31"),
        (
            "<Acct>", "<FrToDt><FrDtTm>2027-01-01</FrDtTm><ToDtTm>2020-01-01</ToDtTm></FrToDt><Acct>",
            "it ends on 2020-01-01, before it begins on 2027-01-01",
        ),
    ],
)  # fmt: skip
def test_amounts_and_days_beyond_every_calendar_are_refused(old, new, why):
    assert why in refused(CAMT.replace(old, new, 1))


def test_a_check_number_of_thirty_digits_in_a_camt_document_is_nobodys():
    (found,) = read(CAMT.replace(">1001<", f">{'9' * 30}<").encode())
    assert found.lines[0].check_number is None
