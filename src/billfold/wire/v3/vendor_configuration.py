"""What the country of an international vendor asks, before and after the vendor is made (contract: payables §1.4)."""

from __future__ import annotations

from typing import Any

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks
from billfold.parties import vendors
from billfold.parties.country_rules import PurposeForm
from billfold.parties.country_table import HOME, UNREACHABLE, rules_of
from billfold.parties.model import AccountType
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.countries import country_code, is_country
from billfold.wire.currencies import is_currency
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.resource import Resource, operation


class PurposeCodeShape(msgspec.Struct):
    """A code of the country's list."""

    name: str
    value: str


class PurposeRuleShape(msgspec.Struct, omit_defaults=True):
    """Whether a payment has to say what it is for, and how."""

    required: bool
    type: PurposeForm | None = None
    codes: list[PurposeCodeShape] | None = None


class FieldRuleShape(msgspec.Struct):
    """A number that the country wants: the account's own by their names there, the rest as `regulatoryFields`."""

    name: str
    description: str
    regularExpression: str
    required: bool


class ValidationsShape(msgspec.Struct):
    """What the country wants beyond account and bank."""

    fields: list[FieldRuleShape]


class ConfigurationShape(msgspec.Struct):
    """What a country asks of those who are paid there."""

    paymentPurpose: PurposeRuleShape
    validations: ValidationsShape


class VendorConfigurationShape(msgspec.Struct):
    """What the vendor's country asks."""

    internationalPayments: ConfigurationShape


def configuration_shape(country: str | None, account_type: AccountType) -> ConfigurationShape:
    """A country's rules for one kind of vendor; home, and a vendor without a country, has none."""
    if country in {HOME, None}:
        return ConfigurationShape(PurposeRuleShape(required=False), ValidationsShape([]))
    rules = rules_of(country)
    codes = [PurposeCodeShape(code.name, code.value) for code in rules.purpose_codes]
    fields = [
        FieldRuleShape(rule.name, rule.description, rule.pattern, rule.required)
        for rule in (rules.account, rules.routing, *rules.fields_for(account_type))
    ]
    purpose = PurposeRuleShape(rules.purpose is not None, rules.purpose, codes or None)
    return ConfigurationShape(purpose, ValidationsShape(fields))


def get_configuration(_: Ctx, call: Call, __: None) -> ConfigurationShape:
    """What a country asks of a vendor who is not made yet."""
    country = call.query["country"]
    currency = call.query["billCurrency"]
    account_type = call.query["accountType"]
    reachable = is_country(country) and country not in UNREACHABLE
    checks = Checks()
    checks.require(reachable, InvalidParameter(name="country", value=country))
    checks.require(is_currency(currency), InvalidParameter(name="billCurrency", value=currency))
    known = account_type in AccountType.__members__
    checks.require(known, InvalidParameter(name="accountType", value=account_type))
    checks.raise_any()
    return configuration_shape(country, AccountType(account_type))


def get_vendor_configuration(ctx: Ctx, call: Call, _: None) -> VendorConfigurationShape:
    """What the country of this vendor asks: that of its bank account, else that of its address."""
    vendor = vendors.get_vendor(ctx, call.path_ids["vendorId"])
    account = vendors.payment_account_of(ctx, vendor.id)
    country = account.bank_country if account else country_code(vendor.address_country)
    return VendorConfigurationShape(configuration_shape(country, vendor.account_type))


def declare(catalogue: Catalogue, rows: Resource) -> None:
    """The two rows; `rows` are those of vendors."""
    text: dict[str, Any] = {"type": "string"}
    operation(
        catalogue, "GET", "vendors/configuration/international-payments",
        "What a country asks of international vendors", get_configuration, response=ConfigurationShape,
        parameters=(
            Parameter("country", text | {"pattern": "^[A-Z]{2}$"}, "ISO 3166, two letters.", required=True),
            Parameter("billCurrency", text | {"pattern": "^[A-Z]{3}$"}, "ISO 4217.", required=True),
            Parameter("accountType", text | {"enum": list(AccountType)}, "The kind of vendor.", required=True),
        ),
    )  # fmt: skip
    rows.part("configuration", "GET", get_vendor_configuration, response=VendorConfigurationShape)
