"""Moving money: transfers on rails, their calendar, and the simulated bank. Knows only "subject".

transfers   transfers: a transfer's life, whatever carries it · payees: whom nothing can be paid out to
            calendar: when things happen · days: a day at a time
ACH         ach: cut-offs · ach_assembly  ach_files: what a file says · originators: how we present ourselves · prenotes
            incoming: what banks send back
checks      checks: their numbers, their printing, what the bank is told of them, what becomes of them
abroad      international  international_files  fx
other rails book  card  virtual_cards  virtual_card_model  rpps  rpps_model  wallet
statements  statements: what the bank says, against what we know · money_movements: what it will say
simulated   bank  bank_files  bank_faults  bank_model
records     model  events  store
"""
