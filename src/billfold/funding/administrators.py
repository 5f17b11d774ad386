"""Bank accounts to which administrators have access: each of these is a verified user of it (settled.md §5).

Whoever becomes administrator later is one from then on, who ceases to be one is not: a reaction (`wiring.py`).
The accounts' locks let the two meet. Who is new holds the counters by then, which come last: access waits for these.
"""

from __future__ import annotations

from billfold.funding import store
from billfold.funding.bank_account_users import admit_administrator, dismiss_administrator
from billfold.funding.model import BankAccount
from billfold.identity import store as identity_store
from billfold.identity.events import UserArchived, UserCreated, UserRestored, UserUpdated
from billfold.identity.roles import Role
from billfold.kit.ctx import Ctx


def admit_all(ctx: Ctx, account: BankAccount) -> None:
    """The account, locked, can be paid from: its users are those administrators, too, to whom it gives access."""
    if account.access_to_admins:
        ctx.counters.hold()
        for administrator in identity_store.active_administrators(ctx.tx, ctx.organization_id):
            admit_administrator(ctx, account.id, administrator.id, anew=True)


def dismiss_all(ctx: Ctx, account: BankAccount) -> None:
    """The account, locked, gives administrators no access any more: those with a standing of their own stay."""
    for user in store.administrators_of(ctx.tx, ctx.organization_id, account.id):
        dismiss_administrator(ctx, user)


def when_user_changed(ctx: Ctx, event: UserCreated | UserUpdated | UserArchived | UserRestored) -> None:
    """A user joined, left, came back, or may have another role."""
    user = event.subject
    is_administrator = user.role is Role.ADMINISTRATOR and not user.archived
    if not isinstance(event, UserCreated):
        store.lock_accounts(ctx.tx, ctx.organization_id)
    for account in store.usable_accounts(ctx.tx, ctx.organization_id):
        if not account.access_to_admins:
            continue
        if is_administrator:
            admit_administrator(ctx, account.id, user.id, anew=False)
        elif standing := store.user_of(ctx.tx, ctx.organization_id, account.id, user.id):
            dismiss_administrator(ctx, standing)
