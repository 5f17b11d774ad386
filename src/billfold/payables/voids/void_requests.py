"""Void requests: who may ask for a payment to be voided, and what is decided (contract: payables §6.6; v2.md §6.4).

From the request on the vendor's money is stopped: a credit that no file carries is held, and the bank is ordered not
to pay a check. The request is decided at the next 16:00 (Los Angeles) of a business day. Until then the bank may say
that the check had been cashed before: then the void lost the race, and the payment is paid. While the debit is under
way a request waits for it: there is nothing to give back before, and if it fails there never is.
"""

from __future__ import annotations

from typing import Final

from billfold.identity.factors.mfa import SessionUntrusted
from billfold.identity.permissions import Permission, require_permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal, StateForbids
from billfold.kit.records import replace
from billfold.ledger import Code, void_pending
from billfold.payables.events import PaymentUpdated, VoidDecided, VoidRequested
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.clearing import clearing_of
from billfold.payables.payments.funding_sources import require_payer_of
from billfold.payables.payments.model import DisbursementType, Payment, PaymentView, SingleStatus
from billfold.payables.payments.payments import get_payment
from billfold.payables.payments.reach import Reach
from billfold.payables.voids import store
from billfold.payables.voids.model import VOID_TRANSITIONS, VoidDraft, VoidKind, VoidRequest, VoidStatus
from billfold.payables.voids.reissues import reach_again, reissue
from billfold.payables.voids.voids import (
    UNCOLLECTED,
    Locked,
    is_voidable,
    lock_payment,
    step,
    void,
    void_and_refund,
    void_offline,
)
from billfold.rails import calendar, transfers, virtual_cards
from billfold.rails.checks import checks
from billfold.rails.model import ENDED, Leg, Rail, Transfer, TransferStatus

PREFIX: Final = "vdr"
DECIDE_JOB: Final = "payables.void.decide"
MAX_REASON: Final = 4_000
#: A credit in this state is in a file: nothing calls it off any more. A check is printed and mailed at once.
_IN_A_FILE: Final = frozenset({TransferStatus.SENT, TransferStatus.STARTED})


class PaymentNotVoidable(Refusal):
    """A payment can be voided from its cut-off until it is paid out, on v2 also before."""

    sentence = "The payment {payment_id} is {status} and cannot be voided."


class VoidKindNotAvailable(Refusal):
    """A payment made elsewhere is voided only; money that was collected is given back or, if it is there, sent anew."""

    sentence = "The payment {payment_id} cannot be voided by {kind}."


def request_void(ctx: Ctx, payment_id: str, draft: VoidDraft, *, at_once: bool = False) -> PaymentView:
    """Stop the payment, and have it decided later what becomes of its money; or `at_once`.

    A payment made elsewhere is void at once. Raises `NotFound`, `MayNotPay`, `PaymentNotVoidable`,
    `VoidKindNotAvailable`, `VendorCannotBePaidOnline`, `InvalidField`, `SessionUntrusted` to send money anew.
    """
    locked = lock_payment(ctx, payment_id)
    payment = locked[0].payment
    if payment.online:
        request = _request_online(ctx, locked, draft)
        if at_once and payment.single_status not in UNCOLLECTED:
            _decide(ctx, request)
    else:
        _check_offline(payment, draft)
        request = _insert(ctx, payment, draft)
        void_offline(ctx, _asked(locked))
        _close(ctx, request, VoidStatus.ACCEPTED)
    return get_payment(ctx, payment_id)


def void_scheduled(ctx: Ctx, payment_id: str, draft: VoidDraft) -> PaymentView:
    """Void a payment of which nothing has moved yet, at once; v2 alone has this beside cancelling (v2.md §5.7: 1 to 4).

    Raises as `request_void`.
    """
    locked = lock_payment(ctx, payment_id)
    payment = locked[0].payment
    _check_online(ctx, payment, draft, voidable=payment.single_status is SingleStatus.SCHEDULED)
    try:
        # As in a cancellation, a file may have the credit already.
        for leg in (Leg.FUNDING, Leg.DISBURSEMENT):
            transfers.cancel(ctx, transfers.leg_of(ctx, payment.id, leg))
    except StateForbids as refusal:
        raise PaymentNotVoidable(payment_id=payment.id, status=payment.single_status) from refusal
    void_pending(ctx, payment.id, Code.DISBURSEMENT)
    request = _insert(ctx, payment, draft)
    void(ctx, _asked(locked))
    _close(ctx, request, VoidStatus.ACCEPTED)
    return get_payment(ctx, payment_id)


def begin(ctx: Ctx, locked: Locked, request: VoidRequest) -> None:
    """The money is there that could be given back: what was asked for is to be decided."""
    step(ctx, _asked(locked), SingleStatus.VOID_PENDING)
    ctx.schedule(DECIDE_JOB, calendar.void_decided_at(ctx.now), key=request.id, request_id=request.id)


def decide(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: grant the void, unless the payment ended by itself meanwhile."""
    request = store.VOID_REQUESTS.get(ctx.tx, ctx.organization_id, payload["request_id"])
    assert request is not None, payload["request_id"]
    _decide(ctx, request)


def decide_now(ctx: Ctx, payment_id: str) -> PaymentView:
    """Grant the void that a payment waits for. Raises `NotFound`, `PaymentNotVoidable`."""
    view, _ = lock_payment(ctx, payment_id)
    if view.payment.single_status is not SingleStatus.VOID_PENDING:
        raise PaymentNotVoidable(payment_id=payment_id, status=view.payment.single_status)
    _decide(ctx, open_request(view))
    return get_payment(ctx, payment_id)


def grant(ctx: Ctx, locked: Locked) -> None:
    """Nothing of the payment is on its way to the vendor any more: do with its money what was asked for."""
    view, _ = locked
    request = open_request(view)
    wants_reissue = request.kind is not VoidKind.VOID_AND_CREDIT
    if not clearing_of(ctx, view.payment).is_collected:
        # Its debit came back meanwhile: there is nothing to give back, and nothing to send.
        step(ctx, locked, SingleStatus.FUNDING_FAILED_VOIDED)
        _close(ctx, request, VoidStatus.REJECTED if wants_reissue else VoidStatus.ACCEPTED)
    elif not wants_reissue:
        void_and_refund(ctx, locked)
        _close(ctx, request, VoidStatus.ACCEPTED)
    elif reissue(ctx, locked) is not None:
        _close(ctx, request, VoidStatus.ACCEPTED)
    else:
        step(ctx, locked, SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED)
        _close(ctx, request, VoidStatus.REJECTED)


def end_void(ctx: Ctx, view: PaymentView, status: VoidStatus) -> None:
    """The payment ended by itself while it waited to be voided: paid, or without funds."""
    _close(ctx, open_request(view), status)


def _request_online(ctx: Ctx, locked: Locked, draft: VoidDraft) -> VoidRequest:
    payment = locked[0].payment
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    check = checks.check_of(ctx, disbursement.id)
    sent = check is None and disbursement.rail is not Rail.VIRTUAL_CARD and disbursement.status in _IN_A_FILE
    _check_online(ctx, payment, draft, voidable=is_voidable(payment) and not sent)
    request = _insert(ctx, payment, draft)
    if payment.single_status in UNCOLLECTED:
        _note(ctx, _asked(locked))
    else:
        begin(ctx, locked, request)
    if disbursement.status is TransferStatus.SCHEDULED:
        transfers.hold(ctx, disbursement)
    elif check is not None and disbursement.status not in ENDED:
        checks.order_stop(ctx, check.id)
    return request


def _note(ctx: Ctx, asked: Locked) -> None:
    """The payment goes on as before, until it is collected."""
    noted = replace(asked[0].payment, updated_at=ctx.now)
    payment_store.PAYMENTS.update(ctx.tx, noted, "voided_from", "updated_at")
    ctx.emit(PaymentUpdated(noted))


def _check_online(ctx: Ctx, payment: Payment, draft: VoidDraft, *, voidable: bool) -> None:
    require_permission(ctx.actor.role, Permission.PAY_BILLS)
    require_payer_of(ctx, payment)
    found = Checks()
    found.require(
        0 < len(draft.reason or "") <= MAX_REASON, InvalidField("reason", f"must have 1 to {MAX_REASON} characters")
    )
    found.require(voidable, PaymentNotVoidable(payment_id=payment.id, status=payment.single_status))
    found.require(
        draft.kind in _kinds_of(ctx, payment), VoidKindNotAvailable(payment_id=payment.id, kind=draft.kind.value)
    )
    found.raise_any()
    if draft.kind is not VoidKind.VOID_AND_CREDIT and not ctx.actor.trusted:
        # Money that goes out anew goes where the vendor is paid now, as that of a new payment does.
        raise SessionUntrusted
    if draft.kind is VoidKind.VOID_AND_REISSUE and isinstance(refusal := reach_again(ctx, payment), Refusal):
        raise refusal


def _kinds_of(ctx: Ctx, payment: Payment) -> frozenset[VoidKind]:
    """Money that came back cannot be sent, nor any abroad a second time; only who takes virtual cards gets another."""
    abroad = payment.disbursement_type is DisbursementType.INTERNATIONAL_E_PAYMENT
    if abroad or not clearing_of(ctx, payment).is_collected:
        return frozenset({VoidKind.VOID_AND_CREDIT})
    again = reach_again(ctx, payment)
    takes_cards = isinstance(again, Reach) and again.disbursement is DisbursementType.VIRTUAL_CARD
    by_card = {VoidKind.VOID_AND_REISSUE_VCARD} if takes_cards else set()
    return frozenset({VoidKind.VOID_AND_CREDIT, VoidKind.VOID_AND_REISSUE, *by_card})


def _check_offline(payment: Payment, draft: VoidDraft) -> None:
    found = Checks()
    found.require(
        len(draft.reason or "") <= MAX_REASON, InvalidField("reason", f"has more than {MAX_REASON} characters")
    )
    found.require(is_voidable(payment), PaymentNotVoidable(payment_id=payment.id, status=payment.single_status))
    found.require(draft.kind is VoidKind.VOID_ONLY, VoidKindNotAvailable(payment_id=payment.id, kind=draft.kind.value))
    found.raise_any()


def _decide(ctx: Ctx, request: VoidRequest) -> None:
    locked = lock_payment(ctx, request.payment_id)
    view, _ = locked
    if view.open_void is None or view.open_void.id != request.id:
        return
    disbursement = transfers.leg_of(ctx, request.payment_id, Leg.DISBURSEMENT)
    if disbursement.status is TransferStatus.HELD:
        transfers.cancel(ctx, disbursement)
        void_pending(ctx, request.payment_id, Code.DISBURSEMENT)
        grant(ctx, locked)
    elif disbursement.status in ENDED:
        grant(ctx, locked)
    else:
        _take_back(ctx, disbursement)


def _take_back(ctx: Ctx, disbursement: Transfer) -> None:
    """What it means for the payment is a reaction to it, whoever ends check or card (`settlement/disbursement.py`)."""
    if disbursement.rail is Rail.VIRTUAL_CARD:
        virtual_cards.take_back(ctx, disbursement.id)
        return
    check = checks.check_of(ctx, disbursement.id)
    assert check is not None, f"{disbursement.id} is {disbursement.status}, and no check"
    checks.void_check(ctx, check.id)


def _asked(locked: Locked) -> Locked:
    """The payment as one that somebody wants to be voided."""
    view, bills = locked
    asked = replace(view.payment, voided_from=view.payment.single_status)
    return replace(view, payment=asked), bills


def open_request(view: PaymentView) -> VoidRequest:
    """The void that is to be decided, which there must be."""
    assert view.open_void is not None, view.payment.id
    return view.open_void


def _insert(ctx: Ctx, payment: Payment, draft: VoidDraft) -> VoidRequest:
    request_id, ordinal = ctx.ids.new(PREFIX)
    request = VoidRequest(
        organization_id=ctx.organization_id,
        id=request_id,
        ordinal=ordinal,
        payment_id=payment.id,
        kind=draft.kind,
        status=VoidStatus.TO_BE_PROCESSED,
        reason=draft.reason,
        requested_by=ctx.actor.user_id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.VOID_REQUESTS.insert(ctx.tx, request)
    ctx.emit(VoidRequested(request))
    return request


def _close(ctx: Ctx, request: VoidRequest, to: VoidStatus) -> None:
    status = VOID_TRANSITIONS.step(request.id, request.status, to)
    closed = replace(request, status=status, updated_at=ctx.now)
    store.VOID_REQUESTS.update(ctx.tx, closed, "status", "updated_at")
    ctx.emit(VoidDecided(closed))
