"""What must hold of a vendor's bank account: at home by the ABA, abroad by the rules of its country.

The rules are `parties/country_table.py`, which the configuration endpoints show too.
"""

from __future__ import annotations

import re
from typing import Final

from billfold.kit.banking import check_numbers, iban_problem
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.records import replace
from billfold.parties.country_rules import CountryRules, FieldRule, PurposeForm
from billfold.parties.country_table import HOME, UNREACHABLE, rules_of
from billfold.parties.model import AccountType, BankAccountDraft, PayBySubType, Vendor, VendorDraft

MAX_NAME: Final = 100
#: How people write numbers to read them.
_SPACING: Final = re.compile(r"[\s-]")


def normalized(draft: BankAccountDraft) -> BankAccountDraft:
    """An account abroad as it is kept: numbers without spacing, in capitals, and how money goes there."""
    if draft.bank_country == HOME:
        return draft
    currency = draft.payment_currency or ""
    return replace(
        draft,
        account_number=_SPACING.sub("", draft.account_number).upper(),
        routing_number=_SPACING.sub("", draft.routing_number).upper(),
        pay_by_sub_type=draft.pay_by_sub_type or rules_of(draft.bank_country).sub_type_for(currency),
    )


def check_bank_account(
    checks: Checks, draft: BankAccountDraft, vendor: Vendor | VendorDraft, *, within: str = ""
) -> None:
    """Note what is wrong with a normalized account of this vendor. `within` stands before each field's name."""
    named = 0 < len(draft.name_on_account) <= MAX_NAME
    checks.require(named, InvalidField(f"{within}name_on_account", f"must have 1 to {MAX_NAME} characters"))
    if draft.bank_country == HOME:
        _check_home(checks, draft, within)
    elif draft.bank_country in UNREACHABLE:
        checks.note(InvalidField(f"{within}bank_country", "is a country that no money goes to"))
    else:
        _check_abroad(checks, draft, vendor, within)


def sub_types_of(country: str, currency: str) -> tuple[PayBySubType, PayBySubType]:
    """How money in a currency goes to a country: the usual way, and the one that is always open."""
    return rules_of(country).sub_type_for(currency), PayBySubType.WIRE


def check_purpose(
    checks: Checks, rules: CountryRules, purpose: tuple[str | None, str | None], *, field: str = "purpose"
) -> None:
    """Note what is wrong with the purpose (text, code) of paying somebody in a country with these rules."""
    text, code = purpose
    if rules.purpose is PurposeForm.CODE:
        known = {one.value for one in rules.purpose_codes}
        checks.require(
            code in known, InvalidField(f"{field}_value", f"must be one of {', '.join(sorted(known))}", code or "")
        )
    elif rules.purpose is PurposeForm.TEXT:
        checks.require(bool(text), InvalidField(f"{field}_text", "must not be blank"))


def _check_home(checks: Checks, draft: BankAccountDraft, within: str) -> None:
    check_numbers(checks, draft.routing_number, draft.account_number, within=within)
    currency_fits = draft.payment_currency in {None, "USD"}
    checks.require(currency_fits, InvalidField(f"{within}bank_country", "must be given: a bank in the US pays in USD"))
    sub_type = draft.pay_by_sub_type
    checks.require(sub_type is None, InvalidField("pay_by_sub_type", "is for a bank account abroad"))
    checks.require(not draft.regulatory, InvalidField(f"{within}regulatory", "is for a bank account abroad"))


def _check_abroad(checks: Checks, draft: BankAccountDraft, vendor: Vendor | VendorDraft, within: str) -> None:
    rules = rules_of(draft.bank_country)
    _check_currency(checks, draft, vendor.bill_currency, within)
    _check_number(checks, rules.account, draft.account_number, f"{within}account_number")
    _check_number(checks, rules.routing, draft.routing_number, f"{within}routing_number")
    if rules.iban_length and re.fullmatch(rules.account.pattern, draft.account_number):
        problem = iban_problem(draft.account_number)
        checks.require(problem is None, InvalidField(f"{within}account_number", problem or ""))
    for field in ("kind", "owner_type") if rules.holder_required else ():
        checks.require(getattr(draft, field) is not None, InvalidField(f"{within}{field}", "must not be null"))
    _check_regulatory(checks, rules.fields_for(_holder(draft, vendor)), draft, within)
    check_purpose(checks, rules, (vendor.purpose_text, vendor.purpose_value))


def _check_currency(checks: Checks, draft: BankAccountDraft, bill_currency: str, within: str) -> None:
    """The vendor is paid in the currency of its bills; one billed in USD bears the conversion to any other."""
    currency, rules = draft.payment_currency, rules_of(draft.bank_country)
    path = f"{within}payment_currency"
    if currency is None:
        checks.note(InvalidField(path, "must not be null"))
        return
    listed = not rules.currencies or currency in rules.currencies
    checks.require(listed, InvalidField(path, f"must be one of {', '.join(rules.currencies)}", currency))
    same = bill_currency in {"USD", currency}
    checks.require(same, InvalidField(path, f"must be that of the vendor's bills, {bill_currency}", currency))
    allowed = set(sub_types_of(draft.bank_country, currency))
    fits = draft.pay_by_sub_type in allowed
    checks.require(fits, InvalidField("pay_by_sub_type", f"must be one of {', '.join(sorted(allowed))}"))


def _check_number(checks: Checks, rule: FieldRule, number: str, path: str) -> None:
    """The text of a refusal never holds the number."""
    if number or rule.required:
        fits = re.fullmatch(rule.pattern, number, re.ASCII) is not None
        checks.require(fits, InvalidField(path, f"must be: {rule.description}"))


def _check_regulatory(checks: Checks, rules: list[FieldRule], draft: BankAccountDraft, within: str) -> None:
    path = f"{within}regulatory"
    given = {field.name: field.value for field in draft.regulatory}
    checks.require(len(given) == len(draft.regulatory), InvalidField(path, "names a field twice"))
    known = {rule.name for rule in rules}
    for name in given:
        checks.require(name in known, InvalidField(path, "is not asked for by the country", name[:MAX_NAME]))
    for rule in rules:
        value = given.get(rule.name, "")
        if not value and rule.required:
            checks.note(InvalidField(path, f"lacks {rule.name}: {rule.description}"))
        elif value and re.fullmatch(rule.pattern, value, re.ASCII) is None:
            checks.note(InvalidField(path, f"has a {rule.name} that is not: {rule.description}"))


def _holder(draft: BankAccountDraft, vendor: Vendor | VendorDraft) -> AccountType:
    """Whose account it is: as said of the account, else of the vendor; nobody in doubt is a business."""
    if draft.owner_type is not None:
        return AccountType(draft.owner_type)
    return AccountType.PERSON if vendor.account_type is AccountType.PERSON else AccountType.BUSINESS
