"""Settings of the checks drawn on a bank account."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.bankfiles.checks import Stock
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.rails.checks import check_settings
from billfold.rails.checks.model import CheckSettings
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Text, given, spelling_of

FIELDS: Final = (
    ("nextNumber", "next_number"),
    ("stock", "stock"),
    ("payerName", "payer_name"),
    ("payerAddress", "payer_address"),
    ("bankFraction", "bank_fraction"),
    ("signerTitle", "signer_title"),
    ("staleDays", "stale_days"),
    ("positivePayLayout", "positive_pay_layout"),
)


class CheckSettingsUpdate(msgspec.Struct, kw_only=True):
    """What of the settings is to change."""

    nextNumber: Annotated[int | UnsetType, Meta(description="Above every number that was given out.")] = UNSET
    stock: Annotated[Stock | UnsetType, Meta(description="Where on the paper the check is.")] = UNSET
    payerName: Annotated[Text, Meta(description="The organization's name where left out.")] = UNSET
    payerAddress: Annotated[Text, Meta(description="A line for each line.")] = UNSET
    bankFraction: Annotated[Text, Meta(description="The routing number as a fraction, such as 7-4/740.")] = UNSET
    signerTitle: Text = UNSET
    staleDays: Annotated[int | UnsetType, Meta(description="Until when a check is good.")] = UNSET
    positivePayLayout: Annotated[str | UnsetType, Meta(description="How the bank wants its list of checks.")] = UNSET


class SignatureBody(msgspec.Struct, kw_only=True):
    """The image that is printed above the signature line; null takes it away."""

    image: Annotated[str | None, Meta(description="PNG or JPEG in base64, at most 200,000 bytes.")]

    def __repr__(self) -> str:
        return "SignatureBody(…)"


class CheckSettingsShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Settings of the checks of a bank account."""

    bankAccountId: str
    nextNumber: int
    stock: str
    payerName: str | None = None
    payerAddress: str | None = None
    bankFraction: str | None = None
    signerTitle: str | None = None
    staleDays: int
    positivePayLayout: str
    signatureSha256: Annotated[str | None, Meta(description="Of the signature's image, where there is one.")] = None


def _shape(settings: CheckSettings) -> CheckSettingsShape:
    return CheckSettingsShape(
        bankAccountId=settings.bank_account_id,
        signatureSha256=settings.signature_digest,
        **{name: getattr(settings, field) for name, field in FIELDS},
    )


def get(ctx: Ctx, call: Call, _: None) -> CheckSettingsShape:
    """The settings."""
    return _shape(check_settings.get_settings(ctx, call.path_ids["bankAccountId"]))


def update(ctx: Ctx, call: Call, body: CheckSettingsUpdate) -> CheckSettingsShape:
    """Change what is given."""
    return _shape(check_settings.update_settings(ctx, call.path_ids["bankAccountId"], given(body, FIELDS)))


def set_signature(ctx: Ctx, call: Call, body: SignatureBody) -> CheckSettingsShape:
    """Print this signature, or none."""
    image = None if body.image is None else _decode(body.image)
    return _shape(check_settings.set_signature(ctx, call.path_ids["bankAccountId"], image))


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidField("image", "is not base64") from error


def declare(catalogue: Catalogue) -> None:
    """The rows of check settings."""
    path = "bank-accounts/{bankAccountId}/check-settings"
    organization_row(
        catalogue, "GET", path, "check-settings.get", "Read the settings of an account's checks", get,
        response=CheckSettingsShape,
    )  # fmt: skip
    organization_row(
        catalogue, "PATCH", path, "check-settings.update", "Update the settings of an account's checks", update,
        request=CheckSettingsUpdate, response=CheckSettingsShape, spelling=spelling_of(FIELDS),
    )  # fmt: skip
    organization_row(
        catalogue, "PUT", f"{path}/signature", "check-settings.set-signature", "Set the signature on checks",
        set_signature, request=SignatureBody, response=CheckSettingsShape, spelling={"signature": "image"},
    )  # fmt: skip
