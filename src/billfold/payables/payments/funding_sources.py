"""What pays a payment: who may use it, what it can pay, and the transfers that take money from it and give it back.

One row of `_KINDS` for each type of funding account (contract: payables §6.2 `fundingAccount`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import msgspec

from billfold.funding import ap_cards, bank_accounts, cards, permissions, wallet
from billfold.funding.bank_accounts import NoPayablesDefault
from billfold.funding.card_model import ApCard, CardAccount
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.kit.records import replace
from billfold.ledger import FEES, MONEY_OUT_CLEARING, WALLET, Code, Entry
from billfold.payables.payments.model import DisbursementType, FundingAccount, FundingType, Payment, PayRunDraft
from billfold.payables.payments.reach import Reach
from billfold.rails import calendar, originators, transfers
from billfold.rails.model import Direction, Holder, Leg, Rail, Transfer, TransferStatus
from billfold.rails.transfers import TransferDraft


class VendorTakesNoAmex(Refusal):
    """The vendor, or the organization, is not set up for Amex."""

    sentence = "Vendor does not support AMEX card payments."


class VendorTakesNoVirtualCard(Refusal):
    """An AP card pays by virtual card alone."""

    sentence = "The vendor {vendor_id} does not accept virtual cards, which is how an AP card pays."


class FundingSource(msgspec.Struct, frozen=True):
    """A funding account that this user may pay from now. Bills remember `bank_account_id` and the chart of account."""

    account: FundingAccount
    bank_account_id: str | None = None
    chart_of_account_id: str | None = None
    card: CardAccount | None = None
    ap_card: ApCard | None = None


#: The rail of what funds a payment from an account of this id in this way.
_RailOf = Callable[[Ctx, str, DisbursementType], Rail]


class _Kind(msgspec.Struct, frozen=True):
    """What a type of funding account is: its check of who pays, whose account its legs name, and its further rules.

    `check_vendor` says why one vendor cannot be paid from it, `check_total` refuses the run as a whole.
    """

    require_payer: Callable[[Ctx, str], FundingSource]
    rail_of: _RailOf
    holder: Holder
    needs_date: bool = False
    check_vendor: Callable[[Ctx, FundingSource, PayRunDraft, Reach], Refusal | None] | None = None
    check_total: Callable[[Ctx, FundingSource, int], None] | None = None


def require_payer(ctx: Ctx, account: FundingAccount) -> FundingSource:
    """The account, if it can pay and this user may pay from it.

    Raises `NotFound`, `MayNotPay`, `FundingNotPermitted`, `CardNotUsable`, `CardUserUnverified`, `ApCardNotActive`.
    """
    return _KINDS[account.type].require_payer(ctx, account.id)


def require_payer_of(ctx: Ctx, payment: Payment) -> None:
    """This user may decide over a payment: as who may pay from its account. Raises as `require_payer`.

    If that is a bank account out of use, as who may from the one that gets the money back. What an AP card or the
    wallet paid is decided over by whoever may pay: they have no users. A payment that was made elsewhere has no
    account, and is anybody's who may record such.
    """
    account = payment.funding_account
    if account is None or account.type in {FundingType.AP_CARD, FundingType.WALLET}:
        return
    if account.type is FundingType.BANK_ACCOUNT:
        require_payer(ctx, _account_of_refund(ctx, account))
    elif not cards.is_verified_user(ctx, cards.get_card(ctx, account.id)):
        raise cards.CardUserUnverified


def rail_of(ctx: Ctx, account: FundingAccount, disbursement: DisbursementType) -> Rail:
    """What carries the funding of a payment that is made from this account, in this way, now.

    After `require_payer`, under whose lock of a bank account it stays so.
    """
    return _KINDS[account.type].rail_of(ctx, account.id, disbursement)


def disbursed_on(rail: Rail, process_on: date) -> date:
    """When a payment that is funded by this rail leaves: a debit has to be collected first, a book transfer has not."""
    return process_on if rail is Rail.BOOK else calendar.disbursed_on(process_on)


def check_run(source: FundingSource, run: PayRunDraft) -> None:
    """What the type of account wants said. Raises `InvalidField`s."""
    kind, checks = _KINDS[source.account.type], Checks()
    checks.require(
        not kind.needs_date or run.process_on is not None,
        InvalidField("process_on", f"must not be null where the funding account is of the type {source.account.type}"),
    )
    purpose = run.card_funding_purpose
    checks.require(
        purpose is None or purpose in cards.PURPOSE_NAMES,
        InvalidField("card_funding_purpose", "is none of funding-accounts/cards/funding-purposes"),
    )
    checks.raise_any()


def check_vendor(ctx: Ctx, source: FundingSource, run: PayRunDraft, reach: Reach) -> Refusal | None:
    """Why a vendor who is reached so cannot be paid from this account, or None."""
    check = _KINDS[source.account.type].check_vendor
    return None if check is None else check(ctx, source, run, reach)


def check_total(ctx: Ctx, source: FundingSource, amounts_minor: Sequence[int]) -> None:
    """The account has enough for these payments. Raises `ApCardLimitExceeded`, `WalletTooLow`."""
    check = _KINDS[source.account.type].check_total
    if check is not None:
        check(ctx, source, sum(amounts_minor))


def fee_of(source: FundingSource, amount_minor: int) -> int:
    """What a payment of this amount costs beside the amount, in cents."""
    return 0 if source.card is None else cards.fee_of(source.card, amount_minor)


def funding_leg(payment: Payment, rail: Rail, payee: str) -> TransferDraft:
    """What takes the payment's money and its fee from its account on its process date."""
    assert payment.funding_minor is not None, payment.id
    amount_minor = payment.funding_minor + (payment.fee_minor or 0)
    return _leg(payment, rail, payee, (Leg.FUNDING, Direction.DEBIT), amount_minor, payment.process_on)


def refund_leg(ctx: Ctx, payment: Payment, payee: str, amount_minor: int) -> TransferDraft:
    """What gives so much of a collected payment's money back by the way that it came; never the fee.

    To the account that it came from, or that made it good; if that is a bank account out of use, to another. But what
    a book transfer funded never left the account.
    """
    assert payment.funding_account is not None, payment.id
    funding = transfers.leg_of(ctx, payment.id, Leg.FUNDING)
    rail = funding.rail
    if rail is Rail.BOOK:
        return _leg(payment, rail, payee, (Leg.REFUND, Direction.CREDIT), amount_minor, calendar.today(ctx.now))
    if funding.status is TransferStatus.RETURNED:
        # What is there was wired from a bank account, to make good what was taken back.
        wire = transfers.leg_of(ctx, payment.id, Leg.REPAYMENT)
        source, rail, holder = FundingAccount(FundingType.BANK_ACCOUNT, wire.account_id), Rail.ACH, wire.account_table
    else:
        source, holder = payment.funding_account, funding.account_table
    back_on = calendar.refunded_on(ctx.now) if rail is Rail.ACH else transfers.earliest_day(ctx, rail)
    draft = _leg(payment, rail, payee, (Leg.REFUND, Direction.CREDIT), amount_minor, back_on)
    return replace(draft, account_id=_account_of_refund(ctx, source).id, holder=holder)


def account_of_repayment(ctx: Ctx, funding: Transfer) -> str:
    """The bank account that a funding which came back is wired from: its own, else the default one for payables.

    Raises `NoPayablesDefault`.
    """
    if funding.account_table is Holder.ORGANIZATION:
        return funding.account_id
    return bank_accounts.payables_default(ctx).id


def _account_of_refund(ctx: Ctx, account: FundingAccount) -> FundingAccount:
    """The account itself; for a bank account that was put out of use since, the default one for payables."""
    if account.type is not FundingType.BANK_ACCOUNT or bank_accounts.get(ctx, account.id).usable:
        return account
    try:
        return FundingAccount(FundingType.BANK_ACCOUNT, bank_accounts.payables_default(ctx).id)
    except NoPayablesDefault:
        return account


def funding_entries(payment: Payment, transfer: Transfer) -> list[Entry]:
    """Dr money-out clearing · Cr what pays; and Dr fees · Cr what pays, where paying costs (settled.md §3)."""
    assert payment.funding_minor is not None, payment.id
    amounts = (
        (MONEY_OUT_CLEARING, payment.funding_minor, Code.FUNDING),
        (FEES, payment.fee_minor or 0, Code.FEE),
    )
    return [
        Entry(
            debit_account=debited,
            credit_account=transfer.account_id,
            amount_minor=amount_minor,
            currency=transfer.currency,
            code=code,
            document_id=payment.id,
            effective_on=transfer.effective_on,
        )
        for debited, amount_minor, code in amounts
        if amount_minor
    ]


def _leg(
    payment: Payment, rail: Rail, payee: str, way: tuple[Leg, Direction], amount_minor: int, effective_on: date
) -> TransferDraft:
    assert payment.funding_account is not None, payment.id
    leg, direction = way
    return TransferDraft(
        subject_id=payment.id,
        leg=leg,
        direction=direction,
        rail=rail,
        holder=_KINDS[payment.funding_account.type].holder,
        account_id=payment.funding_account.id,
        counterparty=payee,
        amount_minor=amount_minor,
        currency="USD",
        effective_on=effective_on,
    )


def _require_bank_payer(ctx: Ctx, account_id: str) -> FundingSource:
    account = bank_accounts.require_payer(ctx, account_id)
    return FundingSource(
        FundingAccount(FundingType.BANK_ACCOUNT, account.id),
        bank_account_id=account.id,
        chart_of_account_id=account.chart_of_account_id,
    )


def _rail_of_bank(ctx: Ctx, account_id: str, disbursement: DisbursementType) -> Rail:
    """A debit, but where what pays is drawn on the account itself (settled.md §3: the own-bank profile)."""
    by_check = disbursement is DisbursementType.CHECK
    return Rail.BOOK if originators.pays_itself(ctx, account_id, by_check=by_check) else Rail.ACH


def _always(rail: Rail) -> _RailOf:
    return lambda *_: rail


def _require_card_payer(ctx: Ctx, card_account_id: str) -> FundingSource:
    permissions.require_cards(ctx)
    card = cards.require_payer(ctx, card_account_id)
    return FundingSource(FundingAccount(FundingType.CARD_ACCOUNT, card.id), card=card)


def _require_ap_card(ctx: Ctx, card_id: str) -> FundingSource:
    card = ap_cards.require_active(ctx, card_id)
    return FundingSource(FundingAccount(FundingType.AP_CARD, card.id), ap_card=card)


def _require_wallet(ctx: Ctx, _: str) -> FundingSource:
    wallet.require_open(ctx)
    return FundingSource(FundingAccount(FundingType.WALLET, WALLET))


def takes_card(ctx: Ctx, card: CardAccount, reach: Reach) -> Refusal | None:
    """Why the vendor does not take this card, or None."""
    if not cards.is_amex(card):
        return None
    if permissions.get_permissions(ctx).amex_allowed and reach.takes_amex:
        return None
    return VendorTakesNoAmex()


def needs_purpose(reach: Reach) -> bool:
    """Whether a card payment to the vendor has to say what it is for: its industry is not known."""
    return reach.industry is None


def _check_card_vendor(ctx: Ctx, source: FundingSource, run: PayRunDraft, reach: Reach) -> Refusal | None:
    assert source.card is not None, source.account
    if needs_purpose(reach) and run.card_funding_purpose is None:
        return InvalidField("card_funding_purpose", "must not be null, for the vendor's industry is not known")
    return takes_card(ctx, source.card, reach)


def _check_ap_card_vendor(_: Ctx, __: FundingSource, ___: PayRunDraft, reach: Reach) -> Refusal | None:
    if reach.disbursement is DisbursementType.VIRTUAL_CARD:
        return None
    return VendorTakesNoVirtualCard(vendor_id=reach.vendor_id)


def _check_limit(ctx: Ctx, source: FundingSource, total_minor: int) -> None:
    assert source.ap_card is not None, source.account
    card = source.ap_card
    available = ap_cards.available_of(ctx, card) - transfers.scheduled_from(ctx, card.id)
    if total_minor > available:
        raise ap_cards.limit_exceeded(card, available)


def _check_wallet(ctx: Ctx, _: FundingSource, total_minor: int) -> None:
    available = wallet.balance_of(ctx) - transfers.scheduled_from(ctx, WALLET)
    if total_minor > available:
        raise wallet.too_low(available)


_KINDS: Final = {
    FundingType.BANK_ACCOUNT: _Kind(_require_bank_payer, _rail_of_bank, Holder.ORGANIZATION),
    FundingType.CARD_ACCOUNT: _Kind(
        _require_card_payer, _always(Rail.CARD), Holder.CARD, check_vendor=_check_card_vendor
    ),
    FundingType.AP_CARD: _Kind(
        _require_ap_card,
        _always(Rail.CARD),
        Holder.AP_CARD,
        needs_date=True,
        check_vendor=_check_ap_card_vendor,
        check_total=_check_limit,
    ),
    FundingType.WALLET: _Kind(
        _require_wallet, _always(Rail.WALLET), Holder.WALLET, needs_date=True, check_total=_check_wallet
    ),
}
