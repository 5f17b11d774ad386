"""Fixtures of v2's tests: a company that speaks the vintage of one developer key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billfold.identity.developer_keys import add_key
from billfold.kit.clock import wall_now
from tests.wire.api import Company


def with_vintage(company: Company, vintage: str) -> Company:
    """The same organization under a developer key of this vintage."""
    key = f"01key{vintage}{company.made['organizationId']}"
    with company.api.installed.database.transaction() as tx:
        add_key(tx, key, name=vintage, vintage=vintage, now=wall_now())
    return Company(company.api, company.made | {"devKey": key})


@pytest.fixture
def of_vintage(company: Company) -> Callable[[str], Company]:
    """Makes the company speak another vintage."""
    return lambda vintage: with_vintage(company, vintage)
