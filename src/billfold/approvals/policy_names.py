"""What people call the ids that policies hold: values of rules, users, groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from billfold.approvals import store
from billfold.approvals.model import GroupView, PolicyView, RuleKey
from billfold.approvals.rules import NOUNS
from billfold.identity.users import names_of
from billfold.kit.ctx import Ctx


class Names(msgspec.Struct, frozen=True):
    """By id: what the values of rules and the users are called, and the groups with their members."""

    values: Mapping[str, str]
    users: Mapping[str, str]
    groups: Mapping[str, GroupView]


def names_in(ctx: Ctx, views: Sequence[PolicyView]) -> Names:
    """The names of everything that these policies name, in one statement for each noun."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for rule in (rule for view in views for rule in view.rules if rule.key is not RuleKey.AMOUNT):
        wanted[NOUNS[rule.key]].update(rule.values)
    values: dict[str, str] = {}
    for noun, ids in sorted(wanted.items()):
        values |= store.names_of(ctx.tx, ctx.organization_id, noun, sorted(ids))
    rows = [row for view in views for row in view.approvers]
    group_ids = sorted({row.group_id for row in rows if row.group_id is not None})
    groups = store.groups_of_ids(ctx.tx, ctx.organization_id, group_ids)
    user_ids = {row.user_id for row in rows if row.user_id is not None}
    user_ids.update(user_id for group in groups.values() for user_id in group.user_ids)
    return Names(values, names_of(ctx, user_ids), groups)
