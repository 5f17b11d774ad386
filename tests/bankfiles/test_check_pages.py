"""Checks as pages: what stands on them, how many there are, what is refused, and that the same makes the same."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from billfold.bankfiles import checks
from billfold.bankfiles.checks.pdf import render
from tests.bankfiles.check_builders import a_check, a_face, a_line, page_count, picture, text_of

UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
} | {
    word: value * 10
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SIZES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}


def parsed(words):
    """Cents from an amount in words, by another road than the one that made them."""
    dollars, cents = words.lower().removesuffix(" dollars").removesuffix(" dollar").split(" and ")
    total = part = 0
    for word in dollars.replace("-", " ").split():
        if word == "hundred":
            part *= 100
        elif word in SIZES:
            total, part = total + part * SIZES[word], 0
        else:
            part += UNITS[word]
    assert cents.endswith("/100")
    return (total + part) * 100 + int(cents[:-4])


@pytest.mark.parametrize(
    ("amount_minor", "words"),
    [
        (1, "Zero and 01/100 dollars"),
        (100, "One and 00/100 dollar"),
        (123_456, "One thousand two hundred thirty-four and 56/100 dollars"),
        (2_100_000, "Twenty-one thousand and 00/100 dollars"),
        (100_000_001, "One million and 01/100 dollars"),
        (
            9_999_999_999,
            "Ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine and 99/100 dollars",
        ),
    ],
)
def test_checks_say_amounts_as_people_write_them(amount_minor, words):
    assert checks.amount_in_words(amount_minor) == words


@given(st.integers(1, checks.MAX_AMOUNT_MINOR))
def test_amounts_in_words_say_the_amount(amount_minor):
    assert parsed(checks.amount_in_words(amount_minor)) == amount_minor


@pytest.mark.parametrize("amount_minor", [0, -1, checks.MAX_AMOUNT_MINOR + 1])
def test_amounts_that_no_check_has_have_no_words(amount_minor):
    with pytest.raises(ValueError, match="cents was expected"):
        checks.amount_in_words(amount_minor)


def test_a_check_says_who_pays_whom_how_much_and_when():
    text = text_of(render([a_check()], a_face(signer_title="Treasurer")))
    for said in (
        "Kestrel Foods",
        "481 Mission Street",
        "First Meridian Bank",
        "74-10/740",
        "001042",
        "January 15, 2026",
        "Blue Kite Paper",
        "**1,234.56",
        "One thousand two hundred thirty-four and 56/100 dollars",
        "San Leandro, CA 94577",
        "88-10442",
        "Treasurer",
        "VOID AFTER 90 DAYS",
    ):
        assert said in text, said


def test_the_account_number_is_no_text_that_could_be_copied():
    assert "123456789012" not in text_of(render([a_check()], a_face()))


def test_a_specimen_says_that_it_is_void_and_a_check_does_not():
    assert "NOT NEGOTIABLE" in text_of(render([a_check()], a_face(specimen=True)))
    assert "NOT NEGOTIABLE" not in text_of(render([a_check()], a_face()))


def test_stubs_name_the_invoices_credits_and_the_reference():
    lines = (
        a_line("INV-7", 100_000, amount_minor=110_000, credit_minor=10_000),
        a_line("INV-8", 23_456, issued_on=None),
    )
    text = text_of(render([a_check(lines=lines, reference="P26011501 - 0000042")], a_face()))
    for row in ("01/02/2026 INV-7 Paper 1,100.00 -100.00 1,000.00", "INV-8 Paper 234.56 234.56", "$1,234.56"):
        assert text.count(row) == 2, row
    assert text.count("P26011501 - 0000042") == 2


def test_lines_that_a_stub_cannot_hold_follow_on_pages_of_their_own():
    lines = tuple(a_line(f"INV-{number:03d}", 100) for number in range(70))
    pdf = render([a_check(amount_minor=7_000, lines=lines), a_check(1043)], a_face())
    assert page_count(pdf) == 4
    assert text_of(pdf).count("and 56 more, on the remittance advice that follows") == 2
    advice = text_of(pdf, 1) + text_of(pdf, 2)
    assert [f"INV-{number:03d}" in advice for number in range(70)] == [True] * 70
    assert "Page 2 of 2" in advice
    assert advice.count("Total of this check") == 1
    assert "001043" in text_of(pdf, 3)


@pytest.mark.parametrize(("count", "pages"), [(15, 1), (16, 2), (56 + 1, 3)])
def test_fifteen_lines_fit_a_stub(count, pages):
    lines = tuple(a_line(f"INV-{number}", 100) for number in range(count))
    pdf = render([a_check(amount_minor=count * 100, lines=lines)], a_face())
    assert page_count(pdf) == pages
    assert f"INV-{count - 1}" in text_of(pdf, pages - 1)


def test_a_batch_is_one_file_with_the_checks_in_order():
    pdf = render([a_check(number) for number in (1042, 1043, 1044)], a_face())
    assert ["001042" in text_of(pdf), "001043" in text_of(pdf, 1), "001044" in text_of(pdf, 2)] == [True] * 3


def test_the_same_checks_make_the_same_bytes():
    assert render([a_check()], a_face()) == render([a_check()], a_face())
    assert render([a_check()], a_face()) != render([a_check(1043)], a_face())


def test_a_signature_is_drawn_above_its_line():
    image = io.BytesIO()
    Image.new("RGB", (300, 80), "black").save(image, "PNG")
    signed = picture(render([a_check()], a_face(signature=image.getvalue())), 2.2, 2.5)
    unsigned = picture(render([a_check()], a_face()), 2.2, 2.5)
    where = (int(5.4 * 600), 0, int(7.0 * 600), int(0.3 * 600))
    assert signed.crop(where).getbbox() is not None
    assert unsigned.crop(where).getbbox() is None


def test_the_payees_address_stands_in_the_window_of_the_envelope():
    # From 7/8 inch, between 1.75 and 2.75 inch from the top.
    page = picture(render([a_check(memo="")], a_face()), 1.8, 2.68)
    left, top, right, bottom = page.crop((0, 0, int(4.5 * 600), page.height)).getbbox()
    assert left / 600 > 0.875
    assert top / 600 + 1.8 > 1.85
    assert right / 600 < 4.5
    assert bottom / 600 + 1.8 < 2.68


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"payee": checks.Party(" ")}, "payee name: expected 1 to 60"),
        ({"payee": checks.Party("x" * 61)}, "payee name: expected 1 to 60"),
        ({"payee": checks.Party("紙")}, "payee name: has characters"),
        ({"payee": checks.Party("Paper", ("紙",))}, "payee address: has characters"),
        ({"payee": checks.Party("Paper", ("x",) * 6)}, "at most 5 lines"),
        ({"amount_minor": 0, "lines": ()}, "amount: expected 1 to"),
        ({"amount_minor": 10**10, "lines": ()}, "amount: expected 1 to"),
        ({"amount_minor": 5}, "lines: expected a sum of 5 cents, found 123456"),
        ({"lines": (a_line(paid_minor=1),) * 2_001, "amount_minor": 2_001}, "lines: expected at most 2000"),
    ],
)
def test_a_check_that_could_not_be_cashed_is_not_drawn(changes, problem):
    with pytest.raises(checks.CheckError, match=problem):
        render([a_check(**changes)], a_face())


def test_everything_that_is_wrong_is_said_together():
    with pytest.raises(checks.CheckError) as error:
        render([a_check(payee=checks.Party(""), amount_minor=0, lines=()), a_check(7), a_check(7)], a_face())
    assert len(error.value.problems) == 3
    with pytest.raises(checks.CheckError, match="found none"):
        render([], a_face())


@given(st.sampled_from("WMÄ"))
def test_sixty_of_the_widest_letters_fit_the_payee_line(letter):
    assert letter * 60 in text_of(render([a_check(payee=checks.Party(letter * 60))], a_face()))


@pytest.mark.parametrize(
    ("text", "printed"),
    [("Café Zoë", "Café Zoë"), ("Łódź", "Lódz"), ("Đorđe", "Dorde"), ("ﬁn", "fin"), ("a\nb  c", "a b c"), ("紙", None)],
)
def test_names_are_printed_in_letters_that_the_fonts_have(text, printed):
    assert checks.printable(text) == printed


def test_a_repr_shows_no_account_number():
    assert "123456789012" not in repr(a_face())


def test_dates_are_written_as_in_the_united_states():
    assert "March 5, 2026" in text_of(render([a_check(issued_on=date(2026, 3, 5))], a_face()))
