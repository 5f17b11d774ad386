"""What a country asks of those who are paid there: a purpose of payment, and numbers beyond account and bank.

Rules as data. A country that is not listed asks nothing more than a name, an address and an account.
"""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.parties.model import AccountType


class PurposeCode(msgspec.Struct, frozen=True):
    """A purpose of the country's own list."""

    name: str
    value: str


class FieldRule(msgspec.Struct, frozen=True, kw_only=True):
    """A number that the country wants. `accounts`: of which kinds of vendor; `NONE` is a kind not yet known."""

    name: str
    description: str
    pattern: str
    required: bool = True
    accounts: frozenset[AccountType] = frozenset(AccountType)


class CountryRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a country asks. Without codes a purpose that is required is a text."""

    purpose_required: bool = False
    purpose_codes: tuple[PurposeCode, ...] = ()
    fields: tuple[FieldRule, ...] = ()

    def fields_for(self, account_type: AccountType) -> list[FieldRule]:
        """The rules for a vendor of this kind."""
        return [rule for rule in self.fields if account_type in rule.accounts]


NO_RULES: Final = CountryRules()

_BUSINESS: Final = frozenset({AccountType.BUSINESS, AccountType.NONE})
_PERSON: Final = frozenset({AccountType.PERSON, AccountType.NONE})
_IBAN: Final = FieldRule(
    name="iban", description="International bank account number", pattern=r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$"
)
_USUAL_CODES: Final = (
    PurposeCode("Goods", "GDS"),
    PurposeCode("Services", "SVC"),
    PurposeCode("Salaries and fees", "SAL"),
    PurposeCode("Rent", "RNT"),
    PurposeCode("Royalties and licences", "ROY"),
)
#: Countries that pay by IBAN and want nothing more.
_OF_IBAN: Final = "AT BE CY DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK CH CZ BG".split()

RULES: Final = dict.fromkeys(_OF_IBAN, CountryRules(fields=(_IBAN,))) | {
    "AU": CountryRules(
        fields=(FieldRule(name="bsb", description="Six digits: bank, state and branch", pattern=r"^\d{6}$"),)
    ),
    "BR": CountryRules(
        purpose_required=True,
        purpose_codes=_USUAL_CODES,
        fields=(
            FieldRule(
                name="cnpj", description="Tax number of a company, 14 digits", pattern=r"^\d{14}$", accounts=_BUSINESS
            ),
            FieldRule(
                name="cpf", description="Tax number of a person, 11 digits", pattern=r"^\d{11}$", accounts=_PERSON
            ),
            FieldRule(name="branchCode", description="Branch of the bank, 4 or 5 digits", pattern=r"^\d{4,5}$"),
        ),
    ),
    "CA": CountryRules(
        fields=(
            FieldRule(name="institutionNumber", description="The bank, three digits", pattern=r"^\d{3}$"),
            FieldRule(name="transitNumber", description="The branch, five digits", pattern=r"^\d{5}$"),
        )
    ),
    "CN": CountryRules(
        purpose_required=True,
        purpose_codes=_USUAL_CODES,
        fields=(FieldRule(name="cnaps", description="Clearing code of the bank, 12 digits", pattern=r"^\d{12}$"),),
    ),
    "IN": CountryRules(
        purpose_required=True,
        purpose_codes=_USUAL_CODES,
        fields=(
            FieldRule(name="ifsc", description="Code of the branch, 11 characters", pattern=r"^[A-Z]{4}0[A-Z0-9]{6}$"),
            FieldRule(
                name="pan", description="Tax number, 10 characters", pattern=r"^[A-Z]{5}\d{4}[A-Z]$", required=False
            ),
        ),
    ),
    "MX": CountryRules(
        fields=(
            FieldRule(name="clabe", description="Standardized bank code, 18 digits", pattern=r"^\d{18}$"),
            FieldRule(name="rfc", description="Tax number", pattern=r"^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}$", required=False),
        )
    ),
    "NZ": CountryRules(
        fields=(FieldRule(name="bankCode", description="Six digits: bank and branch", pattern=r"^\d{6}$"),)
    ),
    "PH": CountryRules(purpose_required=True),
    "ZA": CountryRules(
        fields=(FieldRule(name="branchCode", description="Branch of the bank, six digits", pattern=r"^\d{6}$"),)
    ),
}


def rules_of(country: str | None) -> CountryRules:
    """The rules of a country by its two letters."""
    return RULES.get(country or "", NO_RULES)
