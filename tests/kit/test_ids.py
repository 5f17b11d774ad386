"""Ids: their shape, their repeatability, and that no two are alike."""

from __future__ import annotations

import hmac
import re

import pytest

from billfold.kit.ids import FIRST_ORDINAL, Randomness, base36, keyed, make_id, token_hash
from tests.builders import a_bank_account, a_bill, a_company, a_payment, a_vendor, dump, rolled_back
from tests.conftest import a_house

SHAPE = re.compile(r"^[0-9a-z]{3}01[A-Z]{9,11}[0-9a-z]{4,6}$")


@pytest.mark.parametrize("ordinal", [FIRST_ORDINAL, FIRST_ORDINAL + 1, 36**4 - 1, 36**4, 36**5, 36**6 - 1])
def test_an_id_has_twenty_characters_of_a_known_shape(ordinal):
    identifier = make_id("00n", b"seed", "00801ACMEACMEACMEaaa", ordinal)
    assert len(identifier) == 20
    assert SHAPE.match(identifier)
    assert identifier.endswith(base36(ordinal))


def test_the_same_seed_makes_the_same_id_and_another_one_another():
    made = {make_id("00n", seed, organization, FIRST_ORDINAL) for seed in (b"a", b"b") for organization in ("x", "y")}
    assert len(made) == 4
    assert make_id("00n", b"a", "x", FIRST_ORDINAL) in made


@pytest.mark.parametrize("length", [0, 1, 32, 63, 64, 65, 200])
def test_what_an_id_is_made_from_is_a_plain_hmac_whatever_the_length_of_the_seed(length):
    seed = bytes(range(length))
    for message in ("", "00801ACMEACMEACMEaaa/46656", "x" * 100):
        assert keyed(seed, message) == hmac.digest(seed, message.encode(), "sha256")


def test_every_id_of_a_company_has_the_shape_and_is_its_own(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        view = a_payment(ctx, a_bill(ctx, vendor))
    ids = [
        row[1]
        for table in ("vendors", "vendor_bank_accounts", "bills", "payments", "rail_transfers", "ledger_transfers")
        for row in dump(company.database)[table]
    ]
    assert {vendor.id, view.payment.id} <= set(ids)
    assert len(ids) == len(set(ids)) == 8
    assert all(SHAPE.match(identifier) for identifier in [*ids, company.organization_id])


def test_two_databases_of_one_seed_make_the_same_ids(fresh_database):
    made = []
    for _ in range(2):
        with fresh_database() as database:
            company = a_company(database, a_house(), world_id="world")
            with company.ctx() as ctx:
                made.append((company.organization_id, a_vendor(ctx).id, a_bank_account(ctx).id))
    assert made[0] == made[1]


def test_ordinals_of_a_transaction_that_is_rolled_back_are_given_again(company):
    ids = []
    for _ in range(2):
        with rolled_back(company) as ctx:
            ids.append(a_vendor(ctx).id)
    assert ids[0] == ids[1]


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (35, "z"), (36, "10"), (36**3, "1000")])
def test_base_36_counts_in_digits_and_small_letters(number, text):
    assert base36(number) == text
    assert int(text, 36) == number


def test_base_36_reads_back_and_never_begins_with_a_zero():
    for number in range(1, 36**4, 101):
        assert int(base36(number), 36) == number
        assert not base36(number).startswith("0")


def test_seeded_randomness_repeats_itself_and_the_systems_does_not():
    one, other = Randomness(b"seed"), Randomness(b"seed")
    assert [one.token(), one.digits(6)] == [other.token(), other.digits(6)]
    assert one.token() != one.token()
    assert Randomness().token() != Randomness().token()
    assert re.fullmatch(r"[0-9]{6}", one.digits(6))
    assert token_hash("a") != token_hash("b")
