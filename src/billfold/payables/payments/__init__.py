"""Paying bills.

made        pay_runs: the one place where online payments are made · payments: one payment, and what its steps need
            standing_payments: those that nobody asks for · offline_payments: those made elsewhere
what holds  payment_rules: what must hold, and the locks · reach: how a vendor is paid · funding_sources: what pays
            payment_options: all of it, asked beforehand
its days    process_dates  same_day  check_delivery
its money   payment_legs: the two transfers · foreign: rate, dollars and postings of one in another currency
            clearing: what the ledger holds of it
its life    payment_states: which status may follow which · account_holds: while its vendor's account is in doubt
            cashed_checks
records     model  store
"""
