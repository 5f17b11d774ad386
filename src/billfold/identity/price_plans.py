"""Price plans as data, and what a month's use costs by one (contract: core §2.1; the amounts are Billfold's choice).

Who hosts Billfold pays nobody for it: that is the plan of a production database. The others let an integrator read
and add up statements that look like BILL's.
"""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.identity.model import Organization
from billfold.kit.settings import Profile

SUBSCRIPTION: Final = "SUBSCRIPTION"
TRANSACTION: Final = "TRANSACTION"


class PlanTerm(msgspec.Struct, frozen=True):
    """A tier: the first `quantity` units cost `price_minor` each, then comes the next; the last is for all the rest."""

    kind: str
    name: str
    tier: int
    quantity: int
    price_minor: int


class PricePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a month costs, in US cents: `monthly_minor` (for each user, if `per_user`) and the payments by tiers."""

    id: str
    name: str
    monthly_minor: int
    allow_trial: bool
    per_user: bool
    terms: tuple[PlanTerm, ...]


class Usage(msgspec.Struct, frozen=True):
    """What was used in a month."""

    users: int
    payments: int


class Charge(msgspec.Struct, frozen=True):
    """A line of a statement."""

    quantity: int
    description: str
    kind: str
    amount_minor: int


def _by_payment(*tiers: tuple[int, int]) -> tuple[PlanTerm, ...]:
    return tuple(
        PlanTerm(TRANSACTION, "paymentCount", tier, quantity, price)
        for tier, (quantity, price) in enumerate(tiers, start=1)
    )


SELF_HOSTED: Final = PricePlan(
    id="SelfHosted", name="Self-hosted", monthly_minor=0, allow_trial=False, per_user=False, terms=()
)
_BILLS_OWN: Final = (
    PricePlan(
        id="PricePlan1", name="Essentials", monthly_minor=45_00, allow_trial=True, per_user=True,
        terms=_by_payment((5, 0), (95, 59), (1, 49)),
    ),
    PricePlan(
        id="PricePlan2", name="Team", monthly_minor=55_00, allow_trial=True, per_user=True,
        terms=_by_payment((10, 0), (1, 59)),
    ),
    PricePlan(
        id="PricePlan3", name="Corporate", monthly_minor=79_00, allow_trial=True, per_user=True,
        terms=_by_payment((25, 0), (1, 49)),
    ),
    PricePlan(
        id="PricePlan4", name="Flat", monthly_minor=199_00, allow_trial=False, per_user=False,
        terms=_by_payment((200, 0), (1, 39)),
    ),
    PricePlan(
        id="PricePlan5", name="By the payment", monthly_minor=0, allow_trial=False, per_user=False,
        terms=_by_payment((100, 99), (1, 79)),
    ),
)  # fmt: skip
PLANS: Final = {plan.id: plan for plan in (SELF_HOSTED, *_BILLS_OWN)}


def plan_of(organization: Organization, profile: Profile) -> PricePlan:
    """The organization's plan: its own, else what the profile of the installation begins with."""
    return PLANS[organization.price_plan or ("PricePlan1" if profile is Profile.SANDBOX else SELF_HOSTED.id)]


def charges(plan: PricePlan, usage: Usage) -> list[Charge]:
    """What a month costs, line by line: the subscription, then each tier of payments that was reached."""
    units = usage.users if plan.per_user else 1
    word = "users" if plan.per_user else "month"
    found = [Charge(units, f"{plan.name}: {word}", SUBSCRIPTION, units * plan.monthly_minor)]
    left = usage.payments
    for position, term in enumerate(plan.terms):
        is_last = position == len(plan.terms) - 1
        units = left if is_last else min(left, term.quantity)
        if units:
            found.append(Charge(units, f"Payments, tier {term.tier}", term.kind, units * term.price_minor))
        left -= units
    return found
