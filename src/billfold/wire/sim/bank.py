"""What the sandbox's bank asks for, and what became of it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.rails import bank, transfers
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.own import bank_files
from billfold.wire.own.bank_files import DECISIONS, AccountChangeList, AccountChangeShape, BankFileList
from billfold.wire.sim.scope import in_organization, row
from billfold.wire.sim.transfers import TransferShape, transfer_shape


class NotifyBody(msgspec.Struct):
    """What the bank asks to have changed."""

    code: Annotated[str, Meta(pattern=r"^C(0[1-7]|09|1[0-3])$", description="A Nacha change code.")] = "C01"


def notify(ctx: Ctx, call: Call, body: NotifyBody) -> TransferShape:
    """Have the transfer's bank ask for a change now."""
    transfer = transfers.get_transfer(ctx, call.path_ids["transferId"], lock=ctx.tx.for_update)
    bank.notify_now(ctx, transfer, body.code)
    return transfer_shape(transfers.get_transfer(ctx, transfer.id))


def declare(catalogue: Catalogue) -> None:
    """The rows of what the bank says."""
    row(
        catalogue, "POST", "transfers/{transferId}/notify", "Have the bank ask for a change now",
        in_organization(notify, alone=True), request=NotifyBody, response=TransferShape,
    )  # fmt: skip
    row(
        catalogue, "GET", "bank-files", "List files from the bank, newest first",
        in_organization(bank_files.list_bank_files), response=BankFileList,
    )  # fmt: skip
    row(
        catalogue, "GET", "account-changes", "List what banks ask to have changed, newest first",
        in_organization(bank_files.list_account_changes), response=AccountChangeList,
    )  # fmt: skip
    for verb, decide, summary in DECISIONS:
        row(
            catalogue, "POST", f"account-changes/{{accountChangeId}}/{verb}", summary,
            in_organization(bank_files.deciding(decide), alone=True), response=AccountChangeShape,
        )  # fmt: skip
