"""Vendors and customers, and where vendors are paid.

vendors       vendors · audit_trail: who did what to one
bank account  bank_details: what must hold of it · country_rules  country_table: what it takes abroad
              account_confirmations: by a second user · corrections: by its bank
other ways    acceptances  acceptance_model: virtual cards, RPPS, the wallet
customers     customers · contacts: the people there
records       model  events  store
"""
