"""The records of identity."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from billfold.identity.roles import Role
from billfold.kit.ctx import RecordStatus


class Installation(msgspec.Struct, frozen=True):
    """What a database was born as. `organizations` counts them; `key_check` tells one master key from another."""

    id: str
    profile: str
    organizations: int
    key_check: str
    created_at: datetime


class TaxIdType(StrEnum):
    """Which authority's number a tax id is."""

    EIN = "EIN"
    SSN = "SSN"
    UNDEFINED = "UNDEFINED"


class BusinessCategory(StrEnum):
    """The legal form of a company; the contract names four and says that there are more (core §2.1)."""

    SOLE_PROPRIETOR = "SOLE_PROPRIETOR"
    PARTNERSHIP = "PARTNERSHIP"
    LLC = "LLC"
    C_CORPORATION = "C_CORPORATION"
    S_CORPORATION = "S_CORPORATION"
    NON_PROFIT = "NON_PROFIT"
    INDIVIDUAL = "INDIVIDUAL"
    UNKNOWN = "UNKNOWN"
    UNDEFINED = "UNDEFINED"


class AccountType(StrEnum):
    """Whether the organization is a business or one person."""

    BUSINESS = "BUSINESS"
    EMPLOYEE_OR_INDIVIDUAL = "EMPLOYEE_OR_INDIVIDUAL"


class OrganizationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an organization may say of itself, beside its name. The tax id is digits, in clear."""

    address_line1: str | None = None
    address_line2: str | None = None
    address_city: str | None = None
    address_state: str | None = None
    address_zip: str | None = None
    address_country: str | None = None
    mailing_line1: str | None = None
    mailing_line2: str | None = None
    mailing_city: str | None = None
    mailing_state: str | None = None
    mailing_zip: str | None = None
    mailing_country: str | None = None
    phone: str | None = None
    owner_name: str | None = None
    owner_born_on: date | None = None
    tax_id: str | None = None
    tax_id_type: TaxIdType | None = None
    industry: str | None = None
    business_category: BusinessCategory | None = None
    account_type: AccountType | None = None
    mailing_is_physical: bool | None = None
    individual_transfer_out: bool | None = None
    individual_transfer_in: bool | None = None
    time_zone: str | None = None


class OrganizationStatus(StrEnum):
    """Whether anybody can sign in to an organization."""

    ACTIVE = "active"
    LOCKED = "locked"
    WITHOUT_API = "without api access"


class Organization(msgspec.Struct, frozen=True):
    """A company. `data_key` is wrapped; `company_entry_id` identifies it as an originator in bank files.

    `price_plan` is a key of `price_plans.PLANS`; None means the profile's default.
    """

    organization_id: str
    name: str
    status: OrganizationStatus
    data_key: bytes
    company_entry_id: str
    created_at: datetime
    updated_at: datetime
    address_line1: str | None
    address_line2: str | None
    address_city: str | None
    address_state: str | None
    address_zip: str | None
    address_country: str | None
    mailing_line1: str | None
    mailing_line2: str | None
    mailing_city: str | None
    mailing_state: str | None
    mailing_zip: str | None
    mailing_country: str | None
    phone: str | None
    owner_name: str | None
    owner_born_on: date | None
    tax_id_last4: str | None
    tax_id_type: TaxIdType | None
    industry: str | None
    business_category: BusinessCategory | None
    account_type: AccountType | None
    mailing_is_physical: bool | None
    individual_transfer_out: bool | None
    individual_transfer_in: bool | None
    price_plan: str | None
    partner: str | None = None
    time_zone: str | None = None


class OrganizationSnapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """What events keep of an organization: what it says of itself, without keys and the owner's birthday."""

    id: str
    name: str
    address_line1: str | None = None
    address_line2: str | None = None
    address_city: str | None = None
    address_state: str | None = None
    address_zip: str | None = None
    address_country: str | None = None
    phone: str | None = None
    owner_name: str | None = None
    tax_id_last4: str | None = None
    tax_id_type: TaxIdType | None = None
    industry: str | None = None
    business_category: BusinessCategory | None = None
    account_type: AccountType | None = None
    price_plan: str | None = None
    time_zone: str | None = None


class Controls(msgspec.Struct, frozen=True):
    """What an organization demands of its people beyond their roles.

    `forbid_creator`: nobody approves what they entered or changed. `confirm_vendor_accounts`: a vendor's new bank
    account is paid only when a second user has confirmed it. `refuse_duplicate_bills`: a vendor's second bill with the
    same number is refused.
    """

    organization_id: str
    forbid_creator: bool
    confirm_vendor_accounts: bool
    updated_at: datetime
    refuse_duplicate_bills: bool = False

    @property
    def id(self) -> str:
        """What an event is about: the organization."""
        return self.organization_id


class OrganizationRole(msgspec.Struct, frozen=True):
    """A role as an organization has it: every organization has one row for each `Role`."""

    organization_id: str
    id: str
    ordinal: int
    type: Role
    description: str
    created_at: datetime
    updated_at: datetime


class AccessSnapshot(msgspec.Struct, frozen=True):
    """What events keep of who may sign in to an organization."""

    id: str
    status: OrganizationStatus
    partner: str | None


class User(msgspec.Struct, frozen=True):
    """A person in one organization. The password belongs to the login, across organizations.

    `username` is as it was given; `login` is the login that it means (`store.login_of`).
    """

    organization_id: str
    id: str
    ordinal: int
    username: str
    first_name: str
    last_name: str
    email: str
    role: Role
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    time_zone: str | None
    login: str

    @property
    def archived(self) -> bool:
        """Whether the user was put out of use and cannot sign in."""
        return self.record_status is not RecordStatus.ACTIVE


class UserView(msgspec.Struct, frozen=True):
    """A user with the role's row."""

    user: User
    role: OrganizationRole


class UserDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A user to invite. Without a role: an administrator (core §2.2)."""

    first_name: str
    last_name: str
    email: str
    role_id: str | None = None
    time_zone: str | None = None


class Invitation(msgspec.Struct, frozen=True):
    """An invitation by mail. The id is the hash of its token."""

    organization_id: str
    id: str
    user_id: str
    expires_at: datetime
    accepted_at: datetime | None
    created_at: datetime


class Session(msgspec.Struct, frozen=True):
    """An open session. The role is copied here so that reading needs no second look-up.

    `sync_token_id` is set where a sync token opened it: such a session has limited rights.
    """

    token_hash: str
    organization_id: str
    user_id: str
    role: Role
    world_id: str
    face: str
    created_at: datetime
    last_used_at: datetime
    trusted_until: datetime | None
    sync_token_id: str | None = None


class DeveloperKey(msgspec.Struct, frozen=True):
    """A developer key. `vintage` chooses the field order of v2's answers (settled.md §1).

    `mfa_bypass`: its sessions may do without multi-factor authentication. `terms_accepted`: whether its owner has
    accepted the developer terms, without which it is refused. `partner`: it signs in to this partner's organizations
    only.
    """

    key_hash: str
    name: str
    vintage: str
    is_active: bool
    created_at: datetime
    mfa_bypass: bool = False
    terms_accepted: bool = True
    partner: str | None = None


class SyncToken(msgspec.Struct, frozen=True):
    """A token that signs in as its user, with limited rights. Only its hash is kept."""

    organization_id: str
    id: str
    ordinal: int
    user_id: str
    name: str
    token_hash: str
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


class SyncTokenSnapshot(msgspec.Struct, frozen=True):
    """What events keep of a sync token."""

    id: str
    user_id: str
    name: str


class Failures(msgspec.Struct, frozen=True):
    """Wrong passwords or codes of one subject from one source. Until `open_at` no further one is looked at."""

    world_id: str
    subject: str
    source: str
    failures: int
    last_failed_at: datetime
    open_at: datetime


class Message(msgspec.Struct, frozen=True):
    """A text message or mail to deliver; a sandbox shows it in the outbox instead.

    The body is sealed: it may hold a verification code.
    """

    organization_id: str
    id: str
    ordinal: int
    channel: str
    recipient: str
    body_sealed: bytes
    created_at: datetime
    #: Whose code it holds, where it holds one.
    user_id: str | None = None


class AdminToken(msgspec.Struct, frozen=True):
    """A key to the administration face, of one organization or (None) of the whole installation."""

    token_hash: str
    id: str
    name: str
    organization_id: str | None
    created_at: datetime
    revoked_at: datetime | None
