"""What the organization pays with: its bank accounts, cards, AP cards and wallet, and who may use them.

bank accounts  bank_accounts · bank_account_users: who may pay from one · administrators: those with access
               corrections: by its bank
cards          cards: what users charge · ap_cards: lines of credit · card_model  card_events
the rest       wallet · permissions: which of these the organization may use
records        model  events  store
"""
