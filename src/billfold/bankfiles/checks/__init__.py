"""Checks to print and the list of them for the bank: values in, bytes out.

A check is drawn on a third of a letter page with two stubs on the others; its MICR line is drawn from the geometry
of E-13B, so that no font is needed. `pdf.render` makes the pages: it is imported by whoever prints, as the PDF
library takes longer to load than all the rest.

a check   model · rules: what must hold of one · words: its amount, spelled out · text: letters that can be printed
drawn     face: where everything stands · stub: the invoices it pays · micr  e13b: the line that machines read
          pen: in mils · pdf: the pages · images: of signatures, and of whole checks
the bank  positive_pay: which checks it may pay
          errors
"""

from billfold.bankfiles.checks.errors import CheckError
from billfold.bankfiles.checks.images import image_problem, picture_of_check
from billfold.bankfiles.checks.micr import micr_line, micr_problems, serial
from billfold.bankfiles.checks.model import Check, DrawnOn, Face, Party, RemittanceLine, Stock
from billfold.bankfiles.checks.positive_pay import LAYOUTS, Item, Kind, Layout, render_positive_pay
from billfold.bankfiles.checks.rules import MAX_ADDRESS_LINES, MAX_PAYEE, check_problems
from billfold.bankfiles.checks.text import printable
from billfold.bankfiles.checks.words import MAX_AMOUNT_MINOR, amount_in_figures, amount_in_words

__all__ = [
    "Check",
    "RemittanceLine",
    "Party",
    "DrawnOn",
    "Face",
    "Stock",
    "CheckError",
    "check_problems",
    "printable",
    "MAX_PAYEE",
    "MAX_ADDRESS_LINES",
    "MAX_AMOUNT_MINOR",
    "image_problem",
    "picture_of_check",
    "micr_line",
    "micr_problems",
    "serial",
    "amount_in_words",
    "amount_in_figures",
    "LAYOUTS",
    "Layout",
    "Item",
    "Kind",
    "render_positive_pay",
]
