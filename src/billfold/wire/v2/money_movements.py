"""MoneyMovement, to read and to list (contract v2.md §10.3)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from billfold.funding import bank_accounts
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_decimal
from billfold.rails import money_movements
from billfold.rails.model import MoneyMovement, MovementKind, MovementStatus
from billfold.wire.catalog import Catalogue
from billfold.wire.v2.fields import CREATED, ID, UPDATED, Table, choice, day, money, reference, text
from billfold.wire.v2.resource import Verbs, declare_entity

TYPES: Final = {"1": MovementKind.PAYABLES, "2": MovementKind.RECEIVABLES}
STATUSES: Final = {"0": MovementStatus.SENT, "1": MovementStatus.CONFIRMED, "2": MovementStatus.VOID}


class _Shown(NamedTuple):
    movement: MoneyMovement
    chart_of_account_id: str | None


def _amount(shown: _Shown) -> Any:
    return to_decimal(shown.movement.amount_minor, shown.movement.currency)


def _description(shown: _Shown) -> str:
    return f"{shown.movement.kind.capitalize()} {shown.movement.process_on}"


TABLE: Final = Table(
    "MoneyMovement",
    ID,
    CREATED,
    UPDATED,
    text("name", "name", filterable=True),
    choice("type", "kind", TYPES, read_only=True),
    money("amount", read=_amount),
    day("processDate", "process_on"),
    choice("status", "status", STATUSES, read_only=True),
    text("description", read=_description),
    reference("bankAccountId", "bank_account_id"),
    # The account of the books that the bank account is: the other side of the journal entry.
    reference("chartOfAccountId", read=lambda shown: shown.chart_of_account_id),
    root="movement",
)


def _show(ctx: Ctx, records: list[MoneyMovement], vintage: str) -> list[dict[str, Any]]:
    account_ids = {record.bank_account_id for record in records}
    charts = {account_id: bank_accounts.get(ctx, account_id).chart_of_account_id for account_id in account_ids}
    return [TABLE.encode(_Shown(record, charts[record.bank_account_id]), vintage) for record in records]


def declare(catalogue: Catalogue) -> None:
    """The rows of money movements."""
    verbs = Verbs(show=_show, get=money_movements.get_movement, find=money_movements.list_movements)
    declare_entity(catalogue, TABLE, verbs, Permission.READ, bulk=False)
