"""Vendors and their one bank account, sealed."""

from __future__ import annotations

import pytest

from billfold.kit.errors import InvalidField, NotFound, Refusals
from billfold.kit.events import list_events
from billfold.parties import vendors
from billfold.parties.model import PayBy
from billfold.parties.vendors import VendorHasBankAccount
from tests.builders import a_vendor, refused, vendor_bank


def test_a_vendor_is_paid_by_check_until_there_is_a_bank_account(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank=None)
        assert vendor.pay_by is PayBy.CHECK
        vendors.add_bank_account(ctx, vendor.id, vendor_bank("5551234"))
        assert vendors.get_vendor(ctx, vendor.id).pay_by is PayBy.ACH


def test_a_vendor_has_one_bank_account(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="5551234")
    refusal = refused(company, lambda ctx: vendors.add_bank_account(ctx, vendor.id, vendor_bank("5559999")))
    assert isinstance(refusal, VendorHasBankAccount)


def test_a_removed_bank_account_makes_room_for_another(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="5551234")
        vendors.remove_bank_account(ctx, vendor.id)
        assert vendors.get_vendor(ctx, vendor.id).pay_by is PayBy.CHECK
        vendors.add_bank_account(ctx, vendor.id, vendor_bank("5559999"))
        assert vendors.get_bank_account(ctx, vendor.id).account_number_last4 == "9999"


def test_removing_a_bank_account_that_is_not_there_is_refused(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank=None)
    assert isinstance(refused(company, lambda ctx: vendors.remove_bank_account(ctx, vendor.id)), NotFound)
    assert isinstance(refused(company, lambda ctx: vendors.get_bank_account(ctx, vendor.id)), NotFound)


@pytest.mark.parametrize(
    ("number", "routing", "paths"),
    [
        ("5551234", "074000011", ["routing_number"]),
        ("5551234", "12345678", ["routing_number"]),
        ("5551234", "٠٧٤٠٠٠٠١٠", ["routing_number"]),
        ("", "074000010", ["account_number"]),
        ("1" * 18, "074000010", ["account_number"]),
        ("55 51", "123456789", ["routing_number", "account_number"]),
    ],
)
def test_malformed_bank_details_are_refused_and_never_repeated(company, number, routing, paths):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank=None)
    refusal = refused(company, lambda ctx: vendors.add_bank_account(ctx, vendor.id, vendor_bank(number, routing)))
    found = refusal.refusals if isinstance(refusal, Refusals) else [refusal]
    assert [one.path for one in found] == paths
    assert len(number) < 4 or number not in str(refusal)


def test_account_numbers_are_sealed_everywhere(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="98761234567", tax_id="12-3456789")
        account = vendors.get_bank_account(ctx, vendor.id)
        assert vendors.clear_account(ctx, account.id).account_number == "98761234567"
    from tests.builders import dump

    stored = repr(dump(company.database))
    assert "98761234567" not in stored
    assert "12-3456789" not in stored


def test_archiving_and_restoring_a_vendor_twice_is_done_once(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        assert vendors.archive_vendor(ctx, vendor.id).archived
        assert vendors.archive_vendor(ctx, vendor.id).archived
        assert not vendors.restore_vendor(ctx, vendor.id).archived
        assert not vendors.restore_vendor(ctx, vendor.id).archived
    with company.ctx() as ctx:
        names = [event.name for event in list_events(ctx.tx, ctx.organization_id, subject_id=vendor.id)]
    assert names == ["VendorCreated", "VendorArchived", "VendorRestored"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_vendors_name_is_neither_blank_nor_too_long(company, name):
    assert isinstance(refused(company, lambda ctx: a_vendor(ctx, name=name)), InvalidField)
