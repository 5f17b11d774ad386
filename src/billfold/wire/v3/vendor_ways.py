"""How a vendor is paid, as v3 is told (contract: payables §1.2, §1.3)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.parties import vendors
from billfold.parties.corrections import reroute
from billfold.parties.country_table import HOME
from billfold.parties.model import BankAccountDraft, PayBySubType, Vendor, VendorDraft
from billfold.wire.codecs import Text
from billfold.wire.v3.purposes import PurposeBody
from billfold.wire.v3.vendor_bank_accounts import (
    BankAccountBody,
    ShownAccountBody,
    bank_account_draft,
    bank_country,
    refuse_other_account,
)

#: ACH is at home alone, NONE says nothing.
SubType = Literal["ACH", "IACH", "LOCAL", "WIRE", "NONE"]


class PaymentInformationBody(msgspec.Struct, kw_only=True):
    """How the vendor is paid."""

    payeeName: Text = UNSET
    email: Text = UNSET
    paymentPurpose: PurposeBody | UnsetType | None = UNSET
    payBySubType: Annotated[
        SubType | UnsetType | None, Meta(description="How money goes abroad; NONE or null: as is usual in the country.")
    ] = UNSET


class ChangedPaymentInformationBody(PaymentInformationBody, kw_only=True):
    """What is to change of how a vendor is paid."""

    bankAccount: Annotated[
        ShownAccountBody | UnsetType | None,
        Meta(description="As it is shown; it is deleted and created anew elsewhere."),
    ] = UNSET


class NewPaymentInformationBody(PaymentInformationBody, kw_only=True):
    """How a new vendor is paid."""

    bankAccount: BankAccountBody | UnsetType = UNSET


def change_way(ctx: Ctx, vendor: Vendor, information: ChangedPaymentInformationBody) -> None:
    """How money goes to an account abroad; the account itself changes elsewhere. Raises `InvalidField`s."""
    account = vendors.payment_account_of(ctx, vendor.id)
    if information.bankAccount:
        refuse_other_account(account, information.bankAccount)
    if information.payBySubType is not UNSET:
        abroad = account is not None and account.is_abroad
        sub_type = _sub_type(information.payBySubType, abroad=abroad)
        # As it is shown it changes nothing, whoever may not change it.
        if account is not None and abroad and sub_type != account.pay_by_sub_type:
            reroute(ctx, vendor.id, sub_type)


def new_bank_account(information: NewPaymentInformationBody, vendor: VendorDraft) -> BankAccountDraft | None:
    """The bank account that a new vendor is to have, if any. Raises `InvalidField`."""
    account = information.bankAccount
    abroad = isinstance(account, BankAccountBody) and bank_country(account, vendor) != HOME
    sub_type = _sub_type(information.payBySubType, abroad=abroad)
    return bank_account_draft(account, vendor, sub_type) if isinstance(account, BankAccountBody) else None


def _sub_type(said: str | UnsetType | None, *, abroad: bool) -> PayBySubType | None:
    """How money is to go abroad, or None for the usual way. Raises `InvalidField` for a way that is none there."""
    name = said or "NONE"
    if name not in ({"NONE", "IACH", "LOCAL", "WIRE"} if abroad else {"NONE", "ACH"}):
        where = "in the US" if abroad else "abroad"
        raise InvalidField("paymentInformation.payBySubType", f"is for a bank account {where}")
    return PayBySubType(name) if abroad and name != "NONE" else None
