"""Founding organizations and their users."""

from __future__ import annotations

from datetime import datetime

from billfold.identity import store
from billfold.identity.events import OrganizationCreated, PhoneEnrolled, UserCreated
from billfold.identity.model import DeveloperKey, Organization, OrganizationSnapshot, Phone, PhoneSnapshot, User
from billfold.identity.roles import Role
from billfold.kit.ctx import CLOCK_ACTOR, Ctx, House, RecordStatus
from billfold.kit.db import Transaction
from billfold.kit.ids import make_id, token_hash
from billfold.kit.vaults import new_data_key

ORGANIZATION_PREFIX = "008"
USER_PREFIX = "006"
PHONE_PREFIX = "mph"


def create_organization(
    house: House, tx: Transaction, *, name: str, world_id: str, now: datetime, organization_id: str = ""
) -> Ctx:
    """A new organization in a world; the context to go on with, in which the clock is the actor."""
    number = store.next_organization_number(tx)
    organization_id = organization_id or make_id(ORGANIZATION_PREFIX, house.seed, "installation", 36**3 + number)
    tx.enter_organization(organization_id)
    organization = Organization(
        organization_id=organization_id,
        name=name,
        status="active",
        data_key=new_data_key(house.keyring, house.randomness, organization_id),
        company_entry_id=f"1{number:09d}",
        created_at=now,
        updated_at=now,
    )
    store.add_organization(tx, organization, world_id)
    ctx = Ctx(house, tx, organization_id, CLOCK_ACTOR, now)
    ctx.emit(OrganizationCreated(OrganizationSnapshot(organization_id, name)))
    return ctx


def get_organization(ctx: Ctx) -> Organization:
    """The organization that the context is in."""
    organization = store.ORGANIZATIONS.get(ctx.tx, ctx.organization_id)
    assert organization is not None, f"there is no organization {ctx.organization_id}"
    return organization


def create_user(ctx: Ctx, *, username: str, password_hash: str, name: tuple[str, str], role: Role) -> User:
    """A user of this organization; a username that exists keeps its password. Name is (first, last)."""
    user_id, ordinal = ctx.ids.new(USER_PREFIX)
    user = User(
        organization_id=ctx.organization_id,
        id=user_id,
        ordinal=ordinal,
        username=username,
        first_name=name[0],
        last_name=name[1],
        email=username,
        role=role,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.add_login(ctx.tx, username, password_hash, ctx.now)
    store.add_membership(ctx.tx, username, ctx.organization_id)
    store.USERS.insert(ctx.tx, user)
    ctx.emit(UserCreated(user))
    return user


def enroll_phone(ctx: Ctx, user_id: str, number: str, *, channel: str = "text") -> Phone:
    """Enroll a verified phone for the user's codes. `number` is in international form, `+14155550100`."""
    phone_id, _ = ctx.ids.new(PHONE_PREFIX)
    phone = Phone(
        organization_id=ctx.organization_id,
        id=phone_id,
        user_id=user_id,
        kind="MOBILE",
        phone_sealed=ctx.vault().seal("mfa_phones", "phone_sealed", phone_id, number),
        last4=number[-4:],
        is_primary=True,
        created_at=ctx.now,
        channel=channel,
    )
    store.PHONES.insert(ctx.tx, phone)
    ctx.emit(PhoneEnrolled(PhoneSnapshot(phone.id, phone.user_id, phone.kind, phone.last4)))
    return phone


def add_developer_key(tx: Transaction, key: str, *, name: str, vintage: str, now: datetime) -> None:
    """Make a developer key known; only its hash is kept."""
    store.DEVELOPER_KEYS.insert(tx, DeveloperKey(token_hash(key), name, vintage, is_active=True, created_at=now))
