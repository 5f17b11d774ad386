"""v3's objects with all that they can hold, for the tests that send back what they read.

Of most nouns the example of creating one is enough; here is what it leaves out, and why some cannot be copied so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billfold.wire.classifications import SPELLINGS
from tests.wire.abroad import GERMAN_VENDOR
from tests.wire.api import Company
from tests.wire.examples import v2_data

Ids = dict[str, str]


def _brazilian(_: Ids) -> dict[str, Any]:
    account = {
        "nameOnAccount": "Papel Azul", "accountNumber": "BR1800360305000010009795493C1", "routingNumber": "CEFXBRSP",
        "type": "CHECKING", "ownerType": "BUSINESS", "paymentCurrency": "BRL", "bankCountry": "BR",
        "regulatoryFields": [{"name": "taxNumber", "value": "12345678000195"}, {"name": "branchCode", "value": "0001"}],
    }  # fmt: skip
    purpose = {"code": {"name": "Goods", "value": "GDS"}}
    return {
        "name": "Papel Azul", "accountType": "BUSINESS", "billCurrency": "BRL",
        "address": GERMAN_VENDOR["address"] | {"country": "BR"},
        "paymentInformation": {"bankAccount": account, "payBySubType": "WIRE", "paymentPurpose": purpose},
    }  # fmt: skip


#: More to say of a new object than its example does: each is an object of its own.
MORE: dict[str, list[Callable[[Ids], dict[str, Any]]]] = {
    "v3.vendors.create": [
        lambda ids: {
            "name": "All of it", "shortName": "All", "accountNumber": "A-1", "phone": "7755550132", "email": "a@ex.example",
            "address": GERMAN_VENDOR["address"] | {"line2": "Floor 2", "stateOrProvince": "BE"},
            "paymentInformation": {
                "payeeName": "All", "email": "b@ex.example", "paymentPurpose": {"text": "Paper"},
                "bankAccount": {
                    "nameOnAccount": "All", "accountNumber": "000456789123", "routingNumber": "322271627",
                    "type": "SAVINGS", "ownerType": "PERSON",
                },
            },
            "additionalInfo": {"companyName": "All LLC", "combinePayments": False},
            "autoPay": {
                "enabled": True, "bankAccountId": ids["bankAccountId"], "maxAmount": 500.5, "daysBeforeDueDate": 3,
            },
        },
        _brazilian,
    ],
    "v3.customers.create": [
        lambda _: {
            "name": "All", "email": "a@ex.example", "billingAddress": GERMAN_VENDOR["address"] | {"line2": "Back door"},
        },
    ],
    "v3.bills.create": [
        lambda ids: {
            "vendorId": ids["vendorId"], "dueDate": "2026-04-10",
            "invoice": {"invoiceNumber": "BK-1045", "invoiceDate": "2026-03-01"},
            "billLineItems": [{"amount": 10}, {"quantity": 3, "price": 7.333}, {"amount": 5, "quantity": 2, "price": 3}],
            "payFromChartOfAccountId": ids["id"], "vendorCredits": [{"id": ids["spareCreditId"], "amount": 5}],
            "classifications": {
                "chartOfAccountId": ids["id"], "accountingClassId": ids["actgClass"],
                "locationId": ids["location"], "itemId": ids["item"],
            },
        },
    ],
    "v3.recurringbills.create": [
        lambda ids: {
            "vendorId": ids["vendorId"], "recurringBillLineItems": [{"amount": 5}],
            "schedule": {"period": "WEEKLY", "frequency": 2, "nextDueDate": "2026-06-01", "daysInAdvance": 3},
            "processingOptions": {"autoPayment": True}, "paymentInformation": {"bankAccountId": ids["bankAccountId"]},
        },
    ],
    "v3.vendor-credits.create": [
        lambda ids: {
            "vendorId": ids["vendorId"], "referenceNumber": "VC-14", "creditDate": "2026-03-02",
            "applyToBankAccountId": ids["bankAccountId"], "vendorCreditLineItems": [{"amount": 5}],
        },
    ],
    "v3.payments.create": [
        lambda ids: {
            "billId": ids["secondBillId"], "amount": 10, "processingOptions": {}, "cardFundingPurpose": "Rent",
            "fundingAccount": {"type": "CARD_ACCOUNT", "id": ids["cardAccountId"]}, "paymentPurpose": {"text": "Paper"},
        },
        lambda ids: {
            "billId": ids["secondBillId"], "amount": 10, "processingOptions": {},
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": ids["bankAccountId"]},
            "paymentPurpose": {"code": {"name": "Goods", "value": "GDS"}},
        },
    ],
    "v3.classifications.items.create": [lambda _: {"type": "SALES_TAX", "name": "Nevada", "percentage": 8.265}],
}  # fmt: skip

#: v2's entity of the same thing, which says of it what v3 has no word for.
TWINS: dict[str, str] = {
    "v3.vendors.create": "Vendor",
    "v3.bills.create": "Bill",
    "v3.vendor-credits.create": "VendorCredit",
    "v3.recurringbills.create": "RecurringBill",
    "v3.customers.create": "Customer",
} | {f"v3.classifications.{spelling.path}.create": spelling.entity for spelling in SPELLINGS}

#: What only the newest vintage of v2 can say.
_NEWEST: dict[str, dict[str, Any]] = {
    "Vendor": {"taxId": "123456789", "addressCountry": "Germany", "address3": "Room 3", "paymentPhone": "1"},
    "Customer": {"taxId": "123456789", "isTaxLiable": True, "billAddressCountry": "Freedonia"},
}
_NEWEST_OF_LINES: dict[str, dict[str, Any]] = {
    "Bill": {"isReportable": True, "reportableAmount": 12.5, "form1099CategoryId": "f10" + "0" * 17},
}


def made_on_v2(company: Company, entity: str) -> str:
    """An object that v2 made, of which it said all it knows; the id."""
    sent = v2_data(f"v2.Crud.Create.{entity}", company.ids)["obj"] | _NEWEST.get(entity, {})
    for lines in (value for value in sent.values() if isinstance(value, list)):
        for line in lines:
            line.update(_NEWEST_OF_LINES.get(entity, {}))
    answer = company.v2(f"Crud/Create/{entity}", {"obj": sent}).ok()
    assert answer["response_status"] == 0, answer
    return str(answer["response_data"]["id"])


#: What is no longer as it was created before it can be changed: bank accounts have to be verified.
READY: dict[str, Callable[[Company, str], None]] = {
    "v3.funding-accounts.banks.create": lambda company, own_id: company.v3(
        "POST", f"funding-accounts/banks/{own_id}/verify", {"depositAmount": 0.5}
    ).ok(),
}

#: Nobody can create another one: that which there is, and all that is said of it first.
ONLY_ONE: dict[str, tuple[str, dict[str, Any]]] = {
    "v3.organizations.update": (
        "organizationId",
        {
            "address": {"line2": "Floor 2"},
            "mailingAddress": GERMAN_VENDOR["address"] | {"line2": "Back door", "stateOrProvince": "BE"},
            "processingOptions": {
                "mailingAddressSameAsPhysical": False, "individualTransferOut": True, "individualTransferIn": True,
            },
        },
    ),
}  # fmt: skip

#: What answers show masked: a copy says it whole, as it was said at first; masked, it is refused.
MASKED: dict[str, list[str]] = {
    "v3.vendors.create": [
        "additionalInfo.taxId",
        "paymentInformation.bankAccount.accountNumber",
        "paymentInformation.bankAccount.regulatoryFields",
    ],
    "v3.funding-accounts.banks.create": ["accountNumber"],
}
MASKED["v3.vendors.bulk.create"] = MASKED["v3.vendors.create"]

#: What else a copy has to say anew, and why; else it is refused.
ANEW: dict[str, tuple[str, Callable[[Ids], dict[str, Any]]]] = {
    "v3.customers.contacts.create": ("An address is one contact's.", lambda _: {"email": "other@band.example"}),
    "v3.users.create": (
        "An address is one user's; whoever invites accepts the terms; a role is named by its id (contract: core §2.2).",
        lambda ids: {"email": "other@ex.example", "acceptTermsOfService": True, "roleId": ids["roleId"]},
    ),
    "v3.organizations.payment-terms.create": ("One term is of so many days.", lambda _: {"daysDue": 61}),
}

#: What cannot be sent back, and why.
NOT_TAKEN_BACK = dict.fromkeys(
    ("v3.bill-approvals.policies.create", "v3.bill-approvals.policies.replace"),
    "BILL's policies say ids and show them with names, users and groups apart (contract: payables §5).",
)

#: What is said in one place and shown in another: a copy lacks it.
SHOWN_ELSEWHERE = {
    "v3.payments.create": {"billPayments": "Its vendorCredits are said beside it (contract: payables §6.2)."}
}
