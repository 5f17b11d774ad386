"""One example request for every operation, against a company in which everything exists.

The generated tests (foreign ids, permissions, goldens) walk the catalogue with these; an operation without an
example fails them.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from billfold.bankfiles.nacha import render
from billfold.wire.catalog import Operation
from tests.bankfiles.builders import batch, file, returned
from tests.wire import classification_examples, funding_examples, statement_examples
from tests.wire.abroad import GERMAN_VENDOR
from tests.wire.api import MOMENT, Api, Company, Reply

Ids = dict[str, str]

#: What an id looks like (contract v2.md §1.4).
ID = re.compile(r"^[0-9a-z]{3}01[A-Z]{9,12}[0-9a-z]{3,6}$")
NULL_ID = "0" * 20

_ADDRESS = {"line1": "9 Pine Rd", "city": "Reno", "stateOrProvince": "NV", "zipOrPostalCode": "89501", "country": "US"}
_INVOICE = {"invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01"}
_BANK = {
    "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": "000111222333",
    "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
}  # fmt: skip
#: Three business days before, so that a check that is paid for then is printed, and not yet delivered.
_DAYS_BEFORE = "2026-02-25T17:00:00+00:00"
FUNDED = "2026-02-27T14:00:00+00:00"
_LINE_KINDS = ("Department", "Location", "Job", "Item", "Employee", "ActgClass")

#: A black pixel as PNG.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="

Body = Callable[[Ids], Any]


def _nominee(ids: Ids) -> dict[str, Any]:
    return {"bankAccountId": ids["bankAccountId"], "userId": ids["otherUserId"]}


def _policy(ids: Ids) -> dict[str, Any]:
    return {
        "policyName": "Paper for the office", "approvers": [ids["groupId"], ids["thirdUserId"]],
        "rules": [
            {"key": "BILL_AMOUNT", "op": "gte", "values": ["1000"]}, {"key": "BILL_AMOUNT", "op": "lt", "values": ["5000"]},
            {"key": "VENDOR_ID", "op": "in", "values": [ids["vendorId"]]},
            {"key": "DEPARTMENT_ID", "op": "eq", "values": [ids["department"]]},
        ],
    }  # fmt: skip


def _whole_credit(ids: Ids) -> dict[str, Any]:
    return {
        "vendorId": ids["vendorId"], "referenceNumber": "VC-11", "creditDate": "2026-03-03",
        "vendorCreditLineItems": [{"amount": 30, "description": "All of it"}],
    }  # fmt: skip


V3_BODIES: dict[str, Body] = {
    "v3.login": lambda ids: {
        "username": ids["username"], "password": ids["password"],
        "organizationId": ids["organizationId"], "devKey": ids["devKey"],
    },
    "v3.mfa.setup": lambda _: {"type": "TOTP"},
    "v3.mfa.setup.validate": lambda ids: {
        "setupId": ids["setupId"], "type": "TOTP", "token": ids["authenticatorCode"],
    },
    "v3.mfa.challenge": lambda _: {"useBackup": False},
    "v3.mfa.challenge.validate": lambda ids: {
        "challengeId": ids["challengeId"], "token": "123456", "device": "mine", "machineName": "m", "rememberMe": True,
    },
    "v3.mfa.step-up": lambda ids: {"rememberMeId": ids["rememberMeId"], "device": "mine"},
    "v3.users.create": lambda ids: {
        "firstName": "Clark", "lastName": "Bee", "email": "c@ex.example", "roleId": ids["roleId"],
        "acceptTermsOfService": True,
    },
    "v3.users.update": lambda ids: {"lastName": "Kent", "roleId": ids["roleId"]},
    "v3.organizations.update": lambda _: {
        "address": {"zipOrPostalCode": "95003"}, "industry": "Restaurant Caterer or Bar", "taxId": "12-3456789",
        "companyOwner": {"name": "N Soup"}, "processingOptions": {"individualTransferOut": False},
    },
    "v3.vendors.create": lambda ids: {
        "name": "Kestrel Software", "accountType": "BUSINESS", "email": "ap@kestrel.example", "address": _ADDRESS,
        "paymentInformation": {
            "payeeName": "Kestrel",
            "bankAccount": {"nameOnAccount": "Kestrel", "accountNumber": "000456789123", "routingNumber": "322271627"},
        },
        "additionalInfo": {"taxId": "123456789", "taxIdType": "EIN", "track1099": True, "leadTimeInDays": 5, "paymentTermId": ids["paymentTermId"]},
        "billCurrency": "USD",
    },
    "v3.vendors.bulk.create": lambda _: [
        {"name": "Kestrel Software", "address": _ADDRESS, "billCurrency": "CAD"},
        {
            "name": "Blue Kite Paper", "address": _ADDRESS,
            "paymentInformation": {"paymentPurpose": {"code": {"name": "Goods", "value": "GDS"}}},
        },
    ],
    "v3.vendors.update": lambda _: {"name": "Blue Kite", "address": {"zipOrPostalCode": "89502"}},
    "v3.vendors.bank-account.create": lambda _: {"accountNumber": "000456789123", "routingNumber": "322271627"},
    "v3.customers.create": lambda ids: {
        "name": "Paperless Band", "companyName": "Paperless Band LLC", "email": "ar@band.example",
        "contact": {"firstName": "Check", "lastName": "Mail"}, "phone": "9998887654", "fax": "9998887655",
        "description": "Music", "invoiceCurrency": "USD", "accountType": "BUSINESS", "accountNumber": "C-17",
        "paymentTermId": ids["paymentTermId"],
        "billingAddress": _ADDRESS, "shippingAddress": _ADDRESS | {"line2": "Back door"},
    },
    "v3.customers.update": lambda _: {"companyName": "Band Inc", "billingAddress": {"zipOrPostalCode": "89502"}},
    "v3.customers.contacts.create": lambda _: {
        "firstName": "Ada", "lastName": "Byte", "email": "ada@band.example", "phone": "9998887654",
        "altPhone": "9998887656", "alternateEmail": "ada@home.example",
    },
    "v3.customers.contacts.update": lambda _: {"lastName": "Lovelace"},
    "v3.bills.create": lambda ids: {
        "vendorId": ids["vendorId"], "dueDate": "2026-04-10", "invoice": _INVOICE, "description": "Paper",
        "purchaseOrderNumber": "PO-7", "paymentTermId": ids["paymentTermId"],
        "classifications": {"departmentId": ids["department"]},
        "billLineItems": [
            {
                "amount": 149.5, "description": "A4 reams",
                "classifications": {
                    "chartOfAccountId": ids["id"], "accountingClassId": ids["actgClass"],
                    "departmentId": ids["department"], "locationId": ids["location"], "itemId": ids["item"],
                    "employeeId": ids["employee"], "jobId": ids["job"], "customerId": ids["customer"],
                },
            },
            {"quantity": 2, "price": 40},
        ],
    },
    "v3.bills.bulk.create": lambda ids: [
        {
            "vendorId": ids["vendorId"], "dueDate": "2026-04-10", "invoice": _INVOICE, "billApprovals": True,
            "billLineItems": [{"amount": 10}],
        },
        {
            "vendorId": ids["freeVendorId"], "dueDate": "2026-04-10", "invoice": _INVOICE,
            "billLineItems": [{"amount": 20, "classifications": {"chartOfAccountId": ids["id"]}}],
        },
    ],
    "v3.bills.update": lambda ids: {"description": "Changed", "classifications": {"locationId": ids["location"]}},
    "v3.bills.replace": lambda ids: {
        "vendorId": ids["vendorId"], "dueDate": "2026-04-11", "invoice": _INVOICE,
        "billLineItems": [{"amount": 10, "classifications": {"chartOfAccountId": ids["id"]}}],
    },
    "v3.payments.mass": lambda ids: {
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": ids["bankAccountId"]}, "processingOptions": {},
        "payments": [{"billId": ids["billId"], "amount": 10}, {"billId": ids["secondBillId"], "amount": 20}],
    },
    "v3.recurringbills.create": lambda ids: {
        "vendorId": ids["vendorId"], "description": "Hosting",
        "schedule": {
            "period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-05-31", "endDate": "2026-12-31",
            "daysInAdvance": 5,
        },
        "recurringBillLineItems": [
            {
                "amount": 19.99, "description": "Hosting",
                "classifications": {
                    "chartOfAccountId": ids["id"], "accountingClassId": ids["actgClass"],
                    "departmentId": ids["department"], "locationId": ids["location"], "itemId": ids["item"],
                    "employeeId": ids["employee"], "jobId": ids["job"],
                },
            },
            {"quantity": 2, "price": 40},
        ],
        "processingOptions": {"autoPayment": False}, "paymentInformation": {"bankAccountId": ids["bankAccountId"]},
    },
    "v3.recurringbills.update": lambda ids: {
        "schedule": {"daysInAdvance": 10},
        "recurringBillLineItems": [{"id": ids["recurringBillLineId"], "amount": 21, "quantity": 3}],
    },
    "v3.recurringbills.replace": lambda ids: {
        "vendorId": ids["vendorId"],
        "schedule": {"period": "WEEKLY", "frequency": 2, "nextDueDate": "2026-06-01", "daysInAdvance": 3},
        "recurringBillLineItems": [
            {"id": ids["recurringBillLineId"], "amount": 12},
            {"amount": 10, "classifications": {"chartOfAccountId": ids["id"]}},
        ],
    },
    "v3.vendor-credits.create": lambda ids: {
        "vendorId": ids["vendorId"], "referenceNumber": "VC-10", "creditDate": "2026-03-02", "description": "Sent back",
        "applyToChartOfAccountId": ids["id"],
        "vendorCreditLineItems": [
            {
                "amount": 12.5, "description": "A4 reams",
                "classifications": {
                    "chartOfAccountId": ids["id"], "accountingClassId": ids["actgClass"],
                    "departmentId": ids["department"], "locationId": ids["location"], "itemId": ids["item"],
                    "employeeId": ids["employee"], "jobId": ids["job"], "customerId": ids["customer"],
                },
            },
            {"amount": 7.49},
        ],
    },
    "v3.vendor-credits.update": lambda _: {"description": "Wet paper", "referenceNumber": "VC-9a"},
    "v3.vendor-credits.replace": _whole_credit,
    "v3.vendor-credits.bulk.create": lambda ids: [
        _whole_credit(ids), _whole_credit(ids) | {"vendorId": ids["freeVendorId"], "referenceNumber": "VC-12"},
    ],
    "v3.vendor-credits.bulk.update": lambda ids: [
        {"id": ids["vendorCreditId"], "creditDate": "2026-03-01"},
        {"id": ids["spareCreditId"], "applyToBankAccountId": ids["bankAccountId"]},
    ],
    "v3.vendor-credits.bulk.replace": lambda ids: [_whole_credit(ids) | {"id": ids["vendorCreditId"]}],
    "v3.funding-accounts.banks.create": lambda ids: _BANK | {"chartOfAccountId": ids["id"]},
    "v3.funding-accounts.banks.update": lambda ids: {
        "bankName": "Main", "default": {"receivables": True}, "chartOfAccountId": ids["id"],
    },
    "v3.funding-accounts.banks.verify": lambda _: {"depositAmount": 0.5},
    "v3.funding-accounts.banks.users.create": _nominee,
    "v3.funding-accounts.banks.users.nominate": _nominee,
    "v3.documents.bills.create": lambda _: b"Net 30",
    "v3.attachments.vendors.create": lambda _: b"Net 30",
    "v3.attachments.customers.create": lambda _: b"Net 30",
    "v3.payments.create": lambda ids: {
        "billId": ids["billId"], "vendorId": ids["vendorId"], "amount": 10, "processingOptions": {},
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": ids["bankAccountId"]}, "description": "March",
        "vendorCredits": [{"id": ids["vendorCreditId"], "amount": 2.5}],
    },
    "admin.tokens.create": lambda _: {"name": "The accountant"},
    "admin.developer-keys.create": lambda _: {"name": "The web shop", "vintage": "2024"},
    "admin.developer-keys.update": lambda _: {"vintage": "2012"},
    "admin.organizations.create": lambda _: {
        "name": "Harbor Bakery",
        "administrator": {
            "email": "ada@harbor.example", "password": "correct horse battery", "firstName": "Ada", "lastName": "Byte",
        },
    },
    "admin.organizations.access": lambda _: {"status": "ACTIVE", "partner": "An accountant"},
    "admin.originator.update": lambda ids: {
        "companyName": "HARBOR BAKERY", "companyId": "1234567890", "bankProfile": "balanced",
        "offsetBankAccountId": ids["bankAccountId"],
    },
    "admin.users.set-password": lambda _: {"password": "correct horse battery"},
    "admin.invitations.accept": lambda ids: {"token": ids["invitation"], "password": "correct horse battery"},
    "admin.sync-tokens.create": lambda ids: {"name": "The ledger program", "userId": ids["userId"]},
    "admin.bank-account-users.nominate": _nominee,
    "admin.approval-policies.update": lambda _: {"forbidCreator": True},
    "admin.bill-approvals.reassign": lambda ids: {"approverId": ids["userId"], "toId": ids["thirdUserId"]},
    "admin.controls.update": lambda _: {"forbidCreator": True, "confirmVendorAccounts": True},
    "admin.vendor-account-confirmations.confirm": lambda ids: {"userId": ids["thirdUserId"]},
    "v3.bill-approvals.policies.create": _policy,
    "v3.bill-approvals.create": _policy,
    "v3.bill-approvals.policies.replace": _policy,
    "v3.bill-approvals.actions": lambda ids: [
        {"billId": ids["approvalBillId"], "action": "APPROVE", "comment": "As ordered", "amount": 229.5},
    ],
    "admin.approval-groups.create": lambda ids: {"name": "Owners", "userIds": [ids["userId"]]},
    "admin.approval-groups.update": lambda _: {"name": "The owners"},
    "v3.payments.bulk": lambda ids: {
        "vendorId": ids["vendorId"], "processDate": "2026-03-06", "description": "March",
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": ids["bankAccountId"]},
        "payments": [{"billId": ids["billId"], "amount": 10}, {"billId": ids["secondBillId"], "amount": 229.5}],
    },
    "v3.bills.record-payment": lambda ids: {
        "vendorId": ids["vendorId"], "processDate": "2026-03-02", "toPrintCheck": True,
        "payments": [{"billId": ids["billId"], "amount": 10}], "description": "March",
        "classifications": {"chartOfAccountId": ids["id"]}, "syncReference": "1042", "allowExport": False,
    },
    "v3.organizations.payment-terms.create": lambda _: {"name": "Net 60", "daysDue": 60},
    "v3.organizations.payment-terms.update": lambda _: {"name": "Net 45", "daysDue": 45},
    "sim.classifications.{id}.merge": lambda ids: {"intoId": ids["parent"]},
    "admin.time-zone.set": lambda _: {"timeZone": "Europe/Zurich"},
    "admin.check-settings.update": lambda _: {
        "nextNumber": 2000, "stock": "middle", "payerName": "Kestrel Foods, Inc.", "signerTitle": "Treasurer",
        "payerAddress": "481 Mission Street\nSan Francisco, CA 94105", "bankFraction": "74-10/740", "staleDays": 180,
        "positivePayLayout": "fixed-120",
    },
    "admin.check-settings.set-signature": lambda _: {"image": SIGNATURE},
    "sim.clock.advance": lambda _: {"hours": 1, "keepSessions": True},
    "sim.clock.freeze": lambda _: {},
    "sim.exchange-rates": lambda _: {"rates": {"EUR": 0.8597}},
    "admin.transfers-abroad.return": lambda _: {"code": "AC04"},
    "admin.jobs.retry": lambda _: {},
    "admin.exchange-rates.import": lambda _: {"source": "Harbor Bank, 3 March", "rates": {"EUR": 0.8597}},
    "v3.payments.exchange-rate.create": lambda ids: {
        "vendors": [{"vendorId": ids["germanVendorId"], "amount": 1000}],
    },
    "sim.faults": lambda _: {"operation": "v3.vendors.list", "code": "BDC_1322", "status": 400},
    "sim.reset": lambda _: {"demo": True},
    "sim.snapshot": lambda _: {"name": "before"},
    "sim.restore": lambda _: {"name": "prepared"},
    "sim.organizations": lambda _: {"name": "Fresh"},
    "sim.invitations.accept": lambda ids: {"token": ids["invitation"], "password": "a-Password-1"},
    "sim.users.{userId}.password": lambda _: {"password": "a-Password-2"},
    "sim.transfers.{transferId}.return": lambda _: {"code": "R02"},
    "sim.payments.{paymentId}.return": lambda _: {"code": "R02"},
    "sim.payments.{paymentId}.fail-funding": lambda _: {"code": "R01"},
    "v3.payments.void": lambda _: {"type": "VOID_AND_CREDIT", "reason": "Entered twice"},
    "sim.transfers.{transferId}.notify": lambda _: {"code": "C01"},
    "admin.bank-files.create": lambda _: {"fileName": "returns.txt", "content": b64encode(returned_file()).decode()},
} | classification_examples.BODIES | statement_examples.BODIES  # fmt: skip
V3_BODIES |= funding_examples.BODIES


#: The query of an operation that names its objects there.
V3_QUERIES: dict[str, Callable[[Ids], dict[str, str]]] = {
    "v3.documents.bills.create": lambda _: {"name": "terms.txt"},
    "v3.attachments.vendors.create": lambda _: {"name": "terms.txt"},
    "v3.attachments.customers.create": lambda _: {"name": "terms.txt"},
    "v3.documents.upload-status": lambda ids: {"ids": ids["uploadId"]},
    "v3.documents.download": lambda ids: {"id": ids["documentId"]},
    "v3.check-images.download": lambda ids: {"id": ids["cashedCheckId"]},
    "v3.vendor-credits.bulk.archive": lambda ids: {"ids": ids["spareCreditId"]},
    "v3.payments.options": lambda ids: {"vendorId": ids["vendorId"], "amount": "229.50"},
    "v3.payments.exchange-rate.get": lambda ids: {"vendorId": ids["germanVendorId"], "amount": "1000"},
    "v3.vendors.configuration.international-payments": lambda _: {
        "country": "BR",
        "billCurrency": "BRL",
        "accountType": "BUSINESS",
    },
    "v3.classifications.chart-of-accounts.bulk.archive": lambda ids: {"ids": ids["id"]},
    "v3.classifications.chart-of-accounts.bulk.restore": lambda ids: {"ids": ids["id"]},
    "v3.funding-accounts.cards.list": lambda _: {"cardUserStatus": "VERIFIED"},
    "v3.funding-accounts.cards.funding-purposes": lambda ids: {"vendorId": ids["vendorId"], "brand": "visa"},
} | classification_examples.QUERIES


def _object(entity: str, **fields: Any) -> dict[str, Any]:
    return {"obj": {"entity": entity, "isActive": "1"} | fields}


def _v2_line(ids: Ids) -> dict[str, Any]:
    return {
        "entity": "BillLineItem", "amount": 149.5, "chartOfAccountId": ids["id"], "departmentId": ids["department"],
        "locationId": ids["location"], "jobId": ids["job"], "customerId": ids["customer"], "jobBillable": True,
        "itemId": ids["item"], "quantity": 1, "unitPrice": 149.5, "employeeId": ids["employee"],
        "actgClassId": ids["actgClass"],
    }  # fmt: skip


def _v2_bill(ids: Ids) -> dict[str, Any]:
    return {
        "vendorId": ids["vendorId"], "invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01", "dueDate": "2026-04-10",
        "glPostingDate": "2026-03-01", "description": "Paper", "poNumber": "PO-7", "billLineItems": [_v2_line(ids)],
    }  # fmt: skip


def _v2_customer(ids: Ids) -> dict[str, Any]:
    address = {
        "Address1": "9 Pine Rd", "Address2": "Floor 2", "Address3": "Room 3", "Address4": "Desk 4",
        "AddressCity": "Reno", "AddressState": "NV", "AddressCountry": "US", "AddressZip": "89501",
    }  # fmt: skip
    return {
        "name": "Paperless Band", "shortName": "Band", "parentCustomerId": ids["parentCustomer"],
        "companyName": "Paperless Band LLC", "contactFirstName": "Check", "contactLastName": "Mail",
        "accNumber": "C-17", "email": "ar@band.example", "phone": "9998887654", "altPhone": "9998887656",
        "fax": "9998887655", "description": "Music", "printAs": "Band", "accountType": "1",
        **{f"bill{name}": value for name, value in address.items()},
        **{f"ship{name}": value for name, value in address.items()},
    }  # fmt: skip


def _v2_credit(ids: Ids) -> dict[str, Any]:
    return {
        "vendorId": ids["vendorId"], "refNumber": "VC-13", "creditDate": "2026-03-02", "glPostingDate": "2026-03-03",
        "description": "Sent back", "poNumber": "PO-7", "applyToBankAccountId": ids["bankAccountId"],
        "vendorCreditLineItems": [
            {
                "entity": "VendorCreditLineItem", "amount": 20, "quantity": 2, "unitPrice": 10, "itemId": ids["item"],
                "chartOfAccountId": ids["id"], "departmentId": ids["department"], "locationId": ids["location"],
                "jobId": ids["job"], "customerId": ids["customer"], "jobBillable": True, "description": "Paper",
                "employeeId": ids["employee"], "actgClassId": ids["actgClass"],
            },
        ],
    }  # fmt: skip


def _v2_recurring(ids: Ids) -> dict[str, Any]:
    return {
        "vendorId": ids["vendorId"], "timePeriod": "2", "frequencyPerTimePeriod": 1, "nextDueDate": "2026-05-31",
        "endDate": "2026-12-31", "daysInAdvance": 5, "description": "Hosting",
        "recurringBillLineItems": [
            {
                "entity": "RecurringBillLineItem", "amount": 19.99, "chartOfAccountId": ids["id"],
                "departmentId": ids["department"], "locationId": ids["location"], "description": "Hosting",
            },
        ],
    }  # fmt: skip


_V2_NAMES = {"Employee": {"firstName": "Ada", "lastName": "Byte"}, "Item": {"name": "Paper", "type": "3"}}
_V2_IDS = {
    "VendorCredit": "vendorCreditId",
    "RecurringBill": "recurringBillId",
    "Vendor": "vendorId", "Bill": "billId", "ChartOfAccount": "id", "Customer": "customer", "Department": "department",
    "Location": "location", "Job": "job", "Item": "item", "Employee": "employee", "ActgClass": "actgClass",
    "PaymentTerm": "paymentTermId",
    "User": "invitedUserId", "Profile": "roleId", "Organization": "organizationId",
    "BankAccount": "bankAccountId",
    "MoneyMovement": "movementId",
    "CustomerContact": "contactId",
    "SentPay": "paymentId", "BillPay": "billPayId", "BillCredit": "billCreditId",
    "VendorBankAccount": "vendorBankAccountId",
    "ApprovalPolicy": "v2PolicyId", "ApprovalPolicyApprover": "policyApproverId",
    "BillApprover": "billApproverId", "VendCreditApprover": "creditApproverId",
}  # fmt: skip
_V2_NEW: dict[str, Body] = {
    "User": lambda ids: {
        "profileId": ids["roleId"],
        "firstName": "Clark",
        "lastName": "Bee",
        "email": "c@ex.example",
        "timezoneId": "5",
    },
    "Vendor": lambda _: {"name": "Kestrel Software", "address1": "1 Main St", "addressZip": "78701"},
    "Bill": _v2_bill,
    "VendorBankAccount": lambda ids: {
        "vendorId": ids["freeVendorId"],
        "nameOnAcct": "Kestrel",
        "accountNumber": "000456789123",
        "routingNumber": "322271627",
        "isSavings": True,
        "isPersonalAcct": True,
    },
    "VendorCredit": _v2_credit,
    "RecurringBill": _v2_recurring,
    "Customer": _v2_customer,
    "CustomerContact": lambda ids: {
        "customerId": ids["customer"],
        "firstName": "Ada",
        "lastName": "Byte",
        "email": "ada@band.example",
        "phone": "9998887654",
        "altPhone": "9998887656",
        "fax": "9998887655",
        "timezoneId": "3",
    },
    "ChartOfAccount": lambda ids: {"name": "Paper", "accountType": "14", "parentChartOfAccountId": ids["id"]},
    "ApprovalPolicy": lambda _: {"type": "0", "amountThreshold": 250000, "minNumApprovers": 2},
    "ApprovalPolicyApprover": lambda ids: {
        "approvalPolicyId": ids["v2PolicyId"],
        "usersId": ids["thirdUserId"],
        "sortOrder": 1,
    },
    "PaymentTerm": lambda _: {"name": "Net 60", "netDue": 60, "description": "Two months"},
}


#: The data of operations that are no verbs of an entity.
_V2_DATA: dict[str, Body] = {
    "v2.GetCheckImageData": lambda ids: {"sentPayId": ids["checkPaymentId"]},
    "v2.GetProfilePermissions": lambda ids: {"profileId": ids["roleId"]},
    "v2.SetApprovers": lambda ids: {
        "objectId": ids["secondBillId"], "entity": "Bill", "approvers": [ids["userId"], ids["thirdUserId"]],
    },
    **dict.fromkeys(
        ("v2.ClearApprovers", "v2.ListApprovers", "v2.Approve", "v2.Deny"),
        lambda ids: {"objectId": ids["approvalBillId"], "entity": "Bill", "comment": "As ordered"},
    ),
    "v2.ListUserApprovals": lambda ids: {
        "usersId": ids["userId"], "entity": "Bill", "approvalType": "0", "marker": "", "max": 2, "nested": True,
    },
    "v2.SendMessage": lambda ids: {"objectId": ids["vendorId"], "body": "Paid late once", "isPublic": False},
    "v2.ListMessage": lambda ids: {"objectId": ids["vendorId"]},
    "v2.SetBankBalance": lambda _: {"balance": 1250.5},
    "v2.MFAChallenge": lambda _: {"useBackup": False},
    "v2.MFAAuthenticate": lambda ids: {
        "challengeId": ids["challengeId"], "token": "123456", "deviceId": "mine", "machineName": "m",
        "rememberMe": "true",
    },
    "v2.PayBills": lambda ids: {
        "vendorId": ids["vendorId"], "processDate": "2026-03-06", "bankAccountId": ids["bankAccountId"],
        "description": "March", "billPays": [
            {"entity": "BillPay", "billId": ids["billId"], "amount": 10},
            {"billId": ids["secondBillId"], "amount": 229.5},
        ],
        "billCredits": [{"billId": ids["billId"], "vendorCreditId": ids["vendorCreditId"], "amount": 1}],
    },
    "v2.GetDynamicExchangeRateQuote": lambda ids: {
        "vendorData": [{"vendorId": ids["germanVendorId"], "totalAmount": 1000, "type": "POC3"}],
    },
    "v2.PayBill": lambda ids: {"billId": ids["billId"], "amount": 10, "processDate": "2026-03-06"},
    "v2.RecordAPPayment": lambda ids: {
        "vendorId": ids["vendorId"], "processDate": "2026-03-02", "toPrintCheck": True, "chartOfAccountId": ids["id"],
        "description": "March", "syncReference": "1042", "billPays": [{"billId": ids["billId"], "amount": 10}],
    },
    "v2.CancelAPPayment": lambda ids: {"sentPayId": ids["paymentId"]},
    "v2.VoidAPPayment": lambda ids: {"sentPayId": ids["recordedPaymentId"]},
    "v2.GetDisbursementData": lambda ids: {"sentPayId": ids["sentPaymentId"]},
    "v2.ListPayments": lambda _: {"disbursementStatus": "0", "start": 0, "max": 2},
    "v2.MFAStatus": lambda ids: {"mfaId": ids["rememberMeId"], "deviceId": "mine"},
}  # fmt: skip


def v2_data(name: str, ids: Ids) -> Any:
    """The `data` of a v2 operation's example."""
    parts = name.split(".")
    if parts[1] == "Bulk":
        return {"bulk": [v2_data(name.replace("Bulk.", ""), ids)]}
    if parts[1] == "List" and parts[2] in {"Profile", "Organization"}:
        return {"start": 0, "max": 2}
    if parts[1] == "List" and parts[2] in {"SentPay", "BillPay", "BillCredit"}:
        return {"start": 0, "max": 2, "filters": [{"field": "createdTime", "op": ">", "value": "2026-01-01"}]}
    if parts[1:] == ["Crud", "Update", "ApprovalPolicyApprover"]:
        return {"obj": {"entity": parts[3], "id": ids["policyApproverId"], "sortOrder": 3}}
    if name == "v2.List.MoneyMovement":
        return {"filters": [{"field": "type", "op": "=", "value": "1"}]}
    if parts[1] == "List":
        return {"start": 0, "max": 2, "filters": [{"field": "isActive", "op": "=", "value": "1"}]}
    if parts[1] == "UploadAttachment":
        return {"id": ids["vendorId"], "fileName": "terms.txt", "document": "TmV0IDMw"}
    if parts[1] in {"GetDocuments", "GetDocumentPages"}:
        return {"id": ids["vendorId"]}
    if parts[1] in {"FileServlet", "HtmlServlet"}:
        return {"id": ids["documentId"]}
    if parts[1] == "BillImageServlet":
        return {"entityId": ids["vendorId"], "pageNumber": 1}
    if parts[1] == "GetEntityMetadata":
        return {"entity": "Department"}
    if parts[1] != "Crud":
        return _V2_DATA[name](ids) if name in _V2_DATA else None
    verb, entity = parts[2], parts[3]
    if verb in {"Read", "Delete", "Undelete"}:
        return {"id": ids[_V2_IDS[entity]]}
    fields = _V2_NEW.get(entity, lambda _: _V2_NAMES.get(entity, {"name": f"A {entity}"}))(ids)
    if (verb, entity) == ("Update", "ChartOfAccount"):
        fields["parentChartOfAccountId"] = NULL_ID  # it cannot be its own parent
    return _object(entity, **fields, **({"id": ids[_V2_IDS[entity]]} if verb == "Update" else {}))


def returned_file() -> bytes:
    """A bank's file that sends back an entry which nobody here has sent."""
    return render(file(batch(returned())))


def _printed_checks(company: Company) -> Ids:
    """Checks: one that was cashed; one on its way, one to be voided, one whose funding failed, one held, one released.

    And one that was voided, whose refund came back.
    """
    cashed, sent, voided, owed, held, released, refunded = (
        company.pay(company.bill(company.vendor(None))).ok(201)["id"] for _ in range(7)
    )
    by_card = funding_examples.issued_virtual_card(company)
    company.sim("POST", "clock/advance", {"to": FUNDED, "keepSessions": True}).ok()
    for payment_id in (held, released):
        company.sim("POST", f"payments/{payment_id}/hold").ok()
    company.v3("POST", f"payments/{refunded}/void", {"type": "VOID_AND_CREDIT", "reason": "Entered twice"}).ok()
    company.sim("POST", f"payments/{refunded}/void").ok()
    company.sim("POST", "clock/advance", {"to": MOMENT, "keepSessions": True}).ok()
    company.sim("POST", f"payments/{released}/release").ok()
    company.sim("POST", f"payments/{owed}/fail-funding", {"code": "R10"}).ok()
    transfers = company.sim("GET", "transfers").ok()["results"]
    transfer_id = next(one["id"] for one in transfers if one["subjectId"] == cashed and one["rail"] == "check")
    check = company.sim("POST", f"transfers/{transfer_id}/clear").ok()
    sent_id = next(one["id"] for one in transfers if one["subjectId"] == sent and one["rail"] == "check")
    other = next(one for one in company.sim("GET", "checks").ok()["results"] if one["transferId"] == sent_id)
    other = next(one for one in company.sim("GET", "checks").ok()["results"] if one["id"] != check["id"])
    refund = next(one for one in transfers if one["subjectId"] == refunded and one["leg"] == "refund")
    company.sim("POST", f"transfers/{refund['id']}/return", {"code": "R02"}).ok()
    funding = next(one for one in transfers if one["subjectId"] == cashed and one["leg"] == "funding")
    company.sim("POST", f"transfers/{funding['id']}/notify", {"code": "C01"}).ok()
    return {
        "bankFileId": company.sim("GET", "bank-files").ok()["results"][0]["id"],
        "accountChangeId": company.sim("GET", "account-changes").ok()["results"][0]["id"],
        "cashedCheckId": check["id"],
        "checkPaymentId": cashed,
        "checkId": other["id"],
        "checkTransferId": sent_id,
        "printedPaymentId": sent,
        "voidPendingPaymentId": voided,
        "owedPaymentId": owed,
        "refundedPaymentId": refunded,
        "heldPaymentId": held,
        "releasedPaymentId": released,
        "virtualCardTransferId": funding_examples.transfer_of(company, by_card, "disbursement"),
    }


def prepared(api: Api) -> Company:
    """A company in which every kind of object exists, with their ids under the names that paths use."""
    # A check takes days to be printed: it is paid for so early that everything else is of the usual moment.
    company = api.company(frozenAt=_DAYS_BEFORE)
    ids = company.ids
    ids["billingStatementId"] = "2026-02"
    ids |= _printed_checks(company)
    ids |= {name: company.made[name] for name in ("username", "password", "organizationId", "userId", "devKey")}
    _remembered_device(company)
    _classifications_and_customers(company)
    _invited_user(company)
    vendor = company.vendor()
    ids["vendorId"] = vendor["id"]
    _sent_payment(company, vendor)
    _payments_under_way(company, vendor)
    _second_factors(company)
    _faults_users_and_voids(company)
    _administered(api, company)
    return company


def _remembered_device(company: Company) -> None:
    ids = company.ids
    challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    answer = {"challengeId": challenge, "token": "123456", "device": "mine", "rememberMe": True}
    ids["rememberMeId"] = company.v3("POST", "mfa/challenge/validate", answer).ok()["rememberMeId"]


def _classifications_and_customers(company: Company) -> None:
    ids = company.ids
    account = {"name": "Office Supplies", "account": {"type": "EXPENSE", "number": "6100"}}
    ids["id"] = company.v3("POST", "classifications/chart-of-accounts", account).ok(201)["id"]
    ids["parent"] = company.v3("POST", "classifications/chart-of-accounts", {"name": "Supplies"}).ok(201)["id"]
    ids["paymentTermId"] = company.v3("POST", "payment-terms", {"name": "Net 30", "daysDue": 30}).ok(201)["id"]
    for entity in (*_LINE_KINDS, "Customer"):
        fields = _V2_NAMES.get(entity, {"name": f"A {entity}"})
        made = company.v2(f"Crud/Create/{entity}", _object(entity, **fields)).ok()
        assert made["response_status"] == 0, made
        ids[entity[0].lower() + entity[1:]] = made["response_data"]["id"]
    ids["customerId"] = ids["customer"]
    parent = company.v3("POST", "customers", {"name": "Bands", "email": "bands@example.test"}).ok(201)
    ids["parentCustomer"] = parent["id"]
    person = {"firstName": "Bo", "email": "bo@band.example"}
    ids["contactId"] = company.v3("POST", f"customers/{ids['customer']}/contacts", person).ok(201)["id"]


def _invited_user(company: Company) -> None:
    ids = company.ids
    ids["roleId"] = company.role_id("CLERK")
    ids["invitedUserId"] = company.invite("CLERK")["id"]
    ids["invitation"] = company.sim("GET", "outbox").ok()["results"][0]["body"].splitlines()[-1]


def _sent_payment(company: Company, vendor: dict[str, Any]) -> None:
    """A payment whose debit is sent, the transfers and files of that day, and a vendor's document."""
    ids = company.ids
    sent = company.pay(company.bill(vendor)).ok(201)
    ids |= funding_examples.charged_card(company)
    uploaded = company.v2("UploadAttachment", {"id": vendor["id"], "fileName": "w9.txt", "document": "TmV0IDMw"}).ok()
    ids["uploadId"] = uploaded["response_data"]["id"]
    company.advance(hours=20)
    ids["chargeTransferId"] = funding_examples.transfer_of(company, ids["chargePaymentId"], "funding")
    transfers = company.sim("GET", "transfers").ok()["results"]
    ids["transferId"] = next(
        one["id"] for one in transfers if one["subjectId"] == sent["id"] and one["leg"] == "funding"
    )
    files = company.sim("GET", "files").ok()["results"]
    ids["fileId"] = next(one["id"] for one in files if one["kind"] != "document")
    ids["documentId"] = next(one["id"] for one in files if one["kind"] == "document")
    ids["attachmentId"] = ids["documentId"]
    ids["bankAccountId"] = company.bank_account_id
    ids["movementId"] = company.v2("List/MoneyMovement").ok()["response_data"][0]["id"]
    ids["pendingBankAccountId"] = company.v3("POST", "funding-accounts/banks", _BANK).ok(201)["id"]
    ids["sentPaymentId"] = sent["id"]


def _payments_under_way(company: Company, vendor: dict[str, Any]) -> None:
    """A payment that waits, one in mass, one that was made elsewhere; bills, recurring ones and credits."""
    ids = company.ids
    waiting = company.pay(company.bill(vendor), 100).ok(201)
    ids["paymentId"], ids["billPayId"] = waiting["id"], waiting["billPayments"][0]["id"]
    ids["billId"] = company.bill(vendor)["id"]
    ids["secondBillId"] = company.bill(vendor)["id"]
    recurring = {
        "vendorId": vendor["id"], "recurringBillLineItems": [{"amount": 19.99}],
        "schedule": {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-06-30", "daysInAdvance": 5},
    }  # fmt: skip
    made = company.v3("POST", "recurringbills", recurring).ok(201)
    ids["recurringBillId"], ids["recurringBillLineId"] = made["id"], made["recurringBillLineItems"][0]["id"]
    source = {"type": "BANK_ACCOUNT", "id": company.bank_account_id}
    # Refused when its turn comes, so that there is no more in any list.
    wanted = [{"billId": ids["billId"], "amount": 100000}]
    batch = company.v3("POST", "payments/mass", {"fundingAccount": source, "payments": wanted}).ok(201)
    ids["paymentBatchId"] = batch["paymentBatchId"]
    company.advance(minutes=0)
    billed = company.bill(vendor, amounts=("10",))
    recorded = {"vendorId": vendor["id"], "processDate": "2026-03-02", "toPrintCheck": False}
    ids["vendorCreditId"], ids["spareCreditId"] = company.credit(vendor)["id"], company.credit(vendor, 15)["id"]
    use = [{"id": ids["vendorCreditId"], "amount": 2}]
    recorded["payments"] = [{"billId": billed["id"], "amount": 8, "vendorCredits": use}]
    ids["recordedPaymentId"] = company.v3("POST", "bills/record-payment", recorded).ok()["id"]
    ids["billCreditId"] = company.v2("List/BillCredit").ok()["response_data"][0]["id"]
    ids["freeVendorId"] = company.vendor(None)["id"]
    of_vendor = [{"field": "vendorId", "op": "=", "value": ids["vendorId"]}]
    ids["vendorBankAccountId"] = company.v2("List/VendorBankAccount", {"filters": of_vendor}).json["response_data"][0][
        "id"
    ]


def _second_factors(company: Company) -> None:
    ids = company.ids
    ids["challengeId"] = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    setup = company.v3("POST", "mfa/setup", {"type": "TOTP"}).ok()
    ids["setupId"] = setup["setupId"]
    ids["authenticatorCode"] = company.authenticator_code(setup["otpauthUri"])


def _faults_users_and_voids(company: Company) -> None:
    ids = company.ids
    fault = {"operation": "sim.drain", "code": "BDC_1322", "organizationId": company.made["organizationId"]}
    ids["faultId"] = company.sim("POST", "faults", fault).ok()["id"]
    ids["account"] = "accounts_payable"
    ids["otherUserId"], ids["thirdUserId"] = company.user("PAYER"), company.user("ACCOUNTANT")
    nominee = {"bankAccountId": company.bank_account_id, "userId": ids["thirdUserId"]}
    company.v3("POST", "funding-accounts/banks/users/nominate", nominee).ok()
    users = company.v3("GET", "funding-accounts/banks/users", filters=f"userId:eq:{ids['thirdUserId']}").ok()["results"]
    ids["bankAccountUserId"] = users[0]["id"]
    ids["spareBankAccountId"] = company.v3("POST", "funding-accounts/banks", _BANK).ok(201)["id"]
    company.v3("POST", f"funding-accounts/banks/{ids['spareBankAccountId']}/verify", {"depositAmount": 0.5}).ok()
    void = {"type": "VOID_AND_CREDIT", "reason": "Entered twice"}
    company.v3("POST", f"payments/{ids['voidPendingPaymentId']}/void", void).ok()
    company.sim("POST", "snapshot", {"name": "prepared"}).ok()


def _administered(api: Api, company: Company) -> None:
    """Groups, policies, a statement, tokens and keys; and a vendor abroad, the last one of all."""
    ids = company.ids
    ids["groupId"] = company.admin("POST", "approval-groups", {"name": "Owners", "userIds": [ids["userId"]]}).ok(201)[
        "id"
    ]
    spare = company.admin("POST", "approval-groups", {"name": "Spare", "userIds": [ids["userId"]]}).ok(201)
    ids["spareGroupId"] = spare["id"]
    _approvals(company)
    ids |= statement_examples.taken_in(company)
    assert company.admin_token, "made before the lists of tokens are looked at"
    sync_token = {"name": "Old", "userId": ids["userId"]}
    ids["syncTokenId"] = company.admin("POST", "sync-tokens", sync_token).ok(201)["id"]
    ids["tokenId"] = api.admin("POST", "tokens", {"name": "Old"}).ok(201)["id"]
    ids["developerKeyId"] = api.admin("POST", "developer-keys", {"name": "Old"}).ok(201)["id"]
    ids["germanVendorId"] = company.v3("POST", "vendors", GERMAN_VENDOR).ok(201)["id"]


def _approvals(company: Company) -> None:
    """A policy for one vendor alone, a bill that waits for it, and a policy of v2 that no bill is large enough for."""
    ids, vendor = company.ids, company.vendor(None)
    policy = {
        "policyName": "One vendor", "approvers": [ids["userId"], ids["groupId"]],
        "rules": [{"key": "VENDOR_ID", "op": "eq", "values": [vendor["id"]]}],
    }  # fmt: skip
    ids["policyId"] = company.v3("POST", "bill-approvals/policies", policy).ok(201)["id"]
    ids["approvalBillId"] = company.bill(vendor)["id"]
    large = _object("ApprovalPolicy", amountThreshold=1_000_000, minNumApprovers=1)
    ids["v2PolicyId"] = company.v2("Crud/Create/ApprovalPolicy", large).ok()["response_data"]["id"]
    named = _object("ApprovalPolicyApprover", approvalPolicyId=ids["v2PolicyId"], usersId=ids["userId"])
    ids["policyApproverId"] = company.v2("Crud/Create/ApprovalPolicyApprover", named).ok()["response_data"]["id"]
    waiting = company.v2("ListApprovers", {"objectId": ids["approvalBillId"], "entity": "Bill"}).ok()
    ids["billApproverId"] = waiting["response_data"][0]["id"]
    asked = {"objectId": company.credit(vendor)["id"], "entity": "VendorCredit"}
    company.v2("SetApprovers", asked | {"approvers": [ids["userId"]]}).ok()
    ids["creditApproverId"] = company.v2("ListApprovers", asked).ok()["response_data"][0]["id"]
    company.admin("PATCH", "controls", {"confirmVendorAccounts": True}).ok()
    company.vendor("000987650000")
    ids["accountId"] = company.admin("GET", "vendor-account-confirmations").ok()["results"][0]["accountId"]
    company.admin("PATCH", "controls", {"confirmVendorAccounts": False}).ok()


#: Where an operation needs an object in another state than the usual one.
_OTHER_IDS = (
    {
        **{
            f"sim.transfers.{{transferId}}.{verb}": {"transferId": "checkTransferId"}
            for verb in ("deliver", "clear", "void", "stop", "stale")
        },
        "v3.payments.check-image": {"paymentId": "checkPaymentId"},
        "v3.payments.void": {"paymentId": "printedPaymentId"},
        **{
            f"sim.payments.{{paymentId}}.{verb}": {"paymentId": "printedPaymentId"}
            for verb in ("deliver", "clear", "stop", "expiring", "stale", "escheat", "return", "fail-funding")
        },
        "sim.payments.{paymentId}.settle": {"paymentId": "sentPaymentId"},
        "sim.payments.{paymentId}.void": {"paymentId": "voidPendingPaymentId"},
        **{
            f"{face}.hold": {"paymentId": "releasedPaymentId"}
            for face in ("sim.payments.{paymentId}", "admin.payments")
        },
        **{
            f"{face}.release": {"paymentId": "heldPaymentId"} for face in ("sim.payments.{paymentId}", "admin.payments")
        },
        **{f"{face}.wire": {"paymentId": "owedPaymentId"} for face in ("sim.payments.{paymentId}", "admin.payments")},
        **{
            f"{face}.refund": {"paymentId": "refundedPaymentId"}
            for face in ("sim.payments.{paymentId}", "admin.payments")
        },
        "admin.payments.escheat": {"paymentId": "printedPaymentId"},
        **{
            key: {"userId": "invitedUserId"}
            for key in [f"v3.users.{verb}" for verb in ("get", "update", "archive", "restore")]
            + ["sim.users.{userId}.password"]
        },
        "v3.funding-accounts.banks.verify": {"bankAccountId": "pendingBankAccountId"},
        "admin.bank-accounts.confirm": {"bankAccountId": "pendingBankAccountId"},
        "v3.funding-accounts.banks.archive": {"bankAccountId": "spareBankAccountId"},
        "v3.vendors.bank-account.create": {"vendorId": "freeVendorId"},
        "admin.approval-groups.archive": {"groupId": "spareGroupId"},
        "admin.approval-policies.update": {"policyId": "v2PolicyId"},
        "admin.bill-approvals.get": {"billId": "approvalBillId"},
        "admin.bill-approvals.reassign": {"billId": "approvalBillId"},
        **{
            name: {"vendorCreditId": "spareCreditId"}
            for name in ("v3.vendor-credits.archive", "v2.Crud.Delete.VendorCredit", "v2.Bulk.Crud.Delete.VendorCredit")
        },
    }
    | classification_examples.OTHER_IDS
    | statement_examples.OTHER_IDS
)
_OTHER_IDS |= funding_examples.OTHER_IDS


#: What is done to a transfer abroad, which nothing else of a prepared company has.
_ABROAD = {"admin.transfers-abroad.settle", "admin.transfers-abroad.return"}


def _sent_abroad(company: Company) -> str:
    """A transfer abroad that the bank has."""
    vendor = company.v3("POST", "vendors", GERMAN_VENDOR | {"billCurrency": "USD"}).ok(201)
    payment = company.pay(company.bill(vendor)).ok(201)
    company.advance(days=6)
    transfers = company.sim("GET", "transfers").ok()["results"]
    return str(
        next(one["id"] for one in transfers if one["subjectId"] == payment["id"] and one["leg"] == "disbursement")
    )


def ids_for(operation: Operation, ids: Ids) -> Ids:
    """The ids as this operation needs them."""
    return ids | {name: ids[other] for name, other in _OTHER_IDS.get(operation.name, {}).items()}


def body_of(operation: Operation, ids: Ids) -> Any:
    """The example's body (v3, sim) or data (v2)."""
    if operation.face == "v2":
        return v2_data(operation.name, ids)
    make = V3_BODIES.get(operation.name)
    assert make is not None or operation.request is None, f"{operation.name} needs an example"
    return None if make is None else make(ids)


def perform(company: Company, operation: Operation, body: Any, ids: Ids) -> Reply:
    """Send the operation's example with this body and these ids."""
    if operation.name in _ABROAD and ids["transferId"] == company.ids.get("transferId"):
        ids = ids | {"transferId": _sent_abroad(company)}
    path = re.sub(r"\{(\w+)\}", lambda name: ids[name.group(1)], operation.path)
    if operation.face == "v2":
        form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
        if operation.public:
            made = company.made
            form |= {"userName": made["username"], "password": made["password"], "orgId": made["organizationId"]}
        elif body is not None:
            form["data"] = json.dumps(body)
        return company.api.send(operation.method, path, urlencode(form).encode())
    payload = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    make_query = V3_QUERIES.get(operation.name, lambda _: {})
    query = {"organizationId": company.made["organizationId"]} if operation.face == "sim" else make_query(ids)
    headers = company.headers if operation.face == "v3" else {}
    if operation.face == "admin":
        # A token of one organization where that does: another organization is then as good as none.
        of_one = "organizationId" in operation.id_names and operation.name != "admin.users.set-password"
        token = company.admin_token if of_one else company.api.admin_token
        headers = {"authorization": f"Bearer {token}"}
    return company.api.send(operation.method, path, payload, headers=headers, query=query)
