"""Transfers, and what banks make of them by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.rails import bank, international, transfers
from billfold.rails.model import Rail, Transfer
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money
from billfold.wire.own.plain import NEWEST
from billfold.wire.sim.scope import in_organization, row

#: The account was closed.
_DEFAULT_REASON: Final = "R02"


class TransferShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A movement of money on a rail."""

    id: str
    subjectId: Annotated[str, Meta(description="The payment that it belongs to.")]
    leg: str
    rail: str
    direction: str
    counterparty: str
    amount: Decimal
    currency: str
    effectiveEntryDate: str
    status: str
    traceNumber: str | None = None
    checkNumber: int | None = None
    returnCode: str | None = None
    changeCode: str | None = None


class ReturnBody(msgspec.Struct):
    """Why the bank sends the transfer back."""

    code: (
        Annotated[
            str,
            Meta(
                pattern=r"^(R\d\d|[A-Z]{2}\d\d|[A-Z]{4})$",
                description="A Nacha return reason, such as R02; abroad one of ISO 20022, such as AC04.",
            ),
        ]
        | None
    ) = None


def transfer_shape(transfer: Transfer) -> TransferShape:
    """A transfer; account numbers are not shown."""
    return TransferShape(
        id=transfer.id,
        subjectId=transfer.subject_id,
        leg=transfer.leg.value,
        rail=transfer.rail.value,
        direction=transfer.direction.value,
        counterparty=transfer.counterparty,
        amount=money(transfer.amount_minor, transfer.currency),
        currency=transfer.currency,
        effectiveEntryDate=transfer.effective_on.isoformat(),
        status=transfer.status.value,
        traceNumber=transfer.trace_number,
        checkNumber=transfer.check_number,
        returnCode=transfer.return_code,
        changeCode=transfer.change_code,
    )


def list_transfers(ctx: Ctx, _: Call, __: None) -> dict[str, list[TransferShape]]:
    """Transfers, newest first."""
    found = transfers.list_transfers(ctx, NEWEST)
    return {"results": [transfer_shape(transfer) for transfer in found.items]}


def settle(ctx: Ctx, call: Call, _: None) -> TransferShape:
    """Settle a sent transfer now."""
    transfer = transfers.get_transfer(ctx, call.path_ids["transferId"], lock=ctx.tx.for_update)
    bank.require_at_bank(ctx, transfer, "settle")
    return transfer_shape(transfers.settle(ctx, transfer))


def return_transfer(ctx: Ctx, call: Call, body: ReturnBody) -> TransferShape:
    """Send a transfer back now."""
    transfer = transfers.get_transfer(ctx, call.path_ids["transferId"], lock=ctx.tx.for_update)
    if transfer.rail is Rail.ACH:
        bank.return_now(ctx, transfer, body.code or _DEFAULT_REASON)
        return transfer_shape(transfers.get_transfer(ctx, transfer.id))
    abroad = transfer.rail is Rail.INTERNATIONAL
    code = body.code or (international.DEFAULT_REASON if abroad else _DEFAULT_REASON)
    international.require_reason(transfer, code)
    return transfer_shape(transfers.return_transfer(ctx, transfer, code))


def declare(catalogue: Catalogue) -> None:
    """The rows of transfers."""
    row(
        catalogue, "GET", "transfers", "List transfers, newest first", in_organization(list_transfers),
        response=dict[str, list[TransferShape]],
    )  # fmt: skip
    row(
        catalogue, "POST", "transfers/{transferId}/settle", "Settle a transfer now",
        in_organization(settle, alone=True), response=TransferShape,
    )  # fmt: skip
    row(
        catalogue, "POST", "transfers/{transferId}/return", "Return a transfer now",
        in_organization(return_transfer, alone=True), request=ReturnBody, response=TransferShape,
    )  # fmt: skip
