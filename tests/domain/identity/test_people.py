"""Users, roles, invitations and what an organization says of itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from billfold.identity import invitations, profiles, sessions, store, users
from billfold.identity.developer_keys import add_key
from billfold.identity.invitations import INVITATION_LIFETIME, InvitationExpired, InvitationInvalid, accept_invitation
from billfold.identity.messages import read_message
from billfold.identity.model import UserDraft
from billfold.identity.organization_roles import get_role, roles_by_type
from billfold.identity.organizations import get_organization
from billfold.identity.roles import Role
from billfold.identity.sessions import SessionInvalid
from billfold.identity.sign_in import Credentials, sign_in
from billfold.identity.users import EmailTaken, LastAdministrator
from billfold.kit.db import migrations
from billfold.kit.errors import InvalidField, NotFound, Refusals
from billfold.kit.ids import token_hash
from billfold.kit.query import Query
from tests.builders import a_company, a_user, advance, dump, refused


def draft(ctx, role=Role.CLERK, **more):
    return UserDraft(
        **{
            "first_name": "Clark",
            "last_name": "Bee",
            "email": "bee@ex.example",
            "role_id": roles_by_type(ctx)[role].id,
        }
        | more
    )


def invited(company, role=Role.CLERK, **more):
    """A new user and the token from the mail."""
    with company.ctx() as ctx:
        user = users.invite_user(ctx, draft(ctx, role, **more)).user
        (mail,) = [one for one in store.messages(ctx.tx, ctx.organization_id) if one.channel == "mail"][:1]
        assert mail.recipient == user.email
        return user, read_message(ctx, mail).splitlines()[-1]


def accept(company, token):
    with company.database.transaction() as tx:
        return accept_invitation(company.house, tx, token, "a hash", face="tests")


def password_of(company, username):
    with company.database.transaction() as tx:
        return store.password_hash(tx, username)


# Roles


def test_an_organization_has_one_row_for_every_role(company):
    with company.ctx() as ctx:
        roles = roles_by_type(ctx)
        assert set(roles) == set(Role)
        assert len({role.id for role in roles.values()}) == len(Role)
        assert all(role.id.startswith("0po") and get_role(ctx, role.id) == role for role in roles.values())


def test_an_organization_from_before_the_rows_gets_them_by_the_migration(company, kind):
    (text,) = [text for number, _, text in migrations() if number == 2]
    (backfill,) = [part for part in text.split(";") if "INSERT INTO roles" in part]
    with company.ctx() as ctx:
        ctx.tx.run("DELETE FROM roles WHERE organization_id = ?", (ctx.organization_id,))
    with company.database.transaction() as tx:
        if kind == "postgresql":
            tx.run("SET LOCAL ROLE NONE")
        tx.run(backfill[backfill.index("INSERT") :])
    with company.ctx() as ctx:
        roles = roles_by_type(ctx)
        assert set(roles) == set(Role)
        assert {len(role.id) for role in roles.values()} == {20}
        assert len({role.id for role in roles.values()}) == len(Role)
        assert users.get_user(ctx, company.admin.user_id).role.type is Role.ADMINISTRATOR


def test_a_role_of_another_organization_is_unknown(company, database, house):
    other = a_company(database, house)
    with other.ctx() as ctx:
        foreign = roles_by_type(ctx)[Role.CLERK].id
    with company.ctx() as ctx, pytest.raises(NotFound):
        users.invite_user(ctx, draft(ctx, role_id=foreign))


# Inviting


def test_who_is_invited_without_a_role_is_an_administrator(company):
    with company.ctx() as ctx:
        assert users.invite_user(ctx, draft(ctx, role_id=None)).user.role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_name", " "), ("last_name", "x" * 101), ("email", "no address"), ("email", "a@b, c@d"), ("email", "")],
)
def test_names_and_addresses_have_to_make_sense(company, field, value):
    refusal = refused(company, lambda ctx: users.invite_user(ctx, draft(ctx, **{field: value})))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == field


def test_everything_wrong_with_an_invitation_is_said_together(company):
    refusal = refused(company, lambda ctx: users.invite_user(ctx, draft(ctx, first_name="", email="x")))
    assert isinstance(refusal, Refusals)
    assert [one.path for one in refusal.refusals] == ["first_name", "email"]


@pytest.mark.parametrize("email", ["bee@ex.example", "Bee@EX.example"])
def test_an_address_is_a_user_once_even_when_archived(company, email):
    user, _ = invited(company)
    with company.ctx() as ctx:
        users.archive_user(ctx, user.id)
    assert isinstance(refused(company, lambda ctx: users.invite_user(ctx, draft(ctx, email=email))), EmailTaken)


def test_the_same_person_can_be_invited_by_two_organizations_and_keeps_the_password(company, database, house):
    other = a_company(database, house)
    _, first = invited(company)
    _, second = invited(other)
    assert accept(company, first).organization_id == company.organization_id
    with database.transaction() as tx:
        accept_invitation(house, tx, second, "another hash", face="tests")
    assert password_of(company, "bee@ex.example") == "a hash"


def test_an_invitation_gives_a_password_once(company):
    user, token = invited(company)
    assert password_of(company, user.username) is None
    assert accept(company, token) == user
    assert password_of(company, user.username) == "a hash"
    with pytest.raises(InvitationInvalid):
        accept(company, token)


def test_an_invitation_is_good_for_sixty_days(company):
    _, token = invited(company)
    _, late = invited(company, email="late@ex.example")
    assert timedelta(days=60) == INVITATION_LIFETIME
    advance(company, days=60)
    accept(company, token)
    advance(company, minutes=1)
    with pytest.raises(InvitationExpired):
        accept(company, late)


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda _: "", lambda _: "."])
def test_a_wrong_token_is_refused(company, change):
    _, token = invited(company)
    with pytest.raises(InvitationInvalid):
        accept(company, change(token))


def test_an_archived_user_cannot_accept(company):
    user, token = invited(company)
    with company.ctx() as ctx:
        users.archive_user(ctx, user.id)
    with pytest.raises(InvitationInvalid):
        accept(company, token)


def test_the_token_is_nowhere_in_the_database(company):
    _, token = invited(company)
    secret = token.split(".")[1]
    assert len(secret) == 43
    assert secret not in repr(dump(company.database))
    assert token_hash(token) in repr(dump(company.database))


# Rights act at once


def signed_in(company, actor):
    """An open session of this user; its token."""
    with company.ctx() as ctx:
        user = users.get_user(ctx, actor.user_id).user
        return sessions.open_session(company.house, ctx.tx, user, company.world_id, ctx.now, "tests", None)


def session_of(company, token):
    with company.database.transaction() as tx:
        return store.SESSIONS.get(tx, token_hash(token))


def test_a_new_role_counts_for_the_sessions_that_are_open(company):
    with company.ctx() as ctx:
        clerk, other = a_user(ctx, Role.CLERK), a_user(ctx, Role.PAYER)
    tokens = [signed_in(company, clerk), signed_in(company, clerk)]
    others = signed_in(company, other)
    with company.ctx() as ctx:
        view = users.update_user(ctx, clerk.user_id, {"role_id": roles_by_type(ctx)[Role.AUDITOR].id})
    assert view.role.type is Role.AUDITOR
    assert {session_of(company, token).role for token in tokens} == {Role.AUDITOR}
    assert session_of(company, others).role is Role.PAYER


def test_archiving_closes_the_users_sessions_and_forgets_the_devices(company):
    with company.ctx() as ctx:
        clerk = a_user(ctx, Role.CLERK)
    person = (company.organization_id, clerk.user_id)
    token, kept = signed_in(company, clerk), signed_in(company, company.admin)
    until = company.now() + timedelta(days=30)
    session = session_of(company, token)
    with company.ctx() as ctx:
        store.remember_device(ctx.tx, session, "a device", "mine", until, only_session=False)
        assert store.remembered_until(ctx.tx, person, "a device", "mine") == until
        assert users.archive_user(ctx, clerk.user_id).user.archived
        assert store.remembered_until(ctx.tx, person, "a device", "mine") is None
    assert session_of(company, token) is None
    assert session_of(company, kept) is not None
    with company.database.transaction() as tx, pytest.raises(sessions.Refusal) as refusal:
        sessions.authenticate(tx, "", token, "tests")
    assert not isinstance(refusal.value, SessionInvalid)  # the developer key is asked for first


def test_archiving_and_restoring_twice_changes_nothing(company):
    with company.ctx() as ctx:
        clerk = a_user(ctx, Role.CLERK)
        users.archive_user(ctx, clerk.user_id)
    advance(company, days=1)
    with company.ctx() as ctx:
        again = users.archive_user(ctx, clerk.user_id).user
        assert again.updated_at < ctx.now
        assert not users.restore_user(ctx, clerk.user_id).user.archived
    advance(company, days=1)
    with company.ctx() as ctx:
        assert users.restore_user(ctx, clerk.user_id).user.updated_at < ctx.now


def test_a_user_of_another_organization_is_unknown(company, database, house):
    foreign = a_company(database, house).admin.user_id
    for work in (users.get_user, users.archive_user, users.restore_user):
        assert isinstance(refused(company, lambda ctx, work=work: work(ctx, foreign)), NotFound)
    assert isinstance(refused(company, lambda ctx: users.update_user(ctx, foreign, {})), NotFound)


# The last administrator


def demote(ctx, user_id):
    return users.update_user(ctx, user_id, {"role_id": roles_by_type(ctx)[Role.CLERK].id})


def archive(ctx, user_id):
    return users.archive_user(ctx, user_id)


@pytest.mark.parametrize("step", [demote, archive])
def test_the_last_administrator_stays(company, step):
    with company.ctx() as ctx:
        a_user(ctx, Role.ACCOUNTANT)
        second = a_user(ctx, Role.ADMINISTRATOR)
        step(ctx, second.user_id)
    assert isinstance(refused(company, lambda ctx: step(ctx, company.admin.user_id)), LastAdministrator)
    with company.ctx() as ctx:
        users.update_user(ctx, company.admin.user_id, {"first_name": "Grace"})  # but the name may change


def test_an_archived_administrator_does_not_count(company):
    with company.ctx() as ctx:
        second = a_user(ctx, Role.ADMINISTRATOR)
        users.archive_user(ctx, second.user_id)
        demote(ctx, second.user_id)  # an archived one may lose the role
    assert isinstance(refused(company, lambda ctx: archive(ctx, company.admin.user_id)), LastAdministrator)


@pytest.mark.parametrize("steps", [(archive, archive), (demote, demote), (archive, demote)])
def test_two_requests_cannot_take_away_one_administrator_each(company, steps):
    with company.ctx() as ctx:
        both = [company.admin, a_user(ctx, Role.ADMINISTRATOR)]
    barrier = Barrier(2)

    def take_away(number):
        barrier.wait()
        try:
            with company.ctx() as ctx:
                steps[number](ctx, both[number].user_id)
        except LastAdministrator:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(take_away, range(2))) == [False, True]
    with company.ctx() as ctx:
        found = users.list_users(ctx, Query()).items
        assert [one.user.role for one in found if not one.user.archived].count(Role.ADMINISTRATOR) == 1


def test_who_signs_in_while_being_archived_is_signed_out(company):
    """The sign-in holds the user's row until it commits; the archiving waits, and then sees the session."""
    with company.ctx() as ctx:
        clerk = a_user(ctx, Role.CLERK)
        username = users.get_user(ctx, clerk.user_id).user.username
    key = "01 a developer key"
    with company.ctx() as ctx:
        add_key(ctx.tx, key, name="tests", vintage="2021", now=ctx.now)
    given = Credentials(
        username=username, password="irrelevant", password_fits=True, developer_key=key, source="192.0.2.1"
    )

    def archive_now():
        with company.ctx() as ctx:
            users.archive_user(ctx, clerk.user_id)

    archiving = Thread(target=archive_now)
    with company.database.transaction() as tx:
        token = sign_in(company.house, tx, company.organization_id, given, "tests").token
        archiving.start()
        archiving.join(0.5)
        assert archiving.is_alive()
    archiving.join()
    assert session_of(company, token) is None


# What an organization says of itself


def test_what_changes_is_kept_and_the_tax_id_is_sealed(company):
    with company.ctx() as ctx:
        changes = {"name": "Rice Cakes Inc", "tax_id": "12-3456789", "owner_born_on": date(1985, 1, 1)}
        assert profiles.update_organization(ctx, changes).tax_id_last4 == "6789"
        organization = get_organization(ctx)
        sealed = ctx.tx.one("SELECT tax_id_sealed FROM organizations WHERE organization_id = ?", (ctx.organization_id,))
        assert ctx.vault().open(*store.SEALED_TAX_ID, ctx.organization_id, bytes(sealed[0])) == "123456789"
        assert (organization.name, organization.owner_born_on) == ("Rice Cakes Inc", date(1985, 1, 1))
    assert "123456789" not in repr(dump(company.database))
    with company.ctx() as ctx:
        cleared = profiles.update_organization(ctx, {"tax_id": None})
        assert cleared.tax_id_last4 is None


def test_an_address_is_whole_or_gone(company):
    parts = {"address_line1": "1 A St", "address_city": "Reno", "address_zip": "89501", "address_country": "US"}
    refusal = refused(company, lambda ctx: profiles.update_organization(ctx, {"address_zip": "89501"}))
    assert [one.path for one in refusal.refusals] == ["address_line1", "address_city", "address_country"]
    with company.ctx() as ctx:
        profiles.update_organization(ctx, parts)
        assert profiles.update_organization(ctx, {"address_zip": "89502"}).address_city == "Reno"
        assert profiles.update_organization(ctx, dict.fromkeys(parts)).address_city is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 101),
        ("tax_id", "12345"),
        ("industry", "Dragon Breeding"),
        ("owner_born_on", date(2999, 1, 1)),
        ("phone", "1" * 41),
        ("owner_name", "x" * 101),
    ],
)
def test_each_field_has_its_rule(company, field, value):
    refusal = refused(company, lambda ctx: profiles.update_organization(ctx, {field: value}))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == field


def test_saying_the_same_again_is_no_change(company):
    with company.ctx() as ctx:
        before = get_organization(ctx)
    advance(company, days=1)
    with company.ctx() as ctx:
        assert profiles.update_organization(ctx, {"name": before.name}) == before


def test_what_invites_is_named_in_the_mail(company):
    with company.ctx() as ctx:
        user = users.add_user(ctx, username="a@b.example", name=("A", "B"), role=Role.CLERK)
        invitations.invite(ctx, user)
        (mail,) = store.messages(ctx.tx, ctx.organization_id, 1)
        assert "you are invited to Acme Anvils" in read_message(ctx, mail)
