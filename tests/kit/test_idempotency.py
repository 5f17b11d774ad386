"""Idempotency keys: one request, one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billfold.kit import idempotency
from billfold.kit.idempotency import KeyReused, KeyTooLong, StoredAnswer
from tests.builders import a_company, advance, rolled_back

REQUEST = idempotency.fingerprint("CreateBill", "/connect/v3/bills", b'{"amount": 1}')


def claim(ctx, key="key", request=REQUEST):
    return idempotency.claim(ctx.tx, ctx.organization_id, key, request, ctx.now)


def answer(company, status=201, body=b"answer", key="key"):
    with company.ctx() as ctx:
        assert claim(ctx, key) is None
        idempotency.store(ctx.tx, ctx.organization_id, key, status, body)


def test_the_same_key_and_request_get_the_stored_answer(company):
    answer(company)
    for _ in range(2):
        with company.ctx() as ctx:
            assert claim(ctx) == StoredAnswer(201, b"answer")


def test_the_same_key_with_another_request_is_refused(company):
    answer(company)
    for other in (("CreateBill", "/connect/v3/bills", b"{}"), ("CreateVendor", "/connect/v3/bills", b'{"amount": 1}')):
        with pytest.raises(KeyReused), company.ctx() as ctx:
            claim(ctx, request=idempotency.fingerprint(*other))


def test_a_claim_that_is_rolled_back_leaves_the_key_free(company):
    with rolled_back(company) as ctx:
        assert claim(ctx) is None
    answer(company)


def test_an_answer_is_kept_for_twenty_four_hours_of_the_clock(company):
    answer(company)
    advance(company, to=company.now() + timedelta(hours=24) - timedelta(milliseconds=1))
    with company.ctx() as ctx:
        assert claim(ctx) == StoredAnswer(201, b"answer")
    advance(company, to=company.now() + timedelta(milliseconds=1))
    answer(company, body=b"another")


def test_keys_of_other_companies_are_their_own(company, house):
    answer(company)
    answer(a_company(company.database, house), body=b"theirs")
    with company.ctx() as ctx:
        assert claim(ctx) == StoredAnswer(201, b"answer")


def test_a_key_has_255_characters_at_most(company):
    answer(company, key="k" * 255)
    with pytest.raises(KeyTooLong), company.ctx() as ctx:
        claim(ctx, key="k" * 256)


def test_an_answer_without_a_body_is_an_answer(company):
    answer(company, status=204, body=b"")
    with company.ctx() as ctx:
        assert claim(ctx) == StoredAnswer(204, b"")


def test_requests_are_told_apart_by_operation_path_and_body():
    prints = {
        idempotency.fingerprint(*parts)
        for parts in (("a", "b", b"c"), ("ab", "", b"c"), ("a", "bc", b""), ("a", "b", b"c "))
    }
    assert len(prints) == 4


def test_keys_are_forgotten_in_the_night_after_their_day_and_not_before(company):
    for number in range(3):
        answer(company, key=f"key {number}")
    with company.ctx() as ctx:
        idempotency.schedule_forgetting(ctx)
        idempotency.schedule_forgetting(ctx)
    advance(company, to=company.now() + timedelta(hours=24) - timedelta(milliseconds=1))
    assert kept(company) == 3
    advance(company, to=company.now() + timedelta(hours=25))
    assert kept(company) == 0


def test_more_keys_than_one_job_takes_are_forgotten_by_the_next(company, monkeypatch):
    monkeypatch.setattr(idempotency, "_AT_ONCE", 2)
    for number in range(5):
        answer(company, key=f"key {number}")
    with company.ctx() as ctx:
        idempotency.schedule_forgetting(ctx)
    advance(company, to=company.now() + timedelta(hours=49))
    assert kept(company) == 0


def kept(company):
    with company.ctx() as ctx:
        return ctx.tx.one("SELECT COUNT(*) FROM idempotency_keys")[0]
