"""Settings of the checks drawn on a bank account: the series of numbers, the paper, the signature, the bank's list.

An account without stored settings has the defaults; the first number given, or the first change, stores them.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from billfold.bankfiles import checks
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.records import replace
from billfold.rails.checks import store
from billfold.rails.checks.events import CheckSettingsUpdated
from billfold.rails.checks.model import CheckSettings

SETTINGS_PREFIX: Final = "cks"
FIRST_NUMBER: Final = 1_001
#: A number has at most nine digits, which every bank's list has room for.
MAX_NUMBER: Final = 999_999_999
#: Until when a check is good (settled.md §1).
STALE_DAYS: Final = 90
STALE_DAYS_ALLOWED: Final = range(30, 366)
DEFAULT_LAYOUT: Final = "csv-titled"
MAX_SIGNATURE_BYTES: Final = 200_000
MAX_TITLE: Final = 40
MAX_FRACTION: Final = 20
MAX_ADDRESS: Final = 300

#: What `update_settings` may change.
CHANGEABLE: Final = frozenset(
    "next_number stock payer_name payer_address bank_fraction signer_title stale_days positive_pay_layout".split()
)


def get_settings(ctx: Ctx, bank_account_id: str) -> CheckSettings:
    """The settings of a bank account's checks. Raises `NotFound`."""
    bank_accounts.get(ctx, bank_account_id)
    return store.settings_of(ctx.tx, ctx.organization_id, bank_account_id) or _defaults(ctx, bank_account_id, "")


def update_settings(ctx: Ctx, bank_account_id: str, changes: Mapping[str, Any]) -> CheckSettings:
    """Change some of the settings (`CHANGEABLE`). Raises `NotFound`, `InvalidField`s."""
    assert changes.keys() <= CHANGEABLE, changes.keys()
    settings = _lock(ctx, bank_account_id)
    changed = replace(settings, **changes, updated_at=ctx.now)
    _check(ctx, settings, changed)
    store.CHECK_SETTINGS.update(ctx.tx, changed)
    ctx.emit(CheckSettingsUpdated(changed))
    return changed


def set_signature(ctx: Ctx, bank_account_id: str, image: bytes | None) -> CheckSettings:
    """Print this image (PNG or JPEG, at most 200,000 bytes) above the signature line, or none.

    Raises `NotFound`, `InvalidField`.
    """
    if image is not None:
        if len(image) > MAX_SIGNATURE_BYTES:
            raise InvalidField("signature", f"has more than {MAX_SIGNATURE_BYTES} bytes")
        if problem := checks.image_problem(image):
            raise InvalidField("signature", problem)
    settings = _lock(ctx, bank_account_id)
    digest = None if image is None else hashlib.sha256(image).hexdigest()
    changed = replace(settings, signature_digest=digest, updated_at=ctx.now)
    sealed = None
    if image is not None:
        sealed = ctx.vault().seal(*store.SEALED_SIGNATURE, settings.id, b64encode(image).decode())
    store.CHECK_SETTINGS.update(ctx.tx, changed, "signature_digest", "updated_at")
    store.set_signature(ctx.tx, ctx.organization_id, settings.id, sealed)
    ctx.emit(CheckSettingsUpdated(changed))
    return changed


def signature_of(ctx: Ctx, settings: CheckSettings) -> bytes | None:
    """The image of the signature, or None."""
    if settings.signature_digest is None:
        return None
    sealed = store.sealed_signature(ctx.tx, ctx.organization_id, settings.id)
    return b64decode(ctx.vault().open(*store.SEALED_SIGNATURE, settings.id, sealed))


def take_numbers(ctx: Ctx, bank_account_id: str, count: int) -> int:
    """Give out the next numbers of the account's series; the first of them.

    The row stays locked until the end of the transaction, which gives the numbers back if it is rolled back.
    """
    _lock(ctx, bank_account_id)
    return store.take_check_numbers(ctx.tx, ctx.organization_id, bank_account_id, count)


def _lock(ctx: Ctx, bank_account_id: str) -> CheckSettings:
    """The settings under their lock, stored now if they were not. The account's lock makes the first one alone."""
    bank_accounts.get(ctx, bank_account_id, lock=ctx.tx.for_update)
    settings = store.settings_of(ctx.tx, ctx.organization_id, bank_account_id, ctx.tx.for_update)
    if settings is None:
        settings = _defaults(ctx, bank_account_id, ctx.ids.new(SETTINGS_PREFIX)[0])
        store.CHECK_SETTINGS.insert(ctx.tx, settings)
    return settings


def _defaults(ctx: Ctx, bank_account_id: str, settings_id: str) -> CheckSettings:
    return CheckSettings(
        organization_id=ctx.organization_id,
        id=settings_id,
        bank_account_id=bank_account_id,
        next_number=FIRST_NUMBER,
        stock=checks.Stock.TOP,
        payer_name=None,
        payer_address=None,
        bank_fraction=None,
        signer_title=None,
        stale_days=STALE_DAYS,
        positive_pay_layout=DEFAULT_LAYOUT,
        signature_digest=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _check(ctx: Ctx, before: CheckSettings, after: CheckSettings) -> None:
    found = Checks()
    if after.next_number != before.next_number:
        highest = store.highest_check_number(ctx.tx, ctx.organization_id, after.bank_account_id)
        found.require(
            highest < after.next_number <= MAX_NUMBER,
            InvalidField("next_number", f"must be from {highest + 1} to {MAX_NUMBER}"),
        )
    found.require(
        after.stale_days in STALE_DAYS_ALLOWED,
        InvalidField("stale_days", f"must be from {STALE_DAYS_ALLOWED[0]} to {STALE_DAYS_ALLOWED[-1]}"),
    )
    found.require(
        after.positive_pay_layout in checks.LAYOUTS,
        InvalidField("positive_pay_layout", f"must be one of {', '.join(sorted(checks.LAYOUTS))}"),
    )
    lines = (after.payer_address or "").splitlines()
    found.require(
        len(lines) <= checks.MAX_ADDRESS_LINES,
        InvalidField("payer_address", f"has more than {checks.MAX_ADDRESS_LINES} lines"),
    )
    limits = (
        ("payer_name", checks.MAX_PAYEE),
        ("payer_address", MAX_ADDRESS),
        ("bank_fraction", MAX_FRACTION),
        ("signer_title", MAX_TITLE),
    )
    for field, longest in limits:
        text = getattr(after, field) or ""
        found.require(len(text) <= longest, InvalidField(field, f"has more than {longest} characters"))
        found.require(checks.printable(text) is not None, InvalidField(field, "has letters that no check can show"))
    found.raise_any()
