"""pain.001.001.09: valid by the schema whatever the texts are, and read back as it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from billfold.bankfiles import pain001

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "pain.001.001.09.xsd")
SENDER = pain001.Party("ACME ANVILS", identifiers=(("COMPANY", "1987654321"),))
NOW = datetime(2026, 3, 6, 14, tzinfo=UTC)


def a_transfer(**changes: Any) -> pain001.Transfer:
    fields: dict[str, Any] = {
        "end_to_end_id": "rtr01ABC1001",
        "amount": pain001.Amount(100000, "EUR"),
        "creditor": pain001.Party("Kite GmbH", "DE", ["Unter den Linden 1", "10117 Berlin"]),
        "account": pain001.Account("DE89370400440532013000", is_iban=True),
        "agent": pain001.Agent(bic="COBADEFF", country="DE"),
        "rate": pain001.Rate("EUR", Decimal("0.84680450"), "17"),
        "remittance": "BK-1044",
    }
    return pain001.Transfer(**fields | changes)


def a_file(*transfers: pain001.Transfer) -> pain001.File:
    order = pain001.Order(
        "BF1-1", date(2026, 3, 6), SENDER, pain001.Account("000111222333", currency="USD"),
        pain001.Agent(clearing_system="USABA", member_id="322271627", country="US"), transfers or (a_transfer(),),
    )  # fmt: skip
    return pain001.File("BF1", NOW, SENDER, [order])


def decoded(content: bytes) -> Any:
    """What an independent reader that knows the schema makes of it; it refuses what is not valid."""
    return SCHEMA.to_dict(content.decode())["CstmrCdtTrfInitn"]


def test_a_transfer_says_whom_how_much_where_and_at_which_rate() -> None:
    message = decoded(pain001.render(a_file()))
    assert message["GrpHdr"]["CtrlSum"] == Decimal("1000.00")
    (order,) = message["PmtInf"]
    assert (order["ReqdExctnDt"], order["ChrgBr"]) == ({"Dt": "2026-03-06"}, "SHAR")
    assert order["DbtrAgt"]["FinInstnId"]["ClrSysMmbId"] == {"ClrSysId": {"Cd": "USABA"}, "MmbId": "322271627"}
    (transfer,) = order["CdtTrfTxInf"]
    assert transfer["Amt"] == {"InstdAmt": {"@Ccy": "EUR", "$": Decimal("1000.00")}}
    assert transfer["XchgRateInf"] == {
        "UnitCcy": "EUR", "XchgRate": Decimal("0.8468045"), "RateTp": "AGRD", "CtrctId": "17",
    }  # fmt: skip
    assert transfer["CdtrAcct"] == {"Id": {"IBAN": "DE89370400440532013000"}}
    assert transfer["Cdtr"]["PstlAdr"] == {"Ctry": "DE", "AdrLine": ["Unter den Linden 1", "10117 Berlin"]}
    assert transfer["RmtInf"] == {"Ustrd": ["BK-1044"]}


def test_money_of_the_sender_is_paid_as_its_worth_in_another_currency() -> None:
    file = a_file(a_transfer(amount=pain001.Amount(5000, "USD"), paid_in="EUR", rate=None))
    (transfer,) = decoded(pain001.render(file))["PmtInf"][0]["CdtTrfTxInf"]
    assert transfer["Amt"] == {"EqvtAmt": {"Amt": {"@Ccy": "USD", "$": Decimal("50.00")}, "CcyOfTrf": "EUR"}}
    assert "XchgRateInf" not in transfer
    (read,) = pain001.read(pain001.render(file)).transfers
    assert (read.amount, read.paid_in) == (pain001.Amount(5000, "USD"), "EUR")


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"purpose_code": "GDS"}, "Purp", {"Prtry": "GDS"}),
        ({"purpose_code": "P0103"}, "Purp", {"Prtry": "P0103"}),
        ({"purpose_text": "Paper and toner"}, "RgltryRptg", [{"Dtls": [{"Inf": ["Paper and toner"]}]}]),
        ({"agent": pain001.Agent()}, "CdtrAgt", {"FinInstnId": {"Othr": {"Id": "NOTPROVIDED"}}}),
    ],
)
def test_what_a_country_wants_has_its_place(changes: dict[str, Any], where: str, what: Any) -> None:
    (transfer,) = decoded(pain001.render(a_file(a_transfer(**changes))))["PmtInf"][0]["CdtTrfTxInf"]
    assert transfer[where] == what


@pytest.mark.parametrize(
    ("is_person", "kind"), [(True, "PrvtId"), (False, "OrgId")]
)  # fmt: skip
def test_numbers_of_the_party_are_named_by_their_scheme(is_person: bool, kind: str) -> None:
    creditor = pain001.Party("Kite Ltda", "BR", (), (("cnpj", "11222333000181"),), is_person)
    (transfer,) = decoded(pain001.render(a_file(a_transfer(creditor=creditor))))["PmtInf"][0]["CdtTrfTxInf"]
    assert transfer["Cdtr"]["Id"] == {kind: {"Othr": [{"Id": "11222333000181", "SchmeNm": {"Prtry": "cnpj"}}]}}


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("Müller & Söhne GmbH", "Muller + Sohne GmbH"),
        ("Łódź Straße", "Lodz Strasse"),
        ("Ærø <Ø>", "AEro O"),
        ("株式会社 Kite", "Kite"),
        ("株式会社", ""),
        ("//secret", "secret"),
        ("a\nb\tc", "a b c"),
    ],
)
def test_texts_are_brought_into_latin_letters(text: str, latin: str) -> None:
    assert pain001.latin(text) == latin


TEXTS = st.text(max_size=200)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "USD"])


@given(
    names=st.lists(TEXTS, max_size=3),
    amounts=st.lists(st.tuples(st.integers(1, 10**13), CURRENCIES), min_size=1, max_size=4),
    texts=st.tuples(TEXTS, TEXTS, TEXTS),
)
def test_whatever_is_written_is_valid_and_reads_back_as_it_was(
    names: list[str], amounts: list[tuple[int, str]], texts: tuple[str, str, str]
) -> None:
    remittance, purpose, address = texts
    transfers = [
        a_transfer(
            end_to_end_id=f"rtr{number}",
            amount=pain001.Amount(minor, currency),
            creditor=pain001.Party("Kite " + "".join(names), "DE", [address]),
            remittance=remittance,
            purpose_text=purpose,
            rate=None,
        )
        for number, (minor, currency) in enumerate(amounts)
    ]
    content = pain001.render(a_file(*transfers))
    decoded(content)
    read = pain001.read(content)
    assert [(one.end_to_end_id, one.amount) for one in read.transfers] == [
        (one.end_to_end_id, one.amount) for one in transfers
    ]


def test_a_party_without_a_latin_letter_is_refused() -> None:
    with pytest.raises(pain001.FileRefused, match="no name"):
        pain001.render(a_file(a_transfer(creditor=pain001.Party("株式会社"))))


def test_an_order_pays_somebody() -> None:
    with pytest.raises(pain001.FileRefused, match="without transfers"):
        pain001.render(pain001.File("BF1", NOW, SENDER, []))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>2</NbOfTxs>"),
        (b"<CtrlSum>1000.00</CtrlSum>", b"<CtrlSum>1000.01</CtrlSum>"),
        (b"<?xml", b"<!DOCTYPE x><?xml"),
        (b"<EndToEndId>rtr01ABC1001</EndToEndId>", b""),
        (b"pain.001.001.09", b"pain.001.001.03"),
        (b"</Document>", b""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_whole(old: bytes, new: bytes) -> None:
    content = pain001.render(a_file())
    assert old in content
    with pytest.raises(pain001.FileRefused):
        pain001.read(content.replace(old, new))


def test_nothing_that_is_shown_of_an_account_is_its_number() -> None:
    assert "3704004405" not in repr(a_transfer())
    assert "3704004405" not in repr(pain001.read(pain001.render(a_file())))
