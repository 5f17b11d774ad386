"""What the sandbox refuses."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from billfold.kit.worlds import begin_advance
from tests.wire.api import Company, Reply
from tests.wire.examples import returned_file
from tests.wire.triggers.registry import (
    trigger,
)


@trigger
def incoming_file_invalid(company: Company) -> Reply:
    wrong = returned_file().replace(b"9000001", b"9000002")
    body = {"content": b64encode(wrong).decode()}
    return company.admin("POST", "bank-files", body)


@trigger
def account_not_proven(company: Company) -> Reply:
    company.admin("PATCH", "originator", {"sendsPrenotes": True}).ok()
    vendor = company.vendor("000980016")
    company.advance(days=4)
    return company.pay(company.bill(vendor))


@trigger
def too_many_faults(company: Company) -> Reply:
    fault = {"operation": "v3.vendors.list"}
    for _ in range(100):
        company.sim("POST", "faults", fault).ok()
    return company.sim("POST", "faults", fault)


@trigger
def advance_running(company: Company) -> Reply:
    with company.api.installed.database.transaction() as tx:
        begin_advance(tx, company.made["world"], datetime.fromisoformat("2026-03-05T17:00:00+00:00"))
    return company.sim("POST", "clock/advance", {"days": 1})


@trigger
def time_goes_forward(company: Company) -> Reply:
    return company.sim("POST", "clock/advance", {"to": "2026-03-01T00:00:00Z"})


@trigger
def too_many_snapshots(company: Company) -> Reply:
    for number in range(20):
        company.sim("POST", "snapshot", {"name": f"n{number}"}).ok()
    return company.sim("POST", "snapshot", {"name": "more"})


@trigger
def snapshot_outdated(company: Company) -> Reply:
    company.sim("POST", "snapshot").ok()
    with company.api.installed.database.transaction() as tx:
        tx.run("UPDATE snapshots SET schema_version = 'another'")
    return company.sim("POST", "restore")
