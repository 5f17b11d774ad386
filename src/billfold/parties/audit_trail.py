"""What was done to a vendor, by whom, field by field: read from the event log (contract: payables §1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec

from billfold.kit.banking import masked
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.events import EventRow, list_events_backwards
from billfold.kit.money import to_decimal
from billfold.parties import store
from billfold.parties.events import (
    VendorBankAccountAdded,
    VendorBankAccountInvalidated,
    VendorBankAccountMended,
    VendorBankAccountRemoved,
)
from billfold.parties.vendors import get_vendor

#: Events are read so many at a time.
_CHUNK: Final = 200
_ADDED: Final = VendorBankAccountAdded.__name__
_REMOVED: Final = VendorBankAccountRemoved.__name__
_INVALIDATED: Final = VendorBankAccountInvalidated.__name__
_MENDED: Final = VendorBankAccountMended.__name__
#: What says nothing of its own: keys, times, and what follows from bank accounts, which have events of their own.
_SILENT: Final = frozenset(
    {"organization_id", "id", "ordinal", "pay_by", "last_payment_on", "created_at", "updated_at", "approver_ids"}
)
#: What users call a field, where it is not the field's own name.
_LABELS: Final = {
    "record_status": "Status",
    "address_zip": "ZIP code",
    "tax_id_last4": "Tax ID",
    "tax_id_type": "Tax ID type",
    "track_1099": "Track 1099",
    "purpose_text": "Payment purpose",
    "purpose_name": "Payment purpose",
    "purpose_value": "Payment purpose code",
    "auto_pay_enabled": "Auto pay",
    "auto_pay_bank_account_id": "Auto pay bank account",
    "auto_pay_max_minor": "Auto pay maximum amount",
    "auto_pay_days_before": "Auto pay days before due date",
}
_BY_CHECK, _BY_BANK = "Check", "ePayment"


class Change(msgspec.Struct, frozen=True):
    """A field's value before and after, as users read it; None for none."""

    name: str
    previous: str | None
    current: str | None


class Row(msgspec.Struct, frozen=True):
    """One thing that was done. No change: the vendor was created."""

    face: str
    actor_id: str
    occurred_at: datetime
    change: Change | None


def vendor_trail(ctx: Ctx, vendor_id: str, *, include_archived: bool, start: int, limit: int) -> list[Row]:
    """So many rows after the first `start`, newest first. An archived vendor has none unless asked for.

    Raises `NotFound`.
    """
    vendor = get_vendor(ctx, vendor_id)
    if vendor.archived and not include_archived:
        return []
    return list(islice(_rows(ctx, vendor_id), start, start + limit))


def _rows(ctx: Ctx, vendor_id: str) -> Iterator[Row]:
    """Newest first. What a change changed shows in the snapshot of the vendor's event before it."""
    later: EventRow | None = None
    between: list[Row] = []
    for event in _events(ctx, vendor_id):
        if event.subject_id != vendor_id:
            between += _rows_of(event, _bank_account_changes(event))
            continue
        if later is not None:
            yield from _rows_of(later, _changes(event, later))
        yield from between
        later, between = event, []
    if later is not None:
        yield Row(later.face, later.actor_id, later.occurred_at, None)
    yield from between


def _events(ctx: Ctx, vendor_id: str) -> Iterator[EventRow]:
    subjects = [vendor_id, *store.bank_account_ids_of(ctx.tx, ctx.organization_id, vendor_id)]
    before: int | None = None
    while True:
        found = list_events_backwards(ctx.tx, ctx.organization_id, subjects, before=before, limit=_CHUNK)
        yield from found
        if len(found) < _CHUNK:
            return
        before = found[-1].number


def _rows_of(event: EventRow, changes: list[Change]) -> Iterator[Row]:
    for change in changes:
        yield Row(event.face, event.actor_id, event.occurred_at, change)


def _changes(earlier: EventRow, later: EventRow) -> list[Change]:
    before, after = _snapshot(earlier), _snapshot(later)
    return [
        Change(_label(field), _text(field, before), _text(field, after))
        for field, value in after.items()
        if field not in _SILENT and before.get(field) != value
    ]


def _bank_account_changes(event: EventRow) -> list[Change]:
    account = _snapshot(event)
    shown = f"*****{masked(account['account_number_last4'], account['account_number_length']).lstrip('*')}"
    if event.name == _ADDED:
        return [Change("Bank account", None, shown), Change("Pay by", _BY_CHECK, _BY_BANK)]
    no_longer, again = Change("Pay by", _BY_BANK, _BY_CHECK), Change("Pay by", _BY_CHECK, _BY_BANK)
    if event.name == _REMOVED:
        removed = Change("Bank account", shown, None)
        return [removed] if account.get("invalid_code") else [removed, no_longer]
    if account["record_status"] != RecordStatus.ACTIVE:
        return []
    return {_INVALIDATED: [no_longer], _MENDED: [again]}.get(event.name, [])


def _snapshot(event: EventRow) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.json.decode(event.snapshot)
    return made


def _label(field: str) -> str:
    return _LABELS.get(field) or field.replace("_", " ").capitalize()


def _text(field: str, snapshot: Mapping[str, Any]) -> str | None:
    value = snapshot.get(field)
    if value is None or (isinstance(value, str) and not value):
        return None
    if field == "tax_id_last4":
        return f"*****{value}"
    if field == "auto_pay_max_minor":
        return str(to_decimal(value, snapshot["bill_currency"]))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    # An enum's member is a word in capitals; a user reads it as a word.
    return text.capitalize() if field in {"record_status", "account_type"} else text
