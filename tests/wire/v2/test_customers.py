"""Customers and their contacts: the rules, and that both faces show one object."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from billfold.kit.errors import Refusal
from billfold.parties import customers
from billfold.parties.model import CustomerDraft
from tests.builders import refused
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import create, data_of, error_of, listed, message_of, read, update, where

ADDRESS = {
    "line1": "987 Side St",
    "city": "San Jose",
    "stateOrProvince": "CA",
    "zipOrPostalCode": "95002",
    "country": "US",
}


def a_customer(company, **fields):
    body = {"name": "Paperless Band", "email": "ar@band.example"} | fields
    return company.v3("POST", "customers", body).ok(201)


def messages(reply):
    assert reply.status == 400, reply.text
    return [error["message"] for error in reply.json]


def test_a_customer_needs_a_name_and_an_email(company):
    assert messages(company.v3("POST", "customers", {"name": "Band"})) == ["email: must not be blank"]
    assert messages(company.v3("POST", "customers", {"name": "Band", "email": " "})) == ["email: must not be blank"]
    assert messages(company.v3("POST", "customers", {"email": None})) == [
        "name: must not be blank",
        "email: must not be blank",
    ]
    assert messages(company.v3("POST", "customers", {"name": "x" * 101, "email": "a@b.example"})) == [
        "name: has more than 100 characters"
    ]


def test_an_address_is_whole_when_it_is_new_and_patched_in_parts(company):
    reply = company.v3("POST", "customers", {"name": "Band", "email": "a@b.example", "billingAddress": {"line1": "1"}})
    assert messages(reply) == [
        f"billingAddress.{name}: must not be null" for name in ("city", "zipOrPostalCode", "country")
    ]
    made = a_customer(company, billingAddress=ADDRESS)
    assert made["billingAddress"] == ADDRESS | {"countryName": "United States"}
    assert "shippingAddress" not in made
    patched = company.v3("PATCH", f"customers/{made['id']}", {"billingAddress": {"line2": "Back door"}}).ok()
    assert patched["billingAddress"] == ADDRESS | {"countryName": "United States", "line2": "Back door"}


def test_what_is_left_out_of_a_patch_stays_and_null_clears(company):
    made = a_customer(company, phone="1", fax="2", contact={"firstName": "Check", "lastName": "Mail"})
    patched = company.v3("PATCH", f"customers/{made['id']}", {"fax": None, "contact": {"lastName": "Cash"}}).ok()
    assert "fax" not in patched
    assert (patched["phone"], patched["contact"]) == ("1", {"firstName": "Check", "lastName": "Cash"})


def test_a_new_customer_owes_nothing_in_dollars(company):
    made = a_customer(company)
    assert (made["invoiceCurrency"], made["balance"], made["authorizedToCharge"]) == ("USD", {"amount": 0}, False)
    assert made["accountType"] == "NONE"


def test_archiving_and_restoring_a_customer_twice_is_no_error(company):
    made = a_customer(company)
    for verb, archived in (("archive", True), ("archive", True), ("restore", False), ("restore", False)):
        assert company.v3("POST", f"customers/{made['id']}/{verb}").ok()["archived"] is archived


def test_two_customers_may_have_one_name(company):
    assert a_customer(company)["id"] != a_customer(company)["id"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ("name:sw:B", ["Bach", "Bo"]),
        ("name:eq:Bo", ["Bo"]),
        ("archived:eq:true", ["Cage"]),
        ("accountType:in:PERSON,NONE", ["Bo", "Cage"]),
        ("address.country:eq:DE", ["Bach"]),
        ("address.country:ne:DE", ["Bo", "Cage"]),
        ("billingAddress.country:eq:DE", ["Bach"]),
        ("invoiceCurrency:ne:USD", ["Bach"]),
        ("companyName:ne:Bach KG", ["Bo", "Cage"]),
        ("createdTime:gte:2026-01-01,name:ne:Bo", ["Bach", "Cage"]),
    ],
)
def test_customers_are_filtered(embedded, filters, names):
    company = embedded.company()
    german = ADDRESS | {"country": "DE"}
    a_customer(
        company,
        name="Bach",
        accountType="BUSINESS",
        invoiceCurrency="EUR",
        companyName="Bach KG",
        billingAddress=german,
    )
    a_customer(company, name="Bo", accountType="PERSON")
    cage = a_customer(company, name="Cage")
    company.v3("POST", f"customers/{cage['id']}/archive").ok()
    found = company.v3("GET", "customers", filters=filters).ok()["results"]
    assert [one["name"] for one in found] == names


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_a_list_sorted_by_what_some_lack_has_every_customer_once(company, direction):
    for company_name in ("b", None, "a", None, "c", None):
        a_customer(company, companyName=company_name)
    found, page = [], {"sort": f"companyName:{direction}", "max": 2}
    while page:
        answer = company.v3("GET", "customers", **page).ok()
        found += [one.get("companyName", "") for one in answer["results"]]
        page = {"page": answer["nextPage"], "max": 2} if "nextPage" in answer else {}
    assert found == sorted(["b", "", "a", "", "c", ""], reverse=direction == "desc")
    ours = [one["companyName"] or "" for one in listed(company, "Customer", sort=[{"field": "name", "asc": True}])]
    assert sorted(ours) == sorted(found)


def test_a_customer_of_v3_is_the_same_on_v2(company):
    made = a_customer(company, billingAddress=ADDRESS, shippingAddress=ADDRESS | {"line2": "2"}, accountType="PERSON")
    shown = read(company, "Customer", made["id"])
    assert (shown["name"], shown["email"], shown["accountType"]) == ("Paperless Band", "ar@band.example", "2")
    assert (shown["billAddress1"], shown["shipAddress2"], shown["billAddressZip"]) == ("987 Side St", "2", "95002")
    data_of(update(company, "Customer", made["id"], name="Band", shipAddressCity="Reno"))
    again = company.v3("GET", f"customers/{made['id']}").ok()
    assert (again["name"], again["email"], again["shippingAddress"]["city"]) == ("Band", "ar@band.example", "Reno")


def test_v2_needs_a_name_alone(company):
    assert create(company, "Customer", name="Cash")["email"] is None
    assert error_of(company.v2("Crud/Create/Customer", {"obj": {"entity": "Customer"}})) == "BDC_1117"


def test_a_whole_record_sent_back_changes_nothing(of_vintage):
    company = of_vintage("2024")
    made = create(company, "Customer", name="Cash", taxId="12-3456789", isTaxLiable=True, defaultDeliveryMethod="1")
    assert made["taxId"] == "*****6789"
    again = data_of(company.v2("Crud/Update/Customer", {"obj": made}))
    assert again | {"updatedTime": made["updatedTime"]} == made
    assert error_of(update(company, "Customer", made["id"], name="Cash", taxId="*****0000")) == "BDC_1119"


def test_a_family_of_customers_has_no_cycle(company):
    eldest = create(company, "Customer", name="Eldest")["id"]
    child = create(company, "Customer", name="Child", parentCustomerId=eldest)["id"]
    grandchild = create(company, "Customer", name="Grandchild", parentCustomerId=child)["id"]
    for own, parent in ((eldest, grandchild), (eldest, child), (eldest, eldest)):
        reply = update(company, "Customer", own, name="x", parentCustomerId=parent)
        assert error_of(reply) == "BDC_1119"
        assert "parentCustomerId" in message_of(reply)
    assert error_of(update(company, "Customer", eldest, parentCustomerId="0cu01QQQQQQQQQQQzzzz")) == "BDC_1120"
    assert data_of(update(company, "Customer", grandchild, parentCustomerId=eldest))["parentCustomerId"] == eldest
    assert [one["id"] for one in listed(company, "Customer", filters=[where("parentCustomerId", "=", eldest)])] == [
        child,
        grandchild,
    ]


def test_two_that_become_each_others_parent_at_once_end_in_one_refusal(api):
    company = api.company()
    ids = [create(company, "Customer", name=name)["id"] for name in ("A", "B")]
    database, answers, start = api.installed.database, [], Barrier(2)

    def adopt(own, parent):
        from billfold.identity import store
        from billfold.kit.clock import wall_now
        from billfold.kit.ctx import Actor, Ctx

        start.wait()
        organization_id = company.made["organizationId"]
        try:
            with database.transaction() as tx:
                tx.enter_organization(organization_id)
                assert store.organization_exists(tx, organization_id)
                actor = Actor("tester", None, trusted=True, face="tests")
                ctx = Ctx(api.installed.pipeline.house, tx, organization_id, actor, wall_now())
                customers.update_customer(ctx, own, {"parent_id": parent})
                ctx.flush()
            answers.append("done")
        except Refusal as refusal:
            answers.append(refusal.code)

    threads = [Thread(target=adopt, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["InvalidField", "done"]


def test_a_customers_tax_id_is_sealed(of_vintage, api):
    company = of_vintage("2024")
    made = create(company, "Customer", name="Cash", taxId="98-7654321")
    data_of(update(company, "Customer", made["id"], taxId="98-7651111"))
    from tests.builders import dump

    assert "7654321" not in repr(dump(api.installed.database))
    assert "7651111" not in repr(dump(api.installed.database))
    assert read(company, "Customer", made["id"])["taxId"] == "*****1111"
    assert data_of(update(company, "Customer", made["id"], taxId=""))["taxId"] is None


# Contacts


def a_contact(company, customer_id, **fields):
    body = {"firstName": "Ada", "lastName": "Byte", "email": "ada@band.example"} | fields
    return company.v3("POST", f"customers/{customer_id}/contacts", body)


def test_a_contact_needs_a_first_name_and_an_email(company):
    customer = a_customer(company)["id"]
    assert messages(company.v3("POST", f"customers/{customer}/contacts", {})) == [
        "firstName: must not be blank",
        "email: must not be blank",
    ]
    assert messages(a_contact(company, customer, phone="1" * 41)) == ["phone: has more than 40 characters"]


def test_an_email_is_one_contacts_of_the_organization_whatever_its_case(company):
    first, second = a_customer(company)["id"], a_customer(company)["id"]
    ada = a_contact(company, first).ok(201)
    refused_reply = a_contact(company, second, email="ADA@band.example")
    assert (refused_reply.status, refused_reply.codes) == (422, ["BDC_1119"])
    company.v3("POST", f"customers/{first}/contacts/{ada['id']}/archive").ok()
    assert a_contact(company, second).status == 422
    bo = a_contact(company, second, email="bo@band.example").ok(201)
    reply = company.v3("PATCH", f"customers/{second}/contacts/{bo['id']}", {"email": "ada@band.example"})
    assert reply.status == 422
    assert error_of(company.v2("Crud/Create/CustomerContact", {
        "obj": {"entity": "CustomerContact", "customerId": first, "email": "bo@band.example"},
    })) == "BDC_1119"  # fmt: skip
    elsewhere = company.api.company()
    assert a_contact(elsewhere, a_customer(elsewhere)["id"]).status == 201


def test_contacts_without_email_are_many(company):
    customer = a_customer(company)["id"]
    for name in ("Ada", "Bo"):
        create(company, "CustomerContact", customerId=customer, firstName=name)
    found = company.v3("GET", f"customers/{customer}/contacts", sort="firstName:desc").ok()["results"]
    assert [one["firstName"] for one in found] == ["Bo", "Ada"]


def test_a_contact_is_found_under_its_own_customer_alone(company):
    own, other = a_customer(company)["id"], a_customer(company)["id"]
    ada = a_contact(company, own).ok(201)
    assert company.v3("GET", f"customers/{own}/contacts/{ada['id']}").ok() == ada
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/archive"), ("POST", "/restore")):
        reply = company.v3(method, f"customers/{other}/contacts/{ada['id']}{path}", {})
        assert (reply.status, reply.codes) == (404, ["BDC_1205"])
    assert company.v3("GET", f"customers/{other}/contacts").ok()["results"] == []
    assert company.v3("GET", "customers/0cu01QQQQQQQQQQQzzzz/contacts").status == 404


def test_a_contact_of_v3_is_the_same_on_v2_and_stays_at_its_customer(company):
    own, other = a_customer(company)["id"], a_customer(company)["id"]
    ada = a_contact(company, own, altPhone="2").ok(201)
    shown = read(company, "CustomerContact", ada["id"])
    assert [shown[name] for name in ("customerId", "firstName", "lastName", "email", "altPhone", "timezoneId")] == [
        own, "Ada", "Byte", "ada@band.example", "2", None,
    ]  # fmt: skip
    assert data_of(company.v2("Crud/Update/CustomerContact", {"obj": shown | {"fax": "3"}}))["fax"] == "3"
    assert error_of(update(company, "CustomerContact", ada["id"], customerId=other)) == "BDC_1119"
    assert data_of(company.v2("Crud/Delete/CustomerContact", {"id": ada["id"]}))["isActive"] == "2"
    assert company.v3("GET", f"customers/{own}/contacts/{ada['id']}").ok()["archived"] is True
    assert data_of(company.v2("Crud/Undelete/CustomerContact", {"id": ada["id"]}))["isActive"] == "1"


def test_every_vintage_shows_a_customer_in_the_documents_order(company):
    made = a_customer(company, invoiceCurrency="CAD")
    old, new = (read(with_vintage(company, vintage), "Customer", made["id"]) for vintage in ("2012", "2024"))
    assert [name for name in new if name in old] == list(old)
    assert (new["invoiceCurrency"], "invoiceCurrency" in old) == ("CAD", False)
    assert list(old)[-3:] == ["mergedIntoId", "hasAuthorizedToCharge", "accountType"]


def test_the_walk_to_the_eldest_ends(database, house):
    from tests.builders import a_company

    company = a_company(database, house)
    with company.ctx() as ctx:
        newest = customers.create_customer(ctx, CustomerDraft(name="0")).id
        loner = customers.create_customer(ctx, CustomerDraft(name="loner")).id
        for number in range(customers.MAX_DEPTH):
            newest = customers.create_customer(ctx, CustomerDraft(name=str(number), parent_id=newest)).id
    refusal = refused(company, lambda ctx: customers.update_customer(ctx, loner, {"parent_id": newest}))
    assert str(refusal) == f"parent_id: is more than {customers.MAX_DEPTH} levels deep"
