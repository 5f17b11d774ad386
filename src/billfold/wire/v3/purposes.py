"""What payments abroad are for, of vendors and of payments (contract: payables §1.2, §6.2 `paymentPurpose`)."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from billfold.kit.errors import InvalidField
from billfold.parties.model import Vendor
from billfold.payables.payments.model import Payment, Purpose
from billfold.wire.codecs import Text

#: The longest text and code, as of vendors.
_MAX_TEXT, _MAX_CODE = 200, 40


class PurposeCodeBody(msgspec.Struct, kw_only=True):
    """A code of the country's list."""

    name: Text = UNSET
    value: str


class PurposeBody(msgspec.Struct, kw_only=True):
    """Why the vendor is paid: a text or a code, as the country wants it."""

    text: Text = UNSET
    code: PurposeCodeBody | UnsetType | None = UNSET


class PurposeCodeShape(msgspec.Struct, omit_defaults=True):
    """A code of the country's list."""

    name: str | None
    value: str


class PurposeShape(msgspec.Struct, omit_defaults=True):
    """Why the vendor is paid."""

    text: str | None = None
    code: PurposeCodeShape | None = None


def purpose_shape(said: Vendor | Payment) -> PurposeShape | None:
    """The purpose of paying a vendor, or of one payment."""
    if said.purpose_value:
        return PurposeShape(code=PurposeCodeShape(said.purpose_name, said.purpose_value))
    return PurposeShape(text=said.purpose_text) if said.purpose_text else None


def purpose_of(body: PurposeBody | None) -> Purpose:
    """The purpose that a payment names; none where it names none. Raises `InvalidField`."""
    if body is None:
        return Purpose()
    code = body.code if isinstance(body.code, PurposeCodeBody) else None
    text = body.text if isinstance(body.text, str) else None
    if text and code:
        raise InvalidField("paymentPurpose.text", "is a text or a code, not both")
    if len(text or "") > _MAX_TEXT:
        raise InvalidField("paymentPurpose.text", f"has more than {_MAX_TEXT} characters")
    name = code.name if code and isinstance(code.name, str) else None
    if code and (len(code.value) > _MAX_CODE or len(name or "") > _MAX_TEXT):
        raise InvalidField("paymentPurpose.code", "is too long")
    return Purpose(text, name, code.value if code else None)
