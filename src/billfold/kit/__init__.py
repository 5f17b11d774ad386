"""The floor of the house: tools without business words. Imports nothing else of Billfold.

rows        db: two databases, one dialect · databases: opening one · sqlite  postgres
            columns: how values are stored · records: a struct and its table
            query: lists · counters  ids
values      money  banking  business_days · states: tables of what may follow what
a call      ctx: whose data, who acts, what time it is · errors  traces: what outlives a refusal · idempotency
afterwards  events: what happened · jobs: what is due · runner: who does it
time        clock · worlds: clocks as rows
secrets     crypto: sealing · vaults: the keys of organizations
around us   settings: the environment · blobs: bytes outside the database
going back  snapshots  wipe
"""
