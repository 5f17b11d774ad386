"""Files that the bank sends: returns and notifications of change, what came of them, and what it asks for."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.rails.incoming import files
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.own import bank_files
from billfold.wire.own.bank_files import (
    DECISIONS,
    AccountChangeList,
    AccountChangeShape,
    BankEntryList,
    BankFileList,
    BankFileShape,
)


class BankFileCreate(msgspec.Struct, kw_only=True):
    """A file as the bank sent it."""

    content: Annotated[bytes, Meta(description="The NACHA file, in base64; on the command line a file's name.")]
    fileName: Annotated[str, Meta(min_length=1, max_length=255)] = "from-the-bank.txt"

    def __repr__(self) -> str:
        return "BankFileCreate(…)"


def take(ctx: Ctx, _: Call, body: BankFileCreate) -> BankFileShape:
    """Take a file. One taken before changes nothing; one with a wrong total is refused whole."""
    return bank_files.bank_file_shape(files.take_file(ctx, body.content, file_name=body.fileName))


def get(ctx: Ctx, call: Call, _: None) -> BankFileShape:
    """What came of a file."""
    return bank_files.bank_file_shape(files.get_file(ctx, call.path_ids["bankFileId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of bank files and of what they ask for."""
    organization_row(
        catalogue, "POST", "bank-files", "bank-files.create", "Take a file of returns or changes from the bank", take,
        request=BankFileCreate, response=BankFileShape, success=201, alone=True,
    )  # fmt: skip
    reads = (
        ("bank-files", "bank-files.list", "List files from the bank", bank_files.list_bank_files, BankFileList),
        ("bank-files/{bankFileId}", "bank-files.get", "Read what came of a file", get, BankFileShape),
        (
            "bank-files/{bankFileId}/entries", "bank-files.entries", "List the entries of a file",
            bank_files.list_entries, BankEntryList,
        ),
        (
            "bank-file-exceptions", "bank-files.exceptions", "List entries that nobody could place",
            bank_files.list_exceptions, BankEntryList,
        ),
        (
            "account-changes", "account-changes.list", "List what banks ask to have changed",
            bank_files.list_account_changes, AccountChangeList,
        ),
    )  # fmt: skip
    for path, name, summary, run, response in reads:
        organization_row(catalogue, "GET", path, name, summary, run, response=response)
    for verb, decide, summary in DECISIONS:
        path = f"account-changes/{{accountChangeId}}/{verb}"
        organization_row(
            catalogue, "POST", path, f"account-changes.{verb}", summary, bank_files.deciding(decide),
            response=AccountChangeShape, alone=True,
        )  # fmt: skip
