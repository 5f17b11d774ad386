"""Bills and their payments.

bills       bills  bill_lines  bill_amounts  approval_routing  bill_approvals  approver_memory  duplicates  due_summary
            lines: what lines of every document have alike · vendor_accounts: what a vendor is owed in all
credits     vendor credits, and the bills that use them
recurring   bills that come again and again
paying      pay_runs: the one place where online payments are made · payments: one payment, and what its steps need
            payment_rules: what must hold · reach: how a vendor is paid · funding_sources: what pays
            payment_legs  payment_states  process_dates  payment_options
by a way    same_day  check_delivery  cashed_checks  virtual_card_payments
abroad      foreign  exchange_quotes  quote_model
unasked     standing_payments: on whose authority · autopay: one bill by itself · mass: many in one request
elsewhere   offline_payments
on its way  settlement: what each leg does when its transfers move · clearing: what the ledger holds of a payment
            account_holds  account_returns: when a vendor's account is in doubt, or there is none
            interventions  monitoring: what was known of each entry that left
undone      cancellations: before the cut-off · void_requests  void_model  voids: after it · reissues: sent anew
records     model  events  store
"""
