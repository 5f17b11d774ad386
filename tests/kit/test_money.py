"""Money: whole minor units, never floats."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.kit.errors import InvalidField
from billfold.kit.money import MAX_AMOUNT_MINOR, Money, multiply, scale, to_decimal, to_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("2050.00", "USD", 205000),
        ("2050", "USD", 205000),
        ("-0.01", "USD", -1),
        ("149.97000000000003", "USD", 14997),
        ("0.0049999999", "JPY", None),
        ("100", "JPY", 100),
        ("100.5", "JPY", None),
        ("1.005", "USD", None),
        ("1.005", "BHD", 1005),
        ("1.0005", "BHD", None),
        ("100000000000.00", "USD", 10**13),
        ("100000000000.01", "USD", None),
        ("1e308", "USD", None),
        ("1e-308", "USD", 0),
        ("NaN", "USD", None),
        ("sNaN", "USD", None),
        ("-Infinity", "USD", None),
    ],
)
def test_an_amount_becomes_minor_units_or_is_refused(amount, currency, minor):
    if minor is None:
        with pytest.raises(InvalidField) as refusal:
            to_minor(Decimal(amount), currency, "lines[0].amount")
        assert refusal.value.path == "lines[0].amount"
    else:
        assert to_minor(Decimal(amount), currency) == minor


@given(st.integers(-MAX_AMOUNT_MINOR // 1000, MAX_AMOUNT_MINOR // 1000), st.sampled_from(["USD", "JPY", "BHD"]))
def test_minor_units_survive_the_way_out_and_in(minor, currency):
    amount = to_decimal(minor, currency)
    assert amount.as_tuple().exponent == -scale(currency)
    assert to_minor(amount, currency) == minor
    assert to_minor(Decimal(repr(float(amount))), currency) == minor


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("3", "33.335", "100.01"), ("1", "0.005", "0.01"), ("1", "0.0049", "0.00"), ("-1", "0.005", "-0.01")],
)
def test_quantity_times_price_is_rounded_half_up(quantity, price, amount):
    assert str(multiply(Decimal(quantity), Decimal(price), "USD")) == amount


def test_money_of_one_currency_adds_and_of_two_is_our_own_bug():
    assert Money(100, "USD") + Money(50, "USD") - Money(1, "USD") == Money(149, "USD")
    assert str(Money(205000, "USD")) == "2050.00 USD"
    for operation in (Money.__add__, Money.__sub__):
        with pytest.raises(AssertionError):
            operation(Money(1, "USD"), Money(1, "EUR"))
