"""Examples of the ten v3 operations of every kind of classification, for `tests/wire/examples.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billfold.wire.classifications import SPELLINGS

Ids = dict[str, str]
Body = Callable[[Ids], Any]

BODIES: dict[str, Body] = {}
QUERIES: dict[str, Callable[[Ids], dict[str, str]]] = {}
#: Which id a path's `id` is, where it is not that of a chart of account.
OTHER_IDS: dict[str, dict[str, str]] = {}

_OWN: dict[str, Body] = {
    "chart-of-accounts": lambda ids: {
        "name": "Paper", "parentId": ids["id"], "description": "All", "account": {"type": "EXPENSE", "number": "61"},
    },
    "employees": lambda ids: {
        "firstName": "Ada", "lastName": "Byte", "shortName": "AB", "parentId": ids["employee"],
    },
    "items": lambda ids: {
        "type": "NON_INVENTORY", "name": "Ream", "shortName": "R", "description": "A4", "parentId": ids["item"],
        "price": 9.5, "chartOfAccountId": ids["id"], "expenseChartOfAccountId": ids["id"],
        "purchaseDescription": "From the mill", "purchaseCost": 4.125, "taxable": True,
    },
}  # fmt: skip


def _plain(id_name: str) -> Body:
    return lambda ids: {"name": "North", "shortName": "N", "description": "Of here", "parentId": ids[id_name]}


def _add(path: str, entity: str) -> None:
    name = f"v3.classifications.{path}"
    id_name = "id" if entity == "ChartOfAccount" else entity[0].lower() + entity[1:]
    title = "firstName" if path == "employees" else "name"
    new = _OWN.get(path, _plain(id_name))
    BODIES[f"{name}.create"] = new
    BODIES[f"{name}.update"] = lambda _: {title: "South"}
    BODIES[f"{name}.bulk.create"] = lambda ids: [new(ids), new(ids) | {title: "Next"}]
    BODIES[f"{name}.bulk.update"] = lambda ids: [{"id": ids[id_name], title: "South"}]
    for verb in ("archive", "restore"):
        QUERIES[f"{name}.bulk.{verb}"] = lambda ids: {"ids": ids[id_name]}
    for verb in ("get", "update", "archive", "restore"):
        OTHER_IDS[f"{name}.{verb}"] = {"id": id_name}


for _spelling in SPELLINGS:
    _add(_spelling.path, _spelling.entity)
