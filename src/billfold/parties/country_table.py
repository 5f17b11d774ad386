"""The countries, row by row (contract: payables §1.4). Public facts: IBAN registry, the clearing systems' own codes.

Every IBAN's form is held against the registry's own example (`tests/domain/test_country_table.py`). The names of
the fields, which purposes a list holds and which countries want one were not in the sources: Billfold's choice (?).
"""

from __future__ import annotations

from typing import Final

from billfold.parties.country_rules import (
    ACCOUNT_NUMBER,
    ROUTING_NUMBER,
    CountryRules,
    FieldRule,
    PurposeCode,
    PurposeForm,
)
from billfold.parties.model import AccountType, PayBySubType

HOME: Final = "US"
#: No money goes there (contract: the country enum of the configuration lacks them).
UNREACHABLE: Final = frozenset("AX BL BQ BV CU CW GG GU IM IR JE KP MF MM PR SD SS SX SY VI".split())

_ANYBODY: Final = frozenset(AccountType)
_BUSINESS: Final = frozenset({AccountType.BUSINESS, AccountType.NONE})
_PERSON: Final = frozenset({AccountType.PERSON, AccountType.NONE})
_BIC_PATTERN: Final = r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"
_BIC: Final = "BIC of the bank, 8 or 11 characters"


def _account(description: str, pattern: str) -> FieldRule:
    return FieldRule(name=ACCOUNT_NUMBER, description=description, pattern=pattern)


def _routing(description: str, pattern: str, *, required: bool = True) -> FieldRule:
    return FieldRule(name=ROUTING_NUMBER, description=description, pattern=pattern, required=required)


def _optional(name: str, description: str, pattern: str, accounts: frozenset[AccountType] = _ANYBODY) -> FieldRule:
    return FieldRule(name=name, description=description, pattern=pattern, required=False, accounts=accounts)


def _wanted(name: str, description: str, pattern: str, accounts: frozenset[AccountType] = _ANYBODY) -> FieldRule:
    return FieldRule(name=name, description=description, pattern=pattern, accounts=accounts)


_ANY_ACCOUNT: Final = _account("Account number, up to 34 letters and digits", r"^[A-Z0-9]{1,34}$")
_BANK_BY_BIC: Final = _routing(_BIC, _BIC_PATTERN)
_BANK_IF_GIVEN: Final = _routing(_BIC, _BIC_PATTERN, required=False)

_GOODS: Final = PurposeCode("Goods", "GDS")
_SERVICES: Final = PurposeCode("Services", "SVC")
_USUAL: Final = (
    _GOODS,
    _SERVICES,
    PurposeCode("Salaries and fees", "SAL"),
    PurposeCode("Rent", "RNT"),
    PurposeCode("Royalties and licences", "ROY"),
)
#: The Reserve Bank's own codes for what abroad pays into India.
_OF_INDIA: Final = (
    PurposeCode("Exported goods", "P0102"),
    PurposeCode("Advance for exported goods", "P0103"),
    PurposeCode("Software consultancy", "P0802"),
    PurposeCode("Legal services", "P1004"),
    PurposeCode("Accounting and audit", "P1005"),
    PurposeCode("Management consulting", "P1006"),
    PurposeCode("Advertising and market research", "P1007"),
    PurposeCode("Other business services", "P1019"),
)
#: The cross-border categories of the renminbi's clearing system, as banks print them (?).
_OF_CHINA: Final = (
    PurposeCode("Trade in goods", "GODX"),
    PurposeCode("Trade in services", "STRX"),
    PurposeCode("Capital account", "CTFX"),
    PurposeCode("Charity", "OCAX"),
)

#: Length of an IBAN, currency of the country, how its own currency travels (IBAN registry).
_IBAN_COUNTRIES: Final = (
    "AE 23 AED|AT 20 EUR|BE 16 EUR|BG 22 EUR|CH 21 CHF|CY 28 EUR|CZ 24 CZK|DE 22 EUR|DK 18 DKK|EE 20 EUR|ES 24 EUR|"
    "FI 18 EUR|FR 27 EUR|GB 22 GBP|GR 27 EUR|HR 21 EUR|HU 28 HUF|IE 22 EUR|IL 23 ILS|IS 26 ISK|IT 27 EUR|JO 30 JOD|"
    "KW 30 KWD|LI 21 CHF|LT 20 EUR|LU 20 EUR|LV 21 EUR|MC 27 EUR|MT 31 EUR|NL 18 EUR|NO 15 NOK|PL 28 PLN|PT 25 EUR|"
    "QA 29 QAR|RO 24 RON|SA 24 SAR|SE 24 SEK|SI 19 EUR|SK 24 EUR|SM 27 EUR|TR 26 TRY"
)
#: Where a bank wants to know which one of its branches, or what for.
_IBAN_BY_BIC: Final = frozenset("AE IL IS JO KW QA SA TR".split())
_IBAN_PURPOSE: Final = frozenset("AE JO SA".split())


def _of_iban(row: str) -> tuple[str, CountryRules]:
    country, length, currency = row.split()
    rest = int(length) - 4
    return country, CountryRules(
        account=_account(f"IBAN, {length} characters", rf"^{country}\d{{2}}[A-Z0-9]{{{rest}}}$"),
        routing=_BANK_BY_BIC if country in _IBAN_BY_BIC else _BANK_IF_GIVEN,
        iban_length=int(length),
        currencies=(currency, "USD"),
        purpose=PurposeForm.TEXT if country in _IBAN_PURPOSE else None,
        sub_type=PayBySubType.WIRE if country in _IBAN_BY_BIC else PayBySubType.LOCAL,
    )


_BRAZIL: Final = CountryRules(
    # An account in Brazil is told apart by the branch as well; its IBAN has both, so the branch need not be said.
    account=_account("IBAN, 29 characters", r"^BR\d{2}\d{23}[A-Z][A-Z0-9]$"),
    routing=_BANK_BY_BIC,
    iban_length=29,
    currencies=("BRL", "USD"),
    purpose=PurposeForm.CODE,
    purpose_codes=_USUAL,
    holder_required=True,
    sub_type=PayBySubType.IACH,
    fields=(
        _wanted("taxNumber", "Tax number: 11 digits of a person, 14 of a company", r"^\d{11}(\d{3})?$"),
        _optional("branchCode", "Branch of the bank, 4 or 5 digits", r"^\d{4,5}$"),
    ),
)
_BY_LOCAL_CODES: Final = {
    "AU": CountryRules(
        account=_account("Account number, 4 to 9 digits", r"^\d{4,9}$"),
        routing=_routing("BSB, six digits: bank, state and branch", r"^\d{6}$"),
        currencies=("AUD", "USD"),
        sub_type=PayBySubType.LOCAL,
        fields=(_optional("abn", "Australian business number, 11 digits", r"^\d{11}$", accounts=_BUSINESS),),
    ),
    "CA": CountryRules(
        account=_account("Account number, 5 to 12 digits", r"^\d{5,12}$"),
        routing=_routing("Nine digits: a zero, the bank's three, the branch's five", r"^0\d{8}$"),
        currencies=("CAD", "USD"),
        sub_type=PayBySubType.IACH,
    ),
    "CN": CountryRules(
        account=_account("Account number, 8 to 34 digits", r"^\d{8,34}$"),
        routing=_BANK_BY_BIC,
        currencies=("CNY", "USD"),
        purpose=PurposeForm.CODE,
        purpose_codes=_OF_CHINA,
        holder_required=True,
        fields=(
            _wanted("cnaps", "Clearing code of the bank, 12 digits", r"^\d{12}$"),
            _wanted("idNumber", "Resident identity number, 18 characters", r"^\d{17}[\dX]$", accounts=_PERSON),
        ),
    ),
    "HK": CountryRules(
        account=_account("Account number, 6 to 12 digits", r"^\d{6,12}$"),
        routing=_routing("Six digits: bank and branch", r"^\d{6}$"),
        currencies=("HKD", "USD"),
        sub_type=PayBySubType.LOCAL,
    ),
    "IN": CountryRules(
        account=_account("Account number, 9 to 18 digits", r"^\d{9,18}$"),
        routing=_routing("IFSC of the branch, 11 characters", r"^[A-Z]{4}0[A-Z0-9]{6}$"),
        currencies=("INR", "USD"),
        purpose=PurposeForm.CODE,
        purpose_codes=_OF_INDIA,
        sub_type=PayBySubType.IACH,
        fields=(_optional("pan", "Tax number, 10 characters", r"^[A-Z]{5}\d{4}[A-Z]$"),),
    ),
    "JP": CountryRules(
        account=_account("Account number, seven digits", r"^\d{7}$"),
        routing=_BANK_BY_BIC,
        currencies=("JPY", "USD"),
        purpose=PurposeForm.TEXT,
        holder_required=True,
        fields=(_wanted("branchCode", "Branch of the bank, three digits", r"^\d{3}$"),),
    ),
    "KR": CountryRules(
        account=_account("Account number, 10 to 14 digits", r"^\d{10,14}$"),
        routing=_BANK_BY_BIC,
        currencies=("KRW", "USD"),
        purpose=PurposeForm.TEXT,
    ),
    "MX": CountryRules(
        account=_account("CLABE, 18 digits", r"^\d{18}$"),
        routing=_BANK_IF_GIVEN,
        currencies=("MXN", "USD"),
        sub_type=PayBySubType.LOCAL,
        fields=(_optional("rfc", "Tax number, 12 or 13 characters", r"^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}$"),),
    ),
    "NZ": CountryRules(
        account=_account("Account number and suffix, 9 or 10 digits", r"^\d{9,10}$"),
        routing=_routing("Six digits: bank and branch", r"^\d{6}$"),
        currencies=("NZD", "USD"),
        sub_type=PayBySubType.LOCAL,
    ),
    "PH": CountryRules(
        account=_account("Account number, 8 to 16 digits", r"^\d{8,16}$"),
        routing=_BANK_BY_BIC,
        currencies=("PHP", "USD"),
        purpose=PurposeForm.TEXT,
        sub_type=PayBySubType.LOCAL,
    ),
    "SG": CountryRules(
        account=_account("Account number, 6 to 14 digits", r"^\d{6,14}$"),
        routing=_BANK_BY_BIC,
        currencies=("SGD", "USD"),
        sub_type=PayBySubType.LOCAL,
    ),
    "ZA": CountryRules(
        account=_account("Account number, 7 to 11 digits", r"^\d{7,11}$"),
        routing=_routing("Branch of the bank, six digits", r"^\d{6}$"),
        currencies=("ZAR", "USD"),
        purpose=PurposeForm.TEXT,
    ),
}

RULES: Final = dict(map(_of_iban, _IBAN_COUNTRIES.split("|"))) | {"BR": _BRAZIL} | _BY_LOCAL_CODES
ANYWHERE: Final = CountryRules(account=_ANY_ACCOUNT, routing=_BANK_BY_BIC)


def rules_of(country: str) -> CountryRules:
    """The rules of a country abroad by its two letters."""
    return RULES.get(country, ANYWHERE)
