"""The identity check of a nominated bank account user, as it comes out in a sandbox."""

from __future__ import annotations

import msgspec

from billfold.funding import bank_account_users
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.sim.scope import in_organization, row


class BankAccountUserShape(msgspec.Struct, kw_only=True):
    """A user's standing at one bank account."""

    id: str
    bankAccountId: str
    userId: str
    verificationStatus: str


def verify(ctx: Ctx, call: Call, _: None) -> BankAccountUserShape:
    """The user's identity was checked, and is who it should be."""
    user = bank_account_users.verify(ctx, call.path_ids["bankAccountUserId"])
    return BankAccountUserShape(
        id=user.id,
        bankAccountId=user.bank_account_id,
        userId=user.user_id,
        verificationStatus=user.verification_status.value,
    )


def declare(catalogue: Catalogue) -> None:
    """The row of the identity check."""
    row(
        catalogue, "POST", "bank-account-users/{bankAccountUserId}/verify", "Verify a nominated bank account user",
        in_organization(verify), response=BankAccountUserShape,
    )  # fmt: skip
