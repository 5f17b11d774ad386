"""The wire: what Billfold says to the outside. BILL's spelling stops here.

faces           v3  v2: BILL's · admin  sim: our own · own: what those two have alike
any request     catalog: every operation is a row · pipeline: its steps · codecs: bodies in, answers out
                limits  faults: where switched on · senders: whom both concern
refusals        errors: what each is on the wire · error_catalogue: what a code says · error_triggers: how to meet one
documents       openapi: OpenAPI, and the list of operations
BILL's faces    classifications  countries  currencies  tax_ids
files           files: answers that are one · multipart: forms that bring one
"""
