"""Transfers abroad: what the organization's bank says became of them. In production nobody else says it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op
from billfold.kit.records import replace
from billfold.rails import international, transfers
from billfold.rails.model import Rail, Transfer
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant, money
from billfold.wire.own.plain import NEWEST

_ABROAD = replace(NEWEST, filters=(Filter("rail", Op.EQ, Rail.INTERNATIONAL),))


class TransferAbroadShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A transfer abroad. Its id is the EndToEndId of the file that carries it."""

    id: str
    paymentId: str
    vendorName: str
    amount: Decimal
    currency: str
    status: Annotated[str, Meta(description="held, scheduled, started (at the bank), settled, returned, cancelled.")]
    sendDate: str
    fileId: str | None = None
    settledTime: str | None = None
    returnCode: Annotated[str | None, Meta(description="An external return reason of ISO 20022.")] = None
    returnedTime: str | None = None


class TransferAbroadList(msgspec.Struct):
    """The newest transfers abroad."""

    results: list[TransferAbroadShape]


class ReturnAbroadBody(msgspec.Struct, kw_only=True):
    """Why the money came back."""

    code: Annotated[str, Meta(pattern=r"^([A-Z]{2}\d\d|[A-Z]{4})$", description="As the bank says it, such as AC04.")]


def transfer_abroad_shape(transfer: Transfer) -> TransferAbroadShape:
    """A transfer abroad; account numbers are not shown."""
    return TransferAbroadShape(
        id=transfer.id,
        paymentId=transfer.subject_id,
        vendorName=transfer.counterparty,
        amount=money(transfer.amount_minor, transfer.currency),
        currency=transfer.currency,
        status=transfer.status.value,
        sendDate=transfer.effective_on.isoformat(),
        fileId=transfer.file_id,
        settledTime=None if transfer.settled_at is None else instant(transfer.settled_at),
        returnCode=transfer.return_code,
        returnedTime=None if transfer.returned_at is None else instant(transfer.returned_at),
    )


def list_transfers(ctx: Ctx, _: Call, __: None) -> TransferAbroadList:
    """The newest 200, newest first."""
    found = transfers.list_transfers(ctx, _ABROAD)
    return TransferAbroadList([transfer_abroad_shape(transfer) for transfer in found.items])


def settle(ctx: Ctx, call: Call, _: None) -> TransferAbroadShape:
    """The vendor has the money: its bills are paid. Said twice, it is still once."""
    return transfer_abroad_shape(international.note_paid(ctx, call.path_ids["transferId"]))


def return_transfer(ctx: Ctx, call: Call, body: ReturnAbroadBody) -> TransferAbroadShape:
    """The money came back: it waits until the payment is voided."""
    return transfer_abroad_shape(international.note_returned(ctx, call.path_ids["transferId"], body.code))


def declare(catalogue: Catalogue) -> None:
    """The rows of transfers abroad."""
    organization_row(
        catalogue, "GET", "transfers-abroad", "transfers-abroad.list", "List transfers abroad", list_transfers,
        response=TransferAbroadList,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", "transfers-abroad/{transferId}/settle", "transfers-abroad.settle",
        "Note that a transfer abroad was paid", settle, response=TransferAbroadShape, alone=True,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", "transfers-abroad/{transferId}/return", "transfers-abroad.return",
        "Note that a transfer abroad came back", return_transfer,
        request=ReturnAbroadBody, response=TransferAbroadShape, alone=True,
    )  # fmt: skip
