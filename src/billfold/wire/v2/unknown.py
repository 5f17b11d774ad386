"""Operations and entities that are not there: envelopes with a code, unlike paths that are no API (v2.md §1.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import BASES, Call, Catalogue, Operation
from billfold.wire.errors import EntityLacksOperation, InvalidEntity, InvalidListEntity, InvalidOperation
from billfold.wire.v2.metadata import tables_of

_VERBS: Final = ("Create", "Read", "Update", "Delete", "Undelete")
#: Every entity of the API (v2.md §2.1), also those that can only be read.
_ENTITIES: Final = frozenset(
    "ActgClass ApprovalPolicy ApprovalPolicyApprover BankAccount Bill BillApprover BillCredit BillPay ChartOfAccount "
    "CreditMemo Customer CustomerBankAccount CustomerContact Department Employee Invoice InvoiceCredit Item Job "
    "Location MoneyMovement Organization PaymentTerm Profile RPConvFee ReceivedPay RecurringBill RecurringInvoice "
    "SentPay User VendCreditApprover Vendor VendorBankAccount VendorCredit".split()
)
_MAX_NAME: Final = 40


def declare(catalogue: Catalogue) -> None:
    """Catch the paths that look like an entity's and are none."""

    def refuse_crud(_: Ctx, call: Call, __: Any) -> None:
        verb, entity = _names(call)
        if verb not in _VERBS:
            raise InvalidOperation(operation=verb)
        if entity not in _ENTITIES and entity not in tables_of(catalogue):
            raise InvalidEntity(entity=entity)
        raise EntityLacksOperation(operation=verb, entity=entity)

    def refuse_list(_: Ctx, call: Call, __: Any) -> None:
        raise InvalidListEntity(entity=_names(call)[1])

    for path, run in (
        ("Crud/{verb}/{entity}", refuse_crud),
        ("Bulk/Crud/{verb}/{entity}", refuse_crud),
        ("List/{entity}", refuse_list),
    ):
        catalogue.catch(_row(path, run))


def _row(path: str, run: Callable[..., Any]) -> Operation:
    return Operation(
        face="v2", name="v2.unknown", method="POST", path=f"{BASES['v2']}/{path}", summary="Refuse an unknown entity",
        run=run, needs=Permission.SESSION,
    )  # fmt: skip


def _names(call: Call) -> tuple[str, str]:
    entity = call.path_ids["entity"].removesuffix(".json")
    return call.path_ids.get("verb", "")[:_MAX_NAME], entity[:_MAX_NAME]
