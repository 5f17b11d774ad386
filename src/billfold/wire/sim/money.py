"""The bank and the ledger: transfers and what to make of them, files, the trial balance and its explanation."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold import ledger
from billfold.documents import files
from billfold.documents.model import StoredFile
from billfold.kit.ctx import Ctx
from billfold.rails import bank, international, transfers
from billfold.rails.model import Rail, Transfer
from billfold.wire.catalog import BASES, Answer, Call, Catalogue
from billfold.wire.clearing import UnsettledShape, list_unsettled
from billfold.wire.codecs import instant, money
from billfold.wire.files import UNKNOWN, saved_as
from billfold.wire.plain import NEWEST
from billfold.wire.sim.scope import in_organization, row
from billfold.wire.trial_balance import TrialBalanceShape, trial_balance

#: What files are, by the end of their name. Banks' files are in ASCII but for letters of payees.
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=windows-1252",
    "txt": "text/plain; charset=windows-1252",
    "xml": "application/xml",
}


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


class FileShape(msgspec.Struct, kw_only=True):
    """A file that was built."""

    id: str
    kind: str
    fileName: str
    createdTime: str
    downloadLink: str


class ExplanationShape(msgspec.Struct, kw_only=True):
    """What one document contributes to an account: debits less credits."""

    documentId: str
    posted: Decimal
    pending: Decimal


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


def file_shape(file: StoredFile) -> FileShape:
    """A file and where to get it."""
    return FileShape(
        id=file.id,
        kind=file.kind.value,
        fileName=file.file_name,
        createdTime=instant(file.created_at),
        downloadLink=f"{BASES['sim']}/files/{file.id}?organizationId={file.organization_id}",
    )


def list_files(ctx: Ctx, _: Call, __: None) -> dict[str, list[FileShape]]:
    """Files, newest first."""
    return {"results": [file_shape(file) for file in files.list_files(ctx, NEWEST).items]}


def download(ctx: Ctx, call: Call, _: None) -> Answer:
    """The bytes of a file."""
    file = files.get_file(ctx, call.path_ids["fileId"])
    media_type = MEDIA_TYPES.get(file.file_name.rsplit(".", 1)[-1], UNKNOWN)
    return Answer(200, ctx.house.blobs.get(file.digest), media_type, (saved_as(file.file_name),))


def explain(ctx: Ctx, call: Call, _: None) -> dict[str, list[ExplanationShape]]:
    """The documents that explain an account."""
    currency = call.query.get("currency", "USD")
    found = ledger.explain_account(ctx, call.path_ids["account"], currency)
    return {
        "results": [
            ExplanationShape(
                documentId=one.document_id,
                posted=money(one.posted_minor, currency),
                pending=money(one.pending_minor, currency),
            )
            for one in found
        ]
    }


def declare(catalogue: Catalogue) -> None:
    """The rows of the bank and the ledger."""
    rows = (
        ("GET", "transfers", "List transfers, newest first", list_transfers, None, dict[str, list[TransferShape]]),
        ("POST", "transfers/{transferId}/settle", "Settle a transfer now", settle, None, TransferShape),
        ("POST", "transfers/{transferId}/return", "Return a transfer now", return_transfer, ReturnBody, TransferShape),
        ("GET", "files", "List files, newest first", list_files, None, dict[str, list[FileShape]]),
        ("GET", "files/{fileId}", "Download a file", download, None, bytes),
        ("GET", "ledger/trial-balance", "Read the trial balance", trial_balance, None, TrialBalanceShape),
        (
            "GET", "ledger/clearing", "List payments whose money waits in clearing or is lacking there",
            list_unsettled, None, dict[str, list[UnsettledShape]],
        ),
        (
            "GET", "ledger/accounts/{account}", "Explain an account by its documents", explain, None,
            dict[str, list[ExplanationShape]],
        ),
    )  # fmt: skip
    for method, path, summary, run, request, response in rows:
        moves_money = run in {settle, return_transfer}
        bound = in_organization(run, alone=moves_money)
        row(catalogue, method, path, summary, bound, request=request, response=response)
