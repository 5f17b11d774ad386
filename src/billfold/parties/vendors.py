"""Vendors: create, read, list, update, archive, restore, and their bank account."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from billfold.identity.permissions import require_no_sync_token
from billfold.kit.banking import ClearAccount, kept_numbers, masked_number
from billfold.kit.crypto import Vault
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.db import Conflict
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties import account_confirmations, store
from billfold.parties.bank_details import check_bank_account, check_purpose, normalized
from billfold.parties.country_table import rules_of
from billfold.parties.events import (
    VendorArchived,
    VendorBankAccountAdded,
    VendorBankAccountRemoved,
    VendorCreated,
    VendorRestored,
    VendorUpdated,
)
from billfold.parties.model import (
    AccountType,
    BankAccountDraft,
    PayBy,
    RegulatoryField,
    Vendor,
    VendorBankAccount,
    VendorDraft,
)

VENDOR_PREFIX: Final = "009"
BANK_ACCOUNT_PREFIX: Final = "vba"

#: The longest each text may be (contract: v3-payables.md §1.2, core §2.1; the rest by our own choice).
MAX_LENGTHS: Final = {
    "name": 100,
    "short_name": 40,
    "company_name": 100,
    "account_number": 100,
    "email": 254,
    "phone": 40,
    "fax": 40,
    "address_line1": 1000,
    "address_line2": 100,
    "address_line3": 100,
    "address_line4": 100,
    "address_city": 100,
    "address_state": 100,
    "address_zip": 30,
    "address_country": 100,
    "payee_name": 100,
    "payment_email": 254,
    "payment_phone": 40,
    "contact_first_name": 100,
    "contact_last_name": 100,
    "description": 4000,
    "tax_id": 40,
    "purpose_text": 200,
    "purpose_name": 200,
    "purpose_value": 40,
}

#: What no program may that only keeps the books in step: a payment would go where it says.
_SAY_WHERE_PAID: Final = "change bank accounts of vendors"
_PURPOSE: Final = ("purpose_text", "purpose_name", "purpose_value")
#: Digits that are shown at the end of a number that is kept sealed.


class VendorHasBankAccount(Refusal):
    """A vendor has one bank account; to change it, delete it and create another."""

    sentence = "The vendor {vendor_id} already has a bank account."


class VendorIsArchived(Refusal):
    """An archived vendor takes no new bills or payments."""

    sentence = "The vendor {vendor_id} is archived."


def create_vendor(ctx: Ctx, draft: VendorDraft, bank_account: BankAccountDraft | None = None) -> Vendor:
    """A new vendor, paid by check until there is a bank account. Raises `InvalidField`s."""
    checks = Checks()
    fields = msgspec.structs.asdict(draft)
    _check_texts(checks, fields)
    _check_purpose(checks, fields)
    tax_id = fields.pop("tax_id")
    if bank_account is not None:
        check_bank_account(checks, normalized(bank_account), draft, within="bank_account.")
    checks.raise_any()
    vendor_id, ordinal = ctx.ids.new(VENDOR_PREFIX)
    vendor = Vendor(
        organization_id=ctx.organization_id,
        id=vendor_id,
        ordinal=ordinal,
        **fields,
        tax_id_last4=tax_id[-4:] if tax_id else None,
        pay_by=PayBy.CHECK,
        last_payment_on=None,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.VENDORS.insert(ctx.tx, vendor)
    if tax_id:
        store.seal_tax_id(ctx.tx, vendor, ctx.vault().seal(*store.SEALED_TAX_ID, vendor.id, tax_id))
    ctx.emit(VendorCreated(vendor))
    if bank_account is not None:
        add_bank_account(ctx, vendor_id, bank_account)
        return get_vendor(ctx, vendor_id)
    return vendor


def get_vendor(ctx: Ctx, vendor_id: str, *, lock: str = "") -> Vendor:
    """The vendor with this id. Raises `NotFound`."""
    return existing(store.VENDORS.get(ctx.tx, ctx.organization_id, vendor_id, lock=lock), "vendor", vendor_id)


def lock_vendor(ctx: Ctx, vendor_id: str) -> None:
    """Lock a vendor who exists."""
    store.VENDORS.lock(ctx.tx, ctx.organization_id, vendor_id)


def lock_vendors(ctx: Ctx, vendor_ids: Collection[str]) -> dict[str, Vendor]:
    """Those of these vendors that exist, by id, locked in the order of their ids."""
    vendors = store.VENDORS.locked(ctx.tx, ctx.organization_id, sorted(vendor_ids))
    return {vendor.id: vendor for vendor in vendors}


def require_usable(vendor: Vendor, *, billed_in: str = "") -> None:
    """Documents may be made out to the vendor; with `billed_in` one that is in this currency already.

    Raises `VendorIsArchived`, `InvalidField`.
    """
    if vendor.archived:
        raise VendorIsArchived(vendor_id=vendor.id)
    if billed_in and vendor.bill_currency != billed_in:
        raise InvalidField("vendor_id", f"is not billed in {billed_in}", vendor.id)


def list_vendors(ctx: Ctx, query: Query) -> Page[Vendor]:
    """A page of vendors, archived ones included unless filtered out."""
    return store.VENDORS.page(ctx.tx, ctx.organization_id, query)


def update_vendor(ctx: Ctx, vendor_id: str, changes: Mapping[str, Any]) -> Vendor:
    """Change the named fields of `VendorDraft`. Raises `NotFound`, `InvalidField`s."""
    vendor = get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    fields = dict(changes)
    assert fields.keys() <= set(VendorDraft.__struct_fields__), fields.keys()
    if not fields.keys().isdisjoint(_PURPOSE):
        # A purpose is said anew as a whole.
        fields = dict.fromkeys(_PURPOSE) | fields
    checks = Checks()
    _check_texts(checks, fields)
    _check_purpose(checks, fields)
    if not fields.keys().isdisjoint(_PURPOSE):
        _check_purpose_of_country(ctx, checks, vendor.id, fields)
    checks.raise_any()
    if "tax_id" in fields:
        tax_id = fields.pop("tax_id")
        sealed = ctx.vault().seal(*store.SEALED_TAX_ID, vendor.id, tax_id) if tax_id else None
        store.seal_tax_id(ctx.tx, vendor, sealed)
        fields["tax_id_last4"] = tax_id[-4:] if tax_id else None
    changed = replace(vendor, **fields, updated_at=ctx.now)
    store.VENDORS.update(ctx.tx, changed)
    ctx.emit(VendorUpdated(changed))
    return changed


def archive_vendor(ctx: Ctx, vendor_id: str) -> Vendor:
    """Put the vendor out of use; again is no error."""
    return _set_status(ctx, vendor_id, RecordStatus.INACTIVE)


def restore_vendor(ctx: Ctx, vendor_id: str) -> Vendor:
    """Put the vendor back into use; again is no error."""
    return _set_status(ctx, vendor_id, RecordStatus.ACTIVE)


def add_bank_account(ctx: Ctx, vendor_id: str, draft: BankAccountDraft) -> VendorBankAccount:
    """Pay this vendor by ACH from now on; on an account abroad, by an international payment.

    Raises `NotFound`, `InvalidField`s, `VendorHasBankAccount`, `SyncTokenLacksPermission`.
    """
    require_no_sync_token(ctx.actor, _SAY_WHERE_PAID)
    vendor = get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    draft = normalized(draft)
    checks = Checks()
    check_bank_account(checks, draft, vendor)
    checks.raise_any()
    account_id, ordinal = ctx.ids.new(BANK_ACCOUNT_PREFIX)
    vault = ctx.vault()
    account = VendorBankAccount(
        organization_id=ctx.organization_id,
        id=account_id,
        vendor_id=vendor_id,
        name_on_account=draft.name_on_account,
        **kept_numbers(vault, draft.routing_number, draft.account_number),
        kind=draft.kind or "CHECKING",
        owner_type=draft.owner_type or "BUSINESS",
        payment_currency=draft.payment_currency or "USD",
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
        ordinal=ordinal,
        created_by=ctx.actor.user_id,
        bank_country=draft.bank_country,
        pay_by_sub_type=draft.pay_by_sub_type,
        regulatory=_masked_fields(draft),
    )
    if store.active_bank_account(ctx.tx, ctx.organization_id, vendor_id) is not None:
        raise VendorHasBankAccount(vendor_id=vendor_id)
    try:
        store.insert_bank_account(
            ctx.tx,
            account,
            vault.seal(*store.SEALED_NUMBER, account_id, draft.account_number),
            _seal_fields(vault, account_id, draft),
        )
    except Conflict as error:
        raise VendorHasBankAccount(vendor_id=vendor_id) from error
    pay_vendor_by(ctx, vendor, PayBy.INTERNATIONAL_E_PAYMENT if account.is_abroad else PayBy.ACH)
    ctx.emit(VendorBankAccountAdded(account))
    account_confirmations.ask_confirmation(ctx, account)
    return account


def bank_account_by_id(ctx: Ctx, account_id: str) -> VendorBankAccount:
    """A vendor's bank account by its own id, removed ones too. Raises `NotFound`."""
    return existing(store.BANK_ACCOUNTS.get(ctx.tx, ctx.organization_id, account_id), "vendor bank account", account_id)


def list_bank_accounts(ctx: Ctx, query: Query) -> Page[VendorBankAccount]:
    """A page of all vendors' bank accounts, removed ones too."""
    return store.BANK_ACCOUNTS.page(ctx.tx, ctx.organization_id, query)


def get_bank_account(ctx: Ctx, vendor_id: str) -> VendorBankAccount:
    """The vendor's bank account. Raises `NotFound` for the vendor or the account."""
    get_vendor(ctx, vendor_id)
    found = store.active_bank_account(ctx.tx, ctx.organization_id, vendor_id)
    return existing(found, "bank account of the vendor", vendor_id)


def remove_bank_account(ctx: Ctx, vendor_id: str) -> None:
    """Pay this vendor by check again; payments under way keep the account they have. Raises `NotFound`."""
    vendor = get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    found = store.active_bank_account(ctx.tx, ctx.organization_id, vendor_id)
    account = existing(found, "bank account of the vendor", vendor_id)
    _remove(ctx, vendor, account)


def remove_bank_account_by_id(ctx: Ctx, account_id: str) -> VendorBankAccount:
    """The same for the account with this id; again is no error. Raises `NotFound`."""
    vendor = get_vendor(ctx, bank_account_by_id(ctx, account_id).vendor_id, lock=ctx.tx.for_update)
    account = bank_account_by_id(ctx, account_id)
    return account if account.archived else _remove(ctx, vendor, account)


def bank_accounts_of(ctx: Ctx, vendor_ids: list[str]) -> dict[str, VendorBankAccount]:
    """The bank accounts of many vendors, by vendor."""
    return store.active_bank_accounts(ctx.tx, ctx.organization_id, vendor_ids)


def invalid_accounts(ctx: Ctx, account_ids: Collection[str]) -> dict[str, str]:
    """Those of these accounts, removed ones too, that nothing can be paid to, and the return code that says so."""
    return store.invalid_accounts(ctx.tx, ctx.organization_id, sorted(account_ids))


def payment_account_of(ctx: Ctx, vendor_id: str) -> VendorBankAccount | None:
    """The vendor's account, which may be invalid, or None."""
    return store.active_bank_account(ctx.tx, ctx.organization_id, vendor_id)


def pay_vendor_by(ctx: Ctx, vendor: Vendor, pay_by: PayBy) -> None:
    """What the vendor's bank account, or its lack, says of how the vendor is paid."""
    store.VENDORS.update(ctx.tx, replace(vendor, pay_by=pay_by, updated_at=ctx.now), "pay_by", "updated_at")


def note_payment(ctx: Ctx, vendor: Vendor, on: date) -> None:
    """Remember the day of a payment, if it is the last."""
    if vendor.last_payment_on is None or vendor.last_payment_on < on:
        store.VENDORS.update(ctx.tx, replace(vendor, last_payment_on=on), "last_payment_on")


def note_approvers(ctx: Ctx, vendor: Vendor, approver_ids: Sequence[str]) -> None:
    """Remember who approves the vendor's bills, in their order; nobody is remembered as None."""
    noted = msgspec.json.encode(approver_ids).decode() if approver_ids else None
    store.VENDORS.update(ctx.tx, replace(vendor, approver_ids=noted), "approver_ids")


def _remove(ctx: Ctx, vendor: Vendor, account: VendorBankAccount) -> VendorBankAccount:
    require_no_sync_token(ctx.actor, _SAY_WHERE_PAID)
    removed = replace(account, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
    store.BANK_ACCOUNTS.update(ctx.tx, removed, "record_status", "updated_at")
    pay_vendor_by(ctx, vendor, PayBy.CHECK)
    ctx.emit(VendorBankAccountRemoved(removed))
    account_confirmations.drop_confirmation(ctx, removed)
    return removed


def _set_status(ctx: Ctx, vendor_id: str, status: RecordStatus) -> Vendor:
    vendor = get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    if vendor.record_status is status:
        return vendor
    changed = replace(vendor, record_status=status, updated_at=ctx.now)
    store.VENDORS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(VendorRestored(changed) if status is RecordStatus.ACTIVE else VendorArchived(changed))
    return changed


def _check_texts(checks: Checks, fields: Mapping[str, Any]) -> None:
    checks.require_text(fields, "name")
    checks.limit_texts(fields, MAX_LENGTHS)


def _check_purpose(checks: Checks, fields: Mapping[str, Any]) -> None:
    """Why the vendor is paid is a text, or a code of the country's list with its name."""
    text, name, value = (fields.get(field) for field in _PURPOSE)
    checks.require(not (text and (name or value)), InvalidField("purpose_text", "is a text or a code, not both"))
    checks.require(bool(value) or not name, InvalidField("purpose_value", "must not be blank"))


def _check_purpose_of_country(ctx: Ctx, checks: Checks, vendor_id: str, fields: Mapping[str, Any]) -> None:
    """A purpose that is said has to be one that the country of the vendor's account knows."""
    account = store.active_bank_account(ctx.tx, ctx.organization_id, vendor_id)
    said = fields.get("purpose_text"), fields.get("purpose_value")
    if account is not None and account.is_abroad and any(said):
        check_purpose(checks, rules_of(account.bank_country), said)


def _masked_fields(draft: BankAccountDraft) -> str | None:
    """What the country wants, as readers may see it."""
    fields = [RegulatoryField(one.name, masked_number(one.value)) for one in draft.regulatory]
    return msgspec.json.encode(fields).decode() if fields else None


def _seal_fields(vault: Vault, account_id: str, draft: BankAccountDraft) -> bytes | None:
    if not draft.regulatory:
        return None
    return vault.seal(*store.SEALED_REGULATORY, account_id, msgspec.json.encode(draft.regulatory).decode())


def regulatory_fields(account: VendorBankAccount) -> list[RegulatoryField]:
    """What the country wanted of the account, masked."""
    return msgspec.json.decode(account.regulatory, type=list[RegulatoryField]) if account.regulatory else []


def clear_regulatory(ctx: Ctx, account_id: str) -> list[RegulatoryField]:
    """What the country wanted of the account in clear, for a bank file and nothing else."""
    sealed = store.sealed_regulatory(ctx.tx, ctx.organization_id, account_id)
    if sealed is None:
        return []
    text = ctx.vault().open(*store.SEALED_REGULATORY, account_id, sealed)
    return msgspec.json.decode(text, type=list[RegulatoryField])


def clear_account(ctx: Ctx, account_id: str) -> ClearAccount:
    """A vendor's bank account with its number in clear, for a bank file."""
    account = store.BANK_ACCOUNTS.get(ctx.tx, ctx.organization_id, account_id)
    assert account is not None, f"{account_id} has no row"
    sealed = store.sealed_number(ctx.tx, ctx.organization_id, account_id)
    number = ctx.vault().open(*store.SEALED_NUMBER, account_id, sealed)
    of_person = account.owner_type == AccountType.PERSON or (
        get_vendor(ctx, account.vendor_id).account_type is AccountType.PERSON
    )
    return ClearAccount(account.name_on_account, account.routing_number, number, account.kind, of_person)
