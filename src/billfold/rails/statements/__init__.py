"""What the bank says, against what we know: lines are matched or booked; the rest are exceptions.

taken in     imports
resolved     expectations: what the bank may book · matching: by rules · resolution: by them, by hand, and back
             drawn: what leaves by itself · disbursing_accounts: what our own bank sends for payments
compared     reconciliation: every cent between bank and books
simulated    bank_books: the books of the sandbox's bank, and statements from them
records      model  events  store
"""
