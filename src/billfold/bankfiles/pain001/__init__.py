"""ISO 20022 pain.001.001.09: the customer's order to its bank to pay creditors, in any currency.

    content = render(File(message_id="…", created=…, initiator=…, orders=[Order(…)]))
    summary = read(content)

`render` writes what the schema wants, in its order; `read` gives back what a bank decides by. Amounts are minor units.
"""

from billfold.bankfiles.pain001.model import Account, Agent, Amount, File, FileRefused, Order, Party, Rate, Transfer
from billfold.bankfiles.pain001.reader import ReadFile, ReadTransfer, read
from billfold.bankfiles.pain001.text import latin
from billfold.bankfiles.pain001.writer import render

__all__ = [
    "Account",
    "Agent",
    "Amount",
    "File",
    "FileRefused",
    "Order",
    "Party",
    "Rate",
    "ReadFile",
    "ReadTransfer",
    "Transfer",
    "latin",
    "read",
    "render",
]
