"""The table of countries against public facts: the IBAN registry's own example of each country, and local codes."""

from __future__ import annotations

import re

import pytest

from billfold.kit.banking import iban_problem
from billfold.parties.country_table import RULES, rules_of
from billfold.parties.model import AccountType

#: The example of each country's IBAN in the registry of ISO 13616.
EXAMPLES = """
AE070331234567890123456 AT611904300234573201 BE68539007547034 BG80BNBG96611020345678 BR1800360305000010009795493C1
CH9300762011623852957 CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243
EE382200221020145685 ES9121000418450200051332 FI2112345600000785 FR1420041010050500013M02606 GB29NWBK60161331926819
GR1601101250000000012300695 HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678
IL620108000000099999999 IS140159260076545510730339 IT60X0542811101000000123456 JO94CBJO0010000000000131000302
KW81CBKU0000000000001234560101 LI21088100002324013AA LT121000011101001000 LU280019400644750000 LV80BANK0000435195001
MC5811222000010123456789030 MT84MALT011000012345MTLCAST001S NL91ABNA0417164300 NO9386011117947
PL61109010140000071219812874 PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000
SA0380000000608010167519 SE4550000000058398257466 SI56263300012039086 SK3112000000198742637541
SM86U0322509800000000270100 TR330006100519786457841326
""".split()


def test_the_number_of_a_person_is_not_required_of_who_may_be_a_company():
    required = {kind: [rule.name for rule in rules_of("CN").fields_for(kind) if rule.required] for kind in AccountType}
    assert required == {
        AccountType.PERSON: ["cnaps", "idNumber"], AccountType.BUSINESS: ["cnaps"], AccountType.NONE: ["cnaps"],
    }  # fmt: skip
    assert [rule.name for rule in rules_of("CN").fields_for(AccountType.NONE)] == ["cnaps", "idNumber"]


@pytest.mark.parametrize("iban", EXAMPLES, ids=lambda iban: iban[:2])
def test_the_registrys_own_example_is_an_account_of_its_country(iban):
    rules = rules_of(iban[:2])
    assert rules.iban_length == len(iban)
    assert re.fullmatch(rules.account.pattern, iban)
    assert iban_problem(iban) is None
    assert not re.fullmatch(rules.account.pattern, iban[:-1])
    assert not re.fullmatch(rules.account.pattern, iban + "0")


def test_every_country_that_takes_an_iban_has_its_example_here():
    assert {country for country, rules in RULES.items() if rules.iban_length} == {iban[:2] for iban in EXAMPLES}
