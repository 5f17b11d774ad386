"""Every state table is walked whole: each step it allows passes, every other is refused."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import billfold
from billfold.kit.errors import StateForbids
from billfold.kit.states import Transitions
from billfold.payables.payments import payment_states
from billfold.payables.payments.model import SingleStatus, Stage


def tables():
    """Every transition table that a module of the domain declares."""
    found = {}
    for module in pkgutil.walk_packages(billfold.__path__, "billfold."):
        if module.name.split(".")[1] not in {"apps", "wire"}:
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Transitions):
                    found[id(value)] = value
    return list(found.values())


TABLES = tables()


def steps():
    return [
        pytest.param(table, state, to, id=f"{table.noun} {state} to {to}".replace(" ", "-"))
        for table in TABLES
        for state in table.table
        for to in table.table
    ]


def test_the_tables_of_the_house_are_found():
    assert {"payment", "transfer", "check"} <= {table.noun for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.noun.replace(" ", "-"))
def test_every_state_has_a_row(table):
    (enum,) = {type(state) for state in table.table}
    assert set(table.table) == set(enum)


@pytest.mark.parametrize(("table", "state", "to"), steps())
def test_a_step_passes_exactly_if_the_table_allows_it(table, state, to):
    if to in table.table[state]:
        assert table.step("one", state, to) is to
        return
    with pytest.raises(StateForbids) as refusal:
        table.step("one", state, to)
    assert str(refusal.value) == f"The {table.noun} one cannot become {to} while it is {state}."


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.noun.replace(" ", "-"))
def test_every_state_can_be_reached_from_the_first(table):
    first = next(iter(table.table))
    reached, frontier = {first}, {first}
    while frontier:
        frontier = {to for state in frontier for to in table.table[state]} - reached
        reached |= frontier
    assert reached == set(table.table)


def test_every_fine_status_of_a_payment_has_a_meaning():
    assert set(payment_states.MEANINGS) == set(SingleStatus)
    for status, meaning in payment_states.MEANINGS.items():
        assert meaning.v2_status in {"1", "2", "3", "4", "5"}, status
        assert meaning.stage is None or meaning.stage in Stage, status


def test_money_given_back_to_a_bill_stays_there():
    for status, meaning in payment_states.MEANINGS.items():
        if meaning.stage is Stage.GIVEN_BACK:
            after = {payment_states.MEANINGS[to].stage for to in payment_states.TRANSITIONS.table[status]}
            assert after <= {Stage.GIVEN_BACK}, status
