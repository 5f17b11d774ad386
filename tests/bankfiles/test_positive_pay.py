"""Positive pay files, byte by byte."""

from datetime import date

import pytest

from billfold.bankfiles import checks
from tests.bankfiles.check_builders import ACCOUNT, ROUTING

ITEMS = (
    checks.Item(checks.Kind.ISSUE, 1042, date(2026, 1, 15), 123_456, "Blue Kite Paper, Inc."),
    checks.Item(checks.Kind.VOID, 987, date(2026, 1, 14), 5, 'The "Łódź" Mill'),
)
FILES = {
    "csv-titled": (
        "Issue Date,Check Number,Account Number,Amount,Payee,Record Type\r\n"
        '2026-01-15,1042,123456789012,1234.56,"Blue Kite Paper, Inc.",ISSUE\r\n'
        '2026-01-14,987,123456789012,0.05,"The ""Lódz"" Mill",VOID\r\n'
    ),
    "csv-plain": (
        '123456789012,0000001042,01152026,123456,I,"BLUE KITE PAPER, INC."\r\n'
        '123456789012,0000000987,01142026,5,V,"THE ""LÓDZ"" MILL"\r\n'
    ),
    "csv-quoted": (
        '"074000010","123456789012","I","1042","1234.56","01/15/2026","Blue Kite Paper, Inc."\r\n'
        '"074000010","123456789012","C","987","0.05","01/14/2026","The ""Lódz"" Mill"\r\n'
    ),
    "fixed-120": (
        "D000000123456789012000000104200000012345620260115IBLUE KITE PAPER, INC." + " " * 49 + "\r\n"
        'D000000123456789012000000098700000000000520260114VTHE "LÓDZ" MILL' + " " * 55 + "\r\n"
        "T0000001234567890120000000002000000123461" + " " * 79 + "\r\n"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_each_layout_is_written_to_the_byte(name):
    assert checks.render_positive_pay(checks.LAYOUTS[name], ROUTING, ACCOUNT, ITEMS) == FILES[name].encode("cp1252")


def test_every_layout_is_tested():
    assert FILES.keys() == checks.LAYOUTS.keys()


def test_records_of_fixed_width_are_all_as_wide():
    content = checks.render_positive_pay(checks.LAYOUTS["fixed-120"], ROUTING, ACCOUNT, ITEMS)
    assert {len(line) for line in content.decode("cp1252").split("\r\n")[:-1]} == {120}


def test_a_number_too_wide_for_its_place_is_refused_and_a_payee_is_cut():
    wide = (checks.Item(checks.Kind.ISSUE, 10**10, date(2026, 1, 15), 1, "x"),)
    with pytest.raises(checks.CheckError, match="Check Number: expected at most 10"):
        checks.render_positive_pay(checks.LAYOUTS["fixed-120"], ROUTING, ACCOUNT, wide)
    long = (checks.Item(checks.Kind.ISSUE, 1, date(2026, 1, 15), 1, "x" * 70),)
    content = checks.render_positive_pay(checks.LAYOUTS["fixed-120"], ROUTING, ACCOUNT, long)
    assert ("X" * 60 + " " * 10).encode() in content


@pytest.mark.parametrize("layout", FILES)
def test_a_letter_without_a_capital_in_the_file_does_not_stop_the_file(layout):
    micro = (checks.Item(checks.Kind.ISSUE, 1, date(2026, 1, 15), 1, "\N{MICRO SIGN}-ƒ ß Works"),)
    content = checks.render_positive_pay(checks.LAYOUTS[layout], ROUTING, ACCOUNT, micro).decode("cp1252")
    assert "\N{MICRO SIGN}-ƒ SS WORKS" in content or "\N{MICRO SIGN}-ƒ ß Works" in content


def test_nothing_to_report_is_a_file_without_records():
    assert checks.render_positive_pay(checks.LAYOUTS["csv-plain"], ROUTING, ACCOUNT, ()) == b""
    empty = checks.render_positive_pay(checks.LAYOUTS["fixed-120"], ROUTING, ACCOUNT, ())
    assert empty.startswith(b"T000000123456789012" + b"0" * 22)
