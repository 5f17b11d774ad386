"""A fresh organization in one call: user, key, open session, verified bank account, its own world if asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.funding import bank_accounts
from billfold.funding.model import BankAccountDraft
from billfold.identity import developer_keys, organizations, sessions
from billfold.identity.factors.phones import enroll_phone
from billfold.identity.model import AccountType, BusinessCategory, OrganizationDraft, TaxIdType, User
from billfold.identity.roles import Role
from billfold.identity.sessions import TRUST_LIMIT
from billfold.kit import snapshots
from billfold.kit.ctx import Actor, Ctx, House
from billfold.kit.db import Transaction
from billfold.kit.snapshots import FOUNDED, Scope
from billfold.kit.worlds import MAIN_WORLD, create_world, get_world
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.sim.scope import row, sensible_moment

#: Every organization made here has this password, and its hash is known: hashing takes longer than all the rest.
PASSWORD: Final = "sandbox-Password-1"  # noqa: S105 - public, and worth nothing
_PASSWORD_HASH: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$HG3iF2J01hhcm9KNrLOL4A$N6Ak1jEmLoiVpVb72NffbHj8NDoxKlCJiqgzA3IQskw"  # noqa: S105
)
PHONE: Final = "+14155550100"
#: What every organization made here says of itself.
PROFILE: Final = OrganizationDraft(
    address_line1="500 Sandbox Way",
    address_city="San Jose",
    address_state="CA",
    address_zip="95002",
    address_country="US",
    phone="4085550100",
    owner_name="Ada Pay",
    owner_born_on=date(1985, 1, 1),
    tax_id="001234567",
    tax_id_type=TaxIdType.EIN,
    industry="Software or Technology",
    business_category=BusinessCategory.LLC,
    account_type=AccountType.BUSINESS,
    mailing_is_physical=True,
)


class OrganizationBody(msgspec.Struct, kw_only=True):
    """What the organization should be like."""

    name: Annotated[str, Meta(min_length=1, max_length=100)] = "Sandbox Company"
    ownWorld: Annotated[bool, Meta(description="A clock of its own, that nobody else moves.")] = False
    frozenAt: Annotated[datetime | None, Meta(description="Freeze the clock of its own world at this moment.")] = None
    trusted: Annotated[bool, Meta(description="Whether the session has passed MFA.")] = True
    phone: Annotated[bool, Meta(description="Whether the user has a phone enrolled for MFA codes.")] = True


class OrganizationShape(msgspec.Struct):
    """All that a client needs to begin."""

    organizationId: str
    userId: str
    username: str
    password: str
    devKey: str
    sessionId: str
    trusted: bool
    bankAccountId: str
    world: str


class Founder(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to found an organization for."""

    name: str
    username: str
    password_hash: str
    world_id: str
    account_number: str
    organization_id: str = ""
    phone: bool = True


def found_company(house: House, tx: Transaction, founder: Founder, now: datetime) -> tuple[Ctx, User, str]:
    """An organization with an administrator, an enrolled phone and a verified bank account (its id comes last).

    The context is the administrator's; it is for the caller to flush.
    """
    ctx = organizations.create_organization(
        house,
        tx,
        name=founder.name,
        world_id=founder.world_id,
        now=now,
        organization_id=founder.organization_id,
        draft=PROFILE,
    )
    user = organizations.create_user(
        ctx, username=founder.username, password_hash=founder.password_hash, name=("Ada", "Pay"),
        role=Role.ADMINISTRATOR,
    )  # fmt: skip
    if founder.phone:
        enroll_phone(ctx, user.id, PHONE)
    ctx.actor = Actor(user.id, user.role, trusted=True, face="sim")
    account = bank_accounts.create(
        ctx,
        BankAccountDraft(
            name_on_account=founder.name,
            bank_name="Operating",
            routing_number="074000010",
            account_number=founder.account_number,
            kind="CHECKING",
            owner_type="BUSINESS",
        ),
    )
    bank_accounts.verify(ctx, account.id, account.deposit_minor)
    return ctx, user, account.id


def remember_founding(ctx: Ctx, world_id: str) -> None:
    """Keep the organization as it is, for a reset to go back to."""
    snapshots.keep(ctx.tx, Scope(world_id, ctx.organization_id), FOUNDED, [ctx.organization_id])


def create_organization(lobby: Lobby, _: Call, body: OrganizationBody) -> OrganizationShape:
    """A fresh organization with everything that a first payment needs but vendor and bill."""
    house, tx = lobby.house, lobby.tx
    world = get_world(tx, MAIN_WORLD)
    frozen_at = sensible_moment("frozenAt", body.frozenAt)
    if body.ownWorld or frozen_at:
        world = create_world(tx, f"world-{house.randomness.token()[:12]}", frozen_at=frozen_at)
    now = world.clock.now()
    username = f"user-{house.randomness.token()[:12].lower()}@billfold.test"
    founder = Founder(
        name=body.name, username=username, password_hash=_PASSWORD_HASH, world_id=world.id,
        account_number="000123456789", phone=body.phone,
    )  # fmt: skip
    ctx, user, account_id = found_company(house, tx, founder, now)
    developer_key = f"01{house.randomness.token()[:24]}"
    developer_keys.add_key(tx, developer_key, name=body.name, vintage="2021", now=now)
    trusted_until = now + TRUST_LIMIT if body.trusted else None
    session = sessions.open_session(house, tx, user, world.id, now, lobby.face, trusted_until)
    ctx.flush()
    remember_founding(ctx, world.id)
    return OrganizationShape(
        organizationId=ctx.organization_id,
        userId=user.id,
        username=username,
        password=PASSWORD,
        devKey=developer_key,
        sessionId=session,
        trusted=body.trusted,
        bankAccountId=account_id,
        world=world.id,
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of organizations."""
    row(
        catalogue, "POST", "organizations", "Found an organization, ready to pay", create_organization,
        request=OrganizationBody, response=OrganizationShape, success=201,
    )  # fmt: skip
