"""How vendors take money beside bank account and check: virtual cards, RPPS, the wallet; and whether they take Amex.

None of it is said by whoever pays: vendors enroll elsewhere, and what came of it is noted here (payables §1.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks
from billfold.kit.records import replace
from billfold.parties import store
from billfold.parties.acceptance_model import Acceptance, VirtualCardStatus
from billfold.parties.events import VendorAcceptanceChanged
from billfold.parties.vendors import get_vendor

_LONGEST: Final = {"remit_email": 100, "rpps_id": 20, "industry": 100}


def acceptances_of(ctx: Ctx, vendor_ids: Sequence[str]) -> dict[str, Acceptance]:
    """What these vendors take; those of whom nothing was said are left out."""
    return store.acceptances(ctx.tx, ctx.organization_id, vendor_ids)


def set_acceptance(ctx: Ctx, vendor_id: str, changes: dict[str, Any]) -> Acceptance:
    """Note what a vendor takes; what is not named stays. Raises `NotFound`, `InvalidField`s."""
    get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    checks = Checks()
    checks.limit_texts(changes, _LONGEST)
    checks.raise_any()
    stored = acceptances_of(ctx, [vendor_id]).get(vendor_id)
    changed = replace(stored or _nothing(ctx, vendor_id), **changes, updated_at=ctx.now)
    status = changed.virtual_card_status
    if stored is None or status is not stored.virtual_card_status:
        if status is VirtualCardStatus.ENROLLED:
            changed = replace(changed, enrolled_at=ctx.now, declined_at=None)
        elif status is VirtualCardStatus.DECLINED:
            changed = replace(changed, declined_at=ctx.now)
    if stored is None:
        store.ACCEPTANCES.insert(ctx.tx, changed)
    else:
        store.ACCEPTANCES.update(ctx.tx, changed, *Acceptance.__struct_fields__[2:])
    ctx.emit(VendorAcceptanceChanged(changed))
    return changed


def _nothing(ctx: Ctx, vendor_id: str) -> Acceptance:
    return Acceptance(
        organization_id=ctx.organization_id,
        vendor_id=vendor_id,
        virtual_card_status=VirtualCardStatus.UNKNOWN,
        remit_email=None,
        enrolled_at=None,
        declined_at=None,
        alternate_pay_by=None,
        rpps_id=None,
        takes_wallet=False,
        takes_amex=False,
        industry=None,
        updated_at=ctx.now,
    )
