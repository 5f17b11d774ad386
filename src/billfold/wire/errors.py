"""What each refusal is on the wire: BILL's code, and v3's status. One total table for both faces.

v2 answers HTTP 200 with the same codes; only "no such object" has a code of its own there (settled.md §1).
Codes marked (?) are not documented for this case: they are Billfold's choice.
"""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.accounting.classifications import ClassificationIsMerged, KeptByTheHouse
from billfold.accounting.payment_terms import PaymentTermExists, PaymentTermIsArchived
from billfold.accounting.trees import ClassificationIsArchived
from billfold.approvals import requests as approval_requests
from billfold.approvals.groups import GroupIsNeeded
from billfold.approvals.policies import TooManyPolicies
from billfold.approvals.policy_approvers import PolicyNeedsApprover
from billfold.documents.uploads import FileTooLarge
from billfold.funding import ap_cards, cards, permissions, wallet
from billfold.funding.bank_account_users import AlreadyAccountUser, BankAccountNotUsable, NomineeInactive
from billfold.funding.bank_accounts import (
    BankAccountNotPending,
    NoPayablesDefault,
    NotAccountUser,
    NotTheCreator,
    WrongDeposit,
)
from billfold.identity import invitations, operators, sessions, sign_in, users
from billfold.identity.factors import mfa, mfa_setup
from billfold.identity.permissions import MayNotPay, NotPermitted, SyncTokenLacksPermission
from billfold.kit.errors import InvalidField, NotFound, Refusal, StateForbids
from billfold.kit.idempotency import KeyReused, KeyTooLong
from billfold.kit.snapshots import SnapshotOutdated, TooManySnapshots
from billfold.kit.worlds import AdvanceRunning, TimeGoesForward
from billfold.parties.account_confirmations import ConfirmedByWhoChanged
from billfold.parties.contacts import ContactEmailTaken
from billfold.parties.vendors import VendorHasBankAccount, VendorIsArchived
from billfold.payables.bills.bill_amounts import Overpayment
from billfold.payables.bills.bill_approvals import BillAmountDiffers
from billfold.payables.bills.bills import BillHasPayments, BillIsArchived, BillUsesCredits
from billfold.payables.bills.duplicates import BillNumberTaken
from billfold.payables.credits.credit_applications import (
    CreditExceeded,
    CreditIsArchived,
    CreditNotApproved,
    CreditOfAnotherVendor,
)
from billfold.payables.credits.vendor_credits import CreditIsApplied
from billfold.payables.lines.lines import LineNotOfDocument
from billfold.payables.payments import funding_sources, payment_rules, reach
from billfold.payables.payments.cashed_checks import NoCheckImage
from billfold.payables.quotes import exchange_quotes
from billfold.payables.vendor_accounts import VendorCurrencyIsSettled
from billfold.payables.voids.cancellations import CancelTooLate
from billfold.payables.voids.void_requests import PaymentNotVoidable, VoidKindNotAvailable
from billfold.rails.incoming.files import IncomingFileInvalid
from billfold.rails.originators import OriginatorMissing, OwnBankInUse
from billfold.rails.statements.imports import (
    StatementHasMatches,
    StatementOfNoAccount,
    StatementOfTheFuture,
    StatementOverlaps,
    StatementUnreadable,
)
from billfold.rails.statements.resolution import LineMatchesNothing
from billfold.rails.transfers import BankAccountInUse
from billfold.wire.limits import ConcurrencyLimitReached, RequestLimitReached


class WireError(msgspec.Struct, frozen=True):
    """A refusal on the wire. `retryable`: the same request may fare better later, so no answer is kept."""

    code: str
    status: int
    retryable: bool = False


class UnknownPath(Refusal):
    """No operation has this path."""

    sentence = "API not supported."


class WrongMethod(Refusal):
    """The path exists, but not for this method."""

    sentence = "API not supported."

    def __init__(self, *, allowed: str) -> None:
        super().__init__(allowed=allowed)
        self.allowed = allowed


class MalformedJson(Refusal):
    """The body is not JSON."""

    sentence = "Error parsing JSON: {detail}"


class BodyTooLarge(Refusal):
    """The body is larger than any request needs."""

    sentence = "The request body is larger than {limit} bytes."


class InvalidParameter(Refusal):
    """A query parameter has a value that it cannot have."""

    sentence = "Invalid parameter,value: {name}, {value}"


class InvalidFilterField(Refusal):
    """A list cannot be filtered or sorted by this field."""

    sentence = "Invalid list filter field: {field}"


class InvalidFilterOperator(Refusal):
    """A list cannot be filtered by this field with this operator."""

    sentence = "Invalid list filter operator: {op}"


class MissingParameter(Refusal):
    """A required parameter is not there."""

    sentence = "Missing value for parameter: {name}"


class MissingData(Refusal):
    """v2: the request lacks the object that the operation needs."""

    sentence = "Missing required data for {name}"


class EntityMismatch(Refusal):
    """v2: the entity in the path and the one in the data differ."""

    sentence = "Entity in path {path_entity} does not match entity in data {data_entity}"


class InvalidDatatype(Refusal):
    """v2: a field holds a value of the wrong type."""

    sentence = "Invalid datatype for field: {field}"


class InvalidOperation(Refusal):
    """v2: the path names no Crud operation."""

    sentence = "Invalid CRUD operation: {operation}"


class InvalidEntity(Refusal):
    """v2: the path names no entity."""

    sentence = "Invalid entity type: {entity}"


class EntityLacksOperation(Refusal):
    """v2: the entity has no such operation."""

    sentence = "Entity not valid for CRUD operation: {operation}, {entity}"


class InvalidListEntity(Refusal):
    """v2: the path names no entity that has a list."""

    sentence = "Invalid List entity: {entity}"


class InjectedFault(Refusal):
    """A fault that the sandbox was told to show; it brings its own code, status and message."""

    sentence = "{message}"

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message=message)
        self.wire = WireError(code, status, retryable=True)


class AtElement(Refusal):
    """What is wrong with one element of a bulk request; on the wire it is its reason, with the position in front."""

    sentence = "[{position}]: {reason}"

    def __init__(self, position: int, reason: Refusal) -> None:
        super().__init__(position=position, reason=reason)
        self.position = position
        self.reason = reason


class OfBill(Refusal):
    """What is wrong with a payment, said again of the bill that it pays, as BILL does of process dates."""

    sentence = "{bill_id} : {reason}"

    def __init__(self, bill_id: str, reason: Refusal) -> None:
        super().__init__(bill_id=bill_id, reason=reason)
        self.reason = reason


class RolledBack(Refusal):
    """Nothing is wrong with this element of a bulk request, but with another."""

    sentence = "Rolled back, because another element of the request was refused."


class TooManyFaults(Refusal):
    """More faults wait to be shown than a sandbox remembers."""

    sentence = "{limit} faults are waiting; delete some."


class OurFault(Refusal):
    """Our own fault."""

    sentence = "System error."


WIRE_ERRORS: Final[dict[type[Refusal], WireError]] = {
    # Our own and the request's form.
    Refusal: WireError("BDC_1002", 400),
    OurFault: WireError("BDC_1001", 500, retryable=True),
    UnknownPath: WireError("BDC_1121", 404),
    WrongMethod: WireError("BDC_1121", 405),
    MalformedJson: WireError("BDC_1122", 400),
    BodyTooLarge: WireError("BDC_1129", 413),  # (?)
    FileTooLarge: WireError("BDC_1129", 413),  # (?)
    InvalidParameter: WireError("BDC_1129", 400),
    InvalidFilterField: WireError("BDC_1130", 400),
    InvalidFilterOperator: WireError("BDC_1131", 400),
    MissingParameter: WireError("BDC_1108", 400),
    MissingData: WireError("BDC_1117", 400),
    EntityMismatch: WireError("BDC_1118", 400),
    InvalidDatatype: WireError("BDC_1124", 400),
    InvalidField: WireError("BDC_1119", 400),
    InvalidOperation: WireError("BDC_1115", 400),
    InvalidEntity: WireError("BDC_1114", 400),
    EntityLacksOperation: WireError("BDC_1116", 400),
    InvalidListEntity: WireError("BDC_1128", 400),
    # The status is the least of all, so that an answer's is that of the elements that are wrong.
    RolledBack: WireError("BDC_1246", 400),
    KeyReused: WireError("BDC_1129", 409),  # (?)
    KeyTooLong: WireError("BDC_1129", 400),  # (?)
    # Limits.
    RequestLimitReached: WireError("BDC_1144", 400, retryable=True),
    ConcurrencyLimitReached: WireError("BDC_1322", 400, retryable=True),
    # Who asks.
    sessions.DeveloperKeyMissing: WireError("BDC_1178", 400, retryable=True),
    sessions.DeveloperKeyInvalid: WireError("BDC_1102", 400, retryable=True),
    sessions.DeveloperKeyInactive: WireError("BDC_1103", 400, retryable=True),
    sessions.SessionMissing: WireError("BDC_1109", 401, retryable=True),
    sessions.SessionInvalid: WireError("BDC_1109", 401, retryable=True),
    sessions.TermsNotAccepted: WireError("BDC_1104", 403, retryable=True),  # (?)
    sign_in.CredentialsWrong: WireError("BDC_1101", 401, retryable=True),
    sign_in.LoginLocked: WireError("BDC_1110", 401, retryable=True),  # (?)
    sign_in.SyncTokenRefused: WireError("BDC_1113", 401, retryable=True),  # (?)
    sign_in.OrganizationIdInvalid: WireError("BDC_1123", 400),
    sign_in.OrganizationLocked: WireError("BDC_1107", 423, retryable=True),
    sign_in.ApiAccessDisabled: WireError("BDC_1105", 403, retryable=True),  # (?)
    sign_in.PartnersDiffer: WireError("BDC_1106", 403, retryable=True),  # (?)
    sign_in.UserInactive: WireError("BDC_1111", 401, retryable=True),
    NotPermitted: WireError("BDC_1119", 403, retryable=True),
    MayNotPay: WireError("BDC_1150", 403, retryable=True),
    mfa.SessionUntrusted: WireError("BDC_1361", 403, retryable=True),
    SyncTokenLacksPermission: WireError("BDC_1119", 403, retryable=True),  # (?)
    mfa.TrustExpired: WireError("BDC_1361", 403, retryable=True),
    mfa.PhoneNotSetUp: WireError("BDC_1354", 400, retryable=True),
    mfa.ChallengeUnknown: WireError("BDC_1355", 400),  # (?)
    mfa.TokenWrong: WireError("BDC_1355", 400, retryable=True),  # (?)
    mfa.TokenExpired: WireError("BDC_1374", 400),
    mfa.TooManyAttempts: WireError("BDC_1358", 400, retryable=True),
    mfa.TooManyMessages: WireError("BDC_1144", 400, retryable=True),  # (?)
    mfa_setup.MfaBlocked: WireError("BDC_5324", 403, retryable=True),  # (?)
    mfa.DeviceNotRemembered: WireError("BDC_1356", 403),  # (?)
    users.EmailTaken: WireError("BDC_1119", 422),  # (?)
    users.LastAdministrator: WireError("BDC_1119", 422),  # (?)
    invitations.InvitationInvalid: WireError("BDC_1119", 400),  # (?)
    invitations.InvitationExpired: WireError("BDC_1119", 400),  # (?)
    # What is asked for.
    NoCheckImage: WireError("BDC_1119", 422),  # (?)
    NotFound: WireError("BDC_1205", 404),
    StateForbids: WireError("BDC_1119", 422),  # (?)
    VendorHasBankAccount: WireError("BDC_1119", 422),  # (?)
    VendorIsArchived: WireError("BDC_1119", 422),  # (?)
    VendorCurrencyIsSettled: WireError("BDC_1119", 422),  # (?)
    ContactEmailTaken: WireError("BDC_1119", 422),  # (?)
    ClassificationIsArchived: WireError("BDC_1119", 422),  # (?)
    ClassificationIsMerged: WireError("BDC_1119", 422),  # (?)
    KeptByTheHouse: WireError("BDC_1119", 422),  # (?)
    PaymentTermExists: WireError("BDC_1119", 422),  # (?)
    PaymentTermIsArchived: WireError("BDC_1119", 422),  # (?)
    LineNotOfDocument: WireError("BDC_1119", 400),  # (?)
    BillNumberTaken: WireError("BDC_1171", 400),
    BillHasPayments: WireError("BDC_1119", 422),  # (?)
    BillIsArchived: WireError("BDC_1119", 422),  # (?)
    BillAmountDiffers: WireError("BDC_1119", 422),  # (?)
    approval_requests.NotTheApprover: WireError("BDC_1119", 403, retryable=True),  # (?)
    approval_requests.NotYourTurnYet: WireError("BDC_1119", 403, retryable=True),  # (?)
    approval_requests.CreatorMayNotApprove: WireError("BDC_1119", 403, retryable=True),  # (?)
    approval_requests.AlreadyDecided: WireError("BDC_1119", 422),  # (?)
    approval_requests.ApproversHaveActed: WireError("BDC_1119", 422),  # (?)
    approval_requests.TooFewApprovers: WireError("BDC_1119", 422),  # (?)
    PolicyNeedsApprover: WireError("BDC_1119", 422),  # (?)
    GroupIsNeeded: WireError("BDC_1119", 422),  # (?)
    TooManyPolicies: WireError("BDC_1119", 422),  # (?)
    BillUsesCredits: WireError("BDC_1119", 422),  # (?)
    CreditIsArchived: WireError("BDC_1119", 422),  # (?)
    CreditNotApproved: WireError("BDC_1119", 422),  # (?)
    CreditIsApplied: WireError("BDC_1119", 422),  # (?)
    CreditOfAnotherVendor: WireError("BDC_1119", 422),  # (?)
    CreditExceeded: WireError("BDC_1159", 422),  # (?)
    payment_rules.BillNotApproved: WireError("BDC_1119", 422),  # (?)
    payment_rules.BillOfAnotherVendor: WireError("BDC_1119", 422),  # (?)
    reach.VendorAccountUnconfirmed: WireError("BDC_1151", 422),  # (?)
    ConfirmedByWhoChanged: WireError("BDC_1119", 422),
    reach.VendorCannotBePaidOnline: WireError("BDC_1151", 422),
    reach.VendorNeedsAccountAbroad: WireError("BDC_1151", 422),  # (?)
    Overpayment: WireError("BDC_1159", 422),
    funding_sources.VendorTakesNoAmex: WireError("BDC_1151", 422),  # (?)
    funding_sources.VendorTakesNoVirtualCard: WireError("BDC_1151", 422),  # (?)
    payment_rules.ProcessDateInvalid: WireError("BDC_1152", 422),
    exchange_quotes.VendorNotAbroad: WireError("BDC_1119", 422),  # (?)
    exchange_quotes.RateUnknown: WireError("BDC_1119", 422, retryable=True),  # (?)
    exchange_quotes.QuoteRequired: WireError("BDC_1117", 400),  # (?)
    exchange_quotes.QuoteExpired: WireError("BDC_1119", 422),  # (?)
    exchange_quotes.QuoteUsed: WireError("BDC_1119", 422),  # (?)
    exchange_quotes.QuoteDoesNotCover: WireError("BDC_1119", 422),  # (?)
    payment_rules.NewAccountNeedsTime: WireError("BDC_1402", 400),
    payment_rules.AccountNotProven: WireError("BDC_1402", 400),  # (?)
    CancelTooLate: WireError("BDC_1119", 422),  # (?)
    PaymentNotVoidable: WireError("BDC_1119", 422),  # (?)
    VoidKindNotAvailable: WireError("BDC_1119", 422),  # (?)
    BankAccountNotPending: WireError("BDC_1119", 422),  # (?)
    BankAccountNotUsable: WireError("BDC_1119", 422),  # (?)
    BankAccountInUse: WireError("BDC_1119", 422),  # (?)
    OwnBankInUse: WireError("BDC_1119", 422),  # (?)
    StatementUnreadable: WireError("BDC_1119", 422),  # (?)
    StatementOfNoAccount: WireError("BDC_1119", 422),  # (?)
    StatementOverlaps: WireError("BDC_1119", 422),  # (?)
    StatementOfTheFuture: WireError("BDC_1119", 422),  # (?)
    StatementHasMatches: WireError("BDC_1119", 422),  # (?)
    LineMatchesNothing: WireError("BDC_1119", 422),  # (?)
    NotTheCreator: WireError("BDC_1119", 403),  # (?)
    NotAccountUser: WireError("BDC_1119", 403, retryable=True),  # (?)
    AlreadyAccountUser: WireError("BDC_1119", 422),  # (?)
    NomineeInactive: WireError("BDC_1119", 422),  # (?)
    NoPayablesDefault: WireError("BDC_1120", 404, retryable=True),  # (?)
    cards.CardNotUsable: WireError("BDC_1119", 422),  # (?)
    cards.CardUserUnverified: WireError("BDC_1150", 403, retryable=True),  # (?)
    ap_cards.ApCardNotActive: WireError("BDC_1119", 422),  # (?)
    ap_cards.ApCardLimitExceeded: WireError("BDC_1119", 422, retryable=True),  # (?)
    permissions.FundingNotPermitted: WireError("BDC_1150", 403, retryable=True),  # (?)
    wallet.WalletTooLow: WireError("BDC_1119", 422, retryable=True),  # (?)
    WrongDeposit: WireError("BDC_1119", 400, retryable=True),  # (?)
    # Administration.
    operators.AdminTokenInvalid: WireError("BDC_1109", 401, retryable=True),
    IncomingFileInvalid: WireError("BDC_1119", 400),
    OriginatorMissing: WireError("BDC_1150", 403, retryable=True),
    operators.TokenOfOneOrganization: WireError("BDC_1119", 403, retryable=True),
    # The sandbox.
    TooManyFaults: WireError("BDC_1119", 422),
    AdvanceRunning: WireError("BDC_1119", 409, retryable=True),
    TimeGoesForward: WireError("BDC_1119", 400),
    # Its snapshots.
    TooManySnapshots: WireError("BDC_1119", 422),
    SnapshotOutdated: WireError("BDC_1119", 422),
}


def wire_error(refusal: Refusal) -> WireError:
    """What this refusal is on the wire: its own row, for the table is total."""
    if isinstance(refusal, (AtElement, OfBill)):
        return wire_error(refusal.reason)
    return refusal.wire if isinstance(refusal, InjectedFault) else WIRE_ERRORS[type(refusal)]


def wire_code_of(stable_code: str) -> str:
    """BILL's code for a refusal that was noted by its stable code."""
    return _CODES[stable_code]


_CODES: Final = {refusal.__name__: error.code for refusal, error in WIRE_ERRORS.items()}
