"""The one page: which event leads to which reactions, and which job is which function."""

from __future__ import annotations

from typing import Any

from billfold.accounting.classifications import open_books
from billfold.documents import uploads
from billfold.funding import administrators, bank_accounts
from billfold.funding.card_events import ApCardPaidOff, WalletToppedUp
from billfold.funding.events import BankAccountArchived
from billfold.identity.events import OrganizationCreated, UserArchived, UserCreated, UserRestored, UserUpdated
from billfold.kit import idempotency
from billfold.kit.ctx import Ctx, Reactions
from billfold.kit.runner import JobFunction
from billfold.parties.events import (
    VendorBankAccountAdded,
    VendorBankAccountConfirmed,
    VendorBankAccountCorrected,
    VendorBankAccountDoubted,
    VendorBankAccountDropped,
)
from billfold.payables.autopay import runs as autopay_runs
from billfold.payables.autopay import schedule as autopay_schedule
from billfold.payables.events import BillApproved, BillUnassigned, BillUpdated
from billfold.payables.mass import mass_payments
from billfold.payables.monitoring import origination
from billfold.payables.payments import account_holds
from billfold.payables.recurring import generation
from billfold.payables.settlement import account_returns, lost_payees
from billfold.payables.settlement import reactions as settlement
from billfold.payables.settlement import virtual_cards as virtual_card_payments
from billfold.payables.voids import void_requests
from billfold.rails import (
    ach,
    bank,
    book,
    card,
    international,
    money_movements,
    originators,
    prenotes,
    rpps,
    transfers,
    virtual_cards,
    wallet,
)
from billfold.rails.checks import checks, positive_pay, printing
from billfold.rails.checks.events import CheckCleared, CheckEnded, CheckExpiring
from billfold.rails.days import jobs_of
from billfold.rails.events import (
    DebitInVain,
    InternationalFileBuilt,
    PrenoteReturned,
    TransferDelivered,
    TransferRefused,
    TransferReturned,
    TransferSent,
    TransferSettled,
    TransferStarted,
    VirtualCardCharged,
    VirtualCardClosed,
)
from billfold.rails.incoming import files as incoming_files
from billfold.rails.statements import bank_books


def _open_books(ctx: Ctx, _: Any) -> None:
    open_books(ctx)


REACTIONS: Reactions = {
    OrganizationCreated: (_open_books,),
    UserCreated: (administrators.when_user_changed,),
    UserUpdated: (administrators.when_user_changed,),
    UserArchived: (administrators.when_user_changed,),
    UserRestored: (administrators.when_user_changed,),
    BankAccountArchived: (transfers.when_bank_account_archived, originators.when_bank_account_archived),
    BillUpdated: (autopay_schedule.when_bill_changed,),
    BillApproved: (autopay_schedule.when_bill_changed,),
    BillUnassigned: (autopay_schedule.when_bill_changed,),
    VendorBankAccountAdded: (prenotes.when_bank_account_added,),
    VendorBankAccountCorrected: (prenotes.when_bank_account_corrected,),
    PrenoteReturned: (account_returns.when_prenote_returned,),
    VendorBankAccountDoubted: (account_holds.when_doubted,),
    VendorBankAccountConfirmed: (account_holds.when_decided,),
    VendorBankAccountDropped: (account_holds.when_decided,),
    DebitInVain: (lost_payees.when_in_vain,),
    TransferSent: (settlement.when_sent, origination.when_sent),
    TransferRefused: (settlement.when_refused,),
    TransferStarted: (settlement.when_started, money_movements.when_started, bank_books.when_started),
    TransferDelivered: (checks.when_delivered, settlement.when_delivered),
    TransferSettled: (
        checks.when_settled,
        virtual_cards.when_settled,
        settlement.when_settled,
        money_movements.when_settled,
        bank_books.when_settled,
    ),
    VirtualCardCharged: (virtual_card_payments.when_charged,),
    VirtualCardClosed: (virtual_card_payments.when_closed,),
    TransferReturned: (
        # First: what a payment does next depends on how its vendor is paid now.
        account_returns.when_transfer_returned,
        checks.when_returned,
        virtual_cards.when_returned,
        settlement.when_returned,
        money_movements.when_returned,
        bank_books.when_returned,
    ),
    InternationalFileBuilt: (bank_books.when_ordered,),
    WalletToppedUp: (bank_books.when_moved,),
    ApCardPaidOff: (bank_books.when_moved,),
    CheckExpiring: (settlement.when_expiring,),
    CheckCleared: (bank_books.when_cashed,),
    CheckEnded: (bank_books.when_ended,),
}

JOBS: dict[str, JobFunction] = {
    transfers.CUT_OFF_JOB: ach.cut_off,
    transfers.SAME_DAY_JOB: ach.cut_off_same_day,
    ach.START_JOB: ach.start,
    ach.SETTLE_JOB: ach.settle,
    ach.RECEIVE_JOB: bank.receive,
    bank_books.BOOK_JOB: bank_books.book_file,
    transfers.POST_JOB: book.post_due,
    bank.ANSWER_JOB: bank.answer,
    incoming_files.TAKE_JOB: incoming_files.take_more,
    prenotes.CONFIRM_JOB: prenotes.confirm,
    transfers.PRINT_JOB: printing.print_day,
    transfers.SEND_ABROAD_JOB: international.send,
    international.SETTLE_JOB: international.settle,
    international.RETURN_JOB: international.return_transfer,
    checks.DELIVER_JOB: checks.deliver,
    checks.CLEAR_JOB: checks.clear,
    checks.WARN_JOB: checks.warn,
    checks.EXPIRE_JOB: checks.expire,
    checks.REPORT_JOB: positive_pay.report_voids,
    void_requests.DECIDE_JOB: void_requests.decide,
    bank_accounts.EXPIRE_JOB: bank_accounts.expire,
    autopay_schedule.PAY_JOB: autopay_runs.pay,
    mass_payments.PAY_JOB: mass_payments.pay,
    generation.GENERATE_JOB: generation.generate,
    uploads.FINISH_JOB: uploads.finish_upload,
    idempotency.FORGET_JOB: idempotency.forget,
    virtual_cards.EXPIRE_JOB: virtual_cards.expire_due,
    **jobs_of(card.DAYS),
    **jobs_of(wallet.DAYS),
    **jobs_of(virtual_cards.DAYS),
    **jobs_of(rpps.DAYS),
}
