"""The MICR line: shapes, places, and reading it back from the picture of a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billfold.bankfiles import checks
from billfold.bankfiles.checks import e13b
from billfold.bankfiles.checks.pdf import render
from tests.bankfiles.check_builders import ACCOUNT, DPI, IDEALS, ROUTING, a_check, a_face, picture, read_micr

# What ISO 1004 draws, a letter a square; halves and the slant of the seven are in the outlines.
SHAPES = {
    "0": "####### #.....# #.....# #.....# #.....# #.....# #.....# #.....# #######",
    "1": "##.. .#.. .#.. .#.. .#.. #### #### #### ####",
    "2": "#### ...# ...# ...# #### #... #... #... ####",
    "3": "####. ...#. ...#. ...#. ####? ...## ...## ...## #####",
    "4": "##.... ##.... ##.... ##.... ##.... ##..## ###### ....## ....##",
    "5": "##### #.... #.... #.... ##### ....# ....# ....# #####",
    "6": "####.. #..#.. #..?.. #..... #..... ###### #....# #....# ######",
    "7": "##### #...# #...# ....# ..??? ..#.. ..#.. ..#.. ..#..",
    "8": ".#####. .#...#. .#...#. .#...#. ?#####? ##...## ##...## ##...## #######",
    "9": "###### #....# #....# #....# ###### ....## ....## ....## ....##",
    "⑆": "....### ?...### ##..### ##..... ##..... ##..... ##..### ?...### ....###".replace("?...", "??.."),
    "⑇": ".....## .....## ...?.## ...#.## ...#... ##.#... ##.?... ##..... ##.....",
    "⑈": "....... ....### #.#.### #.#.### #.#.### #.#.... #.#.... #.#.... .......",
    "⑉": "....... ....... ??.??.? ##.##.# ##.##.# ##.##.# ??.??.? ....... .......",
}
# Squares wide.
WIDTHS = {"0": 7, "1": 4, "2": 4, "3": 5, "4": 6, "5": 5, "6": 6, "7": 5, "8": 7, "9": 6}


@pytest.mark.parametrize("character", SHAPES)
def test_every_character_has_the_squares_of_the_standard(character):
    rows = SHAPES[character].split()
    width = len(rows[0])
    samples = IDEALS[character]
    for row, squares in enumerate(rows):
        for column, square in enumerate(squares, start=7 - width):
            ink = samples[(row * 3 + 1) * 21 + column * 3 + 1]
            assert square == "?" or ink is (square == "#"), (row, column)
        assert not any(samples[(row * 3 + 1) * 21 : (row * 3 + 1) * 21 + (7 - width) * 3])


@pytest.mark.parametrize("character", e13b.GLYPHS)
def test_every_character_is_as_wide_as_the_standard_says(character):
    assert e13b.GLYPHS[character].width == WIDTHS.get(character, 7) * 100


@pytest.mark.parametrize("character", e13b.GLYPHS)
def test_outlines_stay_inside_their_corners_and_are_closed_curves(character):
    glyph = e13b.GLYPHS[character]
    for contour, path in zip(glyph.contours, e13b.outline(character), strict=True):
        points = [point for _, of in path for point in of]
        assert path[0][0] == "M"
        assert [command for command, _ in path[1:]].count("C") == len(contour.corners)
        for axis in (0, 1):
            assert min(p[axis] for p in points) >= min(c[axis] for c in contour.corners)
            assert max(p[axis] for p in points) <= max(c[axis] for c in contour.corners)


def test_no_two_characters_are_alike_to_a_magnet():
    # A reader sees only how much ink each column of squares holds.
    columns = {
        character: tuple(sum(IDEALS[character][row * 21 + column] for row in range(27)) for column in range(21))
        for character in e13b.GLYPHS
    }
    assert len(set(columns.values())) == 14


def test_the_fields_stand_in_their_positions():
    line = checks.micr_line(1042, ROUTING, ACCOUNT)
    assert len(line) == 65
    at = {position: line[65 - position] for position in range(1, 66)}
    assert [at[position] for position in (14, 33, 43, 46, 53)] == ["⑈", "⑆", "⑆", "⑈", "⑈"]
    assert line[65 - 42 : 65 - 33] == ROUTING
    assert line[65 - 52 : 65 - 46] == "001042"
    assert line.rstrip().endswith(ACCOUNT + "⑈")
    assert {at[position] for position in (*range(1, 14), 32, 44, 45)} == {" "}


def test_a_hyphen_of_the_account_is_the_dash_symbol():
    assert "12⑉34⑈" in checks.micr_line(1, ROUTING, "12-34")


@pytest.mark.parametrize(
    ("number", "routing", "account", "problem"),
    [
        (0, ROUTING, ACCOUNT, "check number"),
        (10**15, ROUTING, ACCOUNT, "check number"),
        (1, "074000011", ACCOUNT, "routing number"),
        (1, "07400001", ACCOUNT, "routing number"),
        (1, "07400001x", ACCOUNT, "routing number"),
        (1, ROUTING, "12AB", "no letters"),
        (1, ROUTING, "", "no letters"),
        (1, ROUTING, "1" * 19, "at most 18"),
    ],
)
def test_what_the_line_cannot_carry_is_refused(number, routing, account, problem):
    with pytest.raises(checks.CheckError, match=problem) as error:
        checks.micr_line(number, routing, account)
    assert not account or account not in str(error.value)


@pytest.mark.parametrize("stock", checks.Stock)
def test_the_line_is_read_back_from_the_picture_of_a_page(stock):
    bottom = {checks.Stock.TOP: 3.5, checks.Stock.MIDDLE: 7.0}[stock]
    pdf = render([a_check(9_876_543_210)], a_face(stock=stock, account=checks.DrawnOn("Bank", ROUTING, "123456-7890")))
    strip = picture(pdf, bottom - 0.625, bottom)
    assert read_micr(strip, 0.625 - 0.3125) == checks.micr_line(9_876_543_210, ROUTING, "123456-7890")


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 10**15 - 1), st.text("0123456789-", min_size=1, max_size=18).filter(lambda a: a.strip("-")))
def test_any_number_and_account_are_read_back(number, account):
    pdf = render([a_check(number)], a_face(account=checks.DrawnOn("Bank", ROUTING, account)))
    assert read_micr(picture(pdf, 2.875, 3.5), 0.3125) == checks.micr_line(number, ROUTING, account)


def test_a_copy_shows_the_last_four_characters_of_the_account():
    strip = picture(render([a_check()], a_face(specimen=True, masked=True)), 2.875, 3.5)
    whole = checks.micr_line(1042, ROUTING, ACCOUNT)
    assert read_micr(strip, 0.3125) == whole.replace(ACCOUNT, " " * 8 + ACCOUNT[-4:])


def test_nothing_else_is_printed_in_the_clear_band():
    # The specimen's mark and a long memo are nearest to it.
    address = tuple(f"Line {number}" for number in range(5))
    check = a_check(payee=checks.Party("Blue Kite Paper", address), memo="x" * 80)
    strip = picture(render([check], a_face(specimen=True)), 2.875, 3.5)
    left, top, right, bottom = strip.getbbox()
    # Only the print band of a quarter inch has ink: 3/16 to 7/16 inch above the lower edge.
    assert top / DPI >= 0.625 - 7 / 16
    assert bottom / DPI <= 0.625 - 3 / 16
    assert left / DPI > 8.5 - 0.3125 - 65 * 0.125
    assert right / DPI == pytest.approx(8.5 - 0.3125 - 13 * 0.125, abs=0.002)
