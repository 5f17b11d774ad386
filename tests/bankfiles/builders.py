"""Small values with everything right, to be bent by one field in a test."""

from datetime import date, datetime

from billfold.bankfiles.nacha import Batch, Entry, File, ReturnAddendum

DFI = "09100001"
ACCOUNT = "8847215590036"


def trace(number, dfi=DFI):
    return f"{dfi}{number:07d}"


def entry(number=1, **changes):
    values = {
        "transaction_code": 22,
        "routing_number": "021000021",
        "account_number": ACCOUNT,
        "amount_minor": 12_345,
        "individual_name": "ACME SUPPLIES",
        "individual_id": "VEN-0042",
        "trace_number": trace(number),
    }
    return Entry(**values | changes)


def returned(number=1, **changes):
    addendum = ReturnAddendum(
        code="R01",
        original_trace_number="091000010000042",
        original_rdfi="02100002",
        trace_number=trace(number),
        information="NOT ENOUGH",
    )
    values = {"transaction_code": 21, "addenda": (addendum,)}
    return entry(number, **values | changes)


def batch(*entries, **changes):
    values = {
        "company_name": "BILLFOLD INC",
        "company_id": "1234567890",
        "sec_code": "CCD",
        "entry_description": "PAYABLES",
        "effective_entry_date": date(2025, 3, 4),
        "originating_dfi": DFI,
        "batch_number": 1,
        "entries": entries or (entry(),),
    }
    return Batch(**values | changes)


def file(*batches, **changes):
    values = {
        "immediate_destination": "091000019",
        "immediate_origin": "1234567890",
        "created": datetime.fromisoformat("2025-03-03T16:05"),
        "destination_name": "WELLS FARGO",
        "origin_name": "BILLFOLD INC",
        "batches": batches or (batch(),),
    }
    return File(**values | changes)
