"""The fourteen characters of E-13B as outlines (ANSI X9.100-20, once X9.27; ISO 1004).

A character lies on a grid of squares of 0.013 inch, seven wide and nine high; a magnetic reader knows it by how
much ink each column of squares holds. Corners have a radius of half a square, outside and inside. Tables speak in
squares and code in hundredths of one, x to the right from the character's left edge and y downwards from the top
of the grid: a character less than nine squares high lies around the middle of the line, as the standard draws it.

The standard allows 0.0015 inch either way. Nothing here can say whether a printer's toner is magnetic enough: a
bank reads trial prints before an account's first check.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, Literal, TypeAlias

#: Lengths are in hundredths of a square; a square is 13 thousandths of an inch (mils) wide and high.
SQUARE: Final = 100
SQUARE_MILS: Final = 13
GRID_WIDTH: Final = 7 * SQUARE
GRID_HEIGHT: Final = 9 * SQUARE
#: From the right edge of one character to that of the next: 1/8 inch.
PITCH_MILS: Final = 125
_RADIUS: Final = SQUARE // 2

TRANSIT: Final = "⑆"
AMOUNT: Final = "⑇"
ON_US: Final = "⑈"
DASH: Final = "⑉"

Point: TypeAlias = tuple[int, int]
#: A command of a path and its points: to ("M"), a line to ("L"), a Bézier curve by two points to ("C").
Segment: TypeAlias = tuple[Literal["M", "L", "C"], tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class Contour:
    """A closed line of corners in order, each rounded with the same radius."""

    corners: tuple[Point, ...]
    radius: int = _RADIUS


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character: its width, and contours between which ink is where an odd number of them is around."""

    width: int
    contours: tuple[Contour, ...]


def _contour(squares: str, radius: int = _RADIUS) -> Contour:
    """From corners in squares: `0 0, 7 0, 7 9, 0 9`."""
    corners = (corner.split() for corner in squares.split(","))
    return Contour(tuple((round(Decimal(x) * SQUARE), round(Decimal(y) * SQUARE)) for x, y in corners), radius)


def _glyph(*squares: str) -> Glyph:
    return _of(tuple(_contour(line) for line in squares))


def _of(contours: tuple[Contour, ...]) -> Glyph:
    return Glyph(max(x for contour in contours for x, _ in contour.corners), contours)


GLYPHS: Final[dict[str, Glyph]] = {
    "0": _of(
        (
            _contour("0 0, 7 0, 7 9, 0 9", radius=2 * SQUARE),
            _contour("1 1, 6 1, 6 8, 1 8", radius=SQUARE),
        )
    ),
    "1": _glyph("0 0, 2 0, 2 5, 4 5, 4 9, 0 9, 0 5, 1 5, 1 1, 0 1"),
    "2": _glyph("0 0, 4 0, 4 5, 1 5, 1 8, 4 8, 4 9, 0 9, 0 4, 3 4, 3 1, 0 1"),
    "3": _glyph("0 0, 4 0, 4 4.5, 5 4.5, 5 9, 0 9, 0 8, 3 8, 3 5, 0 5, 0 4, 3 4, 3 1, 0 1"),
    "4": _glyph("0 0, 2 0, 2 6, 4 6, 4 5, 6 5, 6 9, 4 9, 4 7, 0 7"),
    "5": _glyph("0 0, 5 0, 5 1, 1 1, 1 4, 5 4, 5 9, 0 9, 0 8, 4 8, 4 5, 0 5"),
    "6": _glyph("0 0, 4 0, 4 2.5, 3 2.5, 3 1, 1 1, 1 5, 6 5, 6 9, 0 9", "1 6, 5 6, 5 8, 1 8"),
    "7": _glyph("0 0, 5 0, 5 3.97, 3 4.86, 3 9, 2 9, 2 4.21, 4 3.32, 4 1, 1 1, 1 3, 0 3"),
    "8": _glyph(
        "1 0, 6 0, 6 4.5, 7 4.5, 7 9, 0 9, 0 4.5, 1 4.5",
        "2 1, 5 1, 5 4, 2 4",
        "2 5, 5 5, 5 8, 2 8",
    ),
    "9": _glyph("0 0, 6 0, 6 9, 4 9, 4 5, 0 5", "1 1, 5 1, 5 4, 1 4"),
    TRANSIT: _glyph("0 1.5, 2 1.5, 2 7.5, 0 7.5", "4 0, 7 0, 7 3, 4 3", "4 6, 7 6, 7 9, 4 9"),
    AMOUNT: _glyph("0 5, 2 5, 2 9, 0 9", "3 2.25, 4 2.25, 4 6.75, 3 6.75", "5 0, 7 0, 7 4, 5 4"),
    ON_US: _glyph("0 2, 1 2, 1 8, 0 8", "2 2, 3 2, 3 8, 2 8", "4 1, 7 1, 7 5, 4 5"),
    DASH: _glyph("0 2.5, 2 2.5, 2 6.5, 0 6.5", "3 2.5, 5 2.5, 5 6.5, 3 6.5", "6 2.5, 7 2.5, 7 6.5, 6 6.5"),
}


@cache
def outline(character: str) -> tuple[tuple[Segment, ...], ...]:
    """The closed paths of a character, corners rounded. Raises `KeyError` for any other character."""
    return tuple(_rounded(contour) for contour in GLYPHS[character].contours)


def _rounded(contour: Contour) -> tuple[Segment, ...]:
    corners = contour.corners
    path: list[Segment] = []
    for before, corner, after in zip((corners[-1], *corners), corners, (*corners[1:], corners[0]), strict=False):
        start, control, control_after, end = _arc(before, corner, after, contour.radius)
        path += [("L", (start,)), ("C", (control, control_after, end))]
    # A path begins by moving to its first point instead of drawing a line to it.
    return (("M", path[0][1]), *path[1:])


def _arc(before: Point, corner: Point, after: Point, radius: int) -> tuple[Point, Point, Point, Point]:
    """The corner's arc as a Bézier curve: where it starts, two control points, where it ends."""
    (ax, ay), (bx, by) = ((x - corner[0], y - corner[1]) for x, y in (before, after))
    turn = math.pi - abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by))
    tangent = radius * math.tan(turn / 2)
    control = tangent - radius * 4 / 3 * math.tan(turn / 4)
    assert tangent <= min(math.hypot(ax, ay), math.hypot(bx, by)), f"the corner {corner} has no room for its radius"
    return (
        _towards(before, corner, round(tangent)),
        _towards(before, corner, round(control)),
        _towards(after, corner, round(control)),
        _towards(after, corner, round(tangent)),
    )


def _towards(end: Point, corner: Point, distance: int) -> Point:
    """The point so far from the corner on the way to the other end."""
    x, y = end[0] - corner[0], end[1] - corner[1]
    length = math.hypot(x, y)
    return round(corner[0] + x * distance / length), round(corner[1] + y * distance / length)
