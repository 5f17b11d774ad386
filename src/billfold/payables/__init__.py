"""Bills and their payments; each package imports from those above it on this list, and hardly ever from one below.

bills       what is owed: the bills, who approves them, what is due when
credits     what vendors owe the organization, and the bills that it is used for
quotes      rates that are held for payments in another currency
payments    paying bills, online or elsewhere: what must hold, on which way, and the life of a payment
recurring   bills that come again and again
autopay     bills that are paid by themselves
mass        many bills paid in one request
monitoring  what was known of each entry that left
voids       payments undone: before their cut-off, after it, or sent anew
settlement  what a payment does when its transfers move, its virtual card expires or its vendor's account is none

lines: what the lines of every document have alike · postings: what a bill or credit posts
approval_routing: which approvals it needs · vendor_accounts: what a vendor is owed in all
interventions: what the operator does to a payment · events
"""
