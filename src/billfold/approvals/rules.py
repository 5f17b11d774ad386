"""The rules of policies: reading them, and whether they hold (contract v3-payables.md §5).

Rules are ANDed. A rule on ids holds where the subject itself or any of its lines names one of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from billfold.accounting.model import Kind
from billfold.approvals import store
from billfold.approvals.model import Facts, Rule, RuleDraft, RuleKey, RuleOp
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, NotFound
from billfold.kit.money import read_number

MAX_RULES: Final = 50
MAX_VALUES: Final = 200
#: More than any amount of a bill.
_MOST: Final = Decimal(10) ** 13

_COMPARISONS: Final[Mapping[RuleOp, Callable[[Decimal, Decimal], bool]]] = {
    RuleOp.EQ: operator.eq,
    RuleOp.GT: operator.gt,
    RuleOp.GTE: operator.ge,
    RuleOp.LT: operator.lt,
    RuleOp.LTE: operator.le,
}
_AMOUNT_OPS: Final = frozenset(_COMPARISONS)
_ID_OPS: Final = frozenset({RuleOp.EQ, RuleOp.IN})
#: What the ids of a key name: a kind of classification, or a party.
NOUNS: Final[Mapping[RuleKey, str]] = {
    RuleKey.VENDOR: "vendor",
    RuleKey.CUSTOMER: "customer",
    RuleKey.CHART_OF_ACCOUNT: Kind.CHART_OF_ACCOUNT.value,
    RuleKey.ACCOUNTING_CLASS: Kind.ACCOUNTING_CLASS.value,
    RuleKey.DEPARTMENT: Kind.DEPARTMENT.value,
    RuleKey.LOCATION: Kind.LOCATION.value,
    RuleKey.ITEM: Kind.ITEM.value,
    RuleKey.JOB: Kind.JOB.value,
    RuleKey.EMPLOYEE: Kind.EMPLOYEE.value,
}


def hold(rules: Sequence[Rule], facts: Facts) -> bool:
    """Whether all of them hold; no rules hold for everything."""
    return all(_holds(rule, facts) for rule in rules)


def dump(rules: Sequence[Rule]) -> str:
    """Rules as they are stored."""
    return msgspec.json.encode(rules).decode()


def load(stored: str) -> list[Rule]:
    """Rules again."""
    return msgspec.json.decode(stored, type=list[Rule])


def read_rules(ctx: Ctx, drafts: Sequence[RuleDraft]) -> list[Rule]:
    """What is written in the drafts, all of it known.

    Raises `InvalidField`s for every wrong key, op and value, then `NotFound`s for every unknown id.
    """
    checks = Checks()
    checks.require(len(drafts) <= MAX_RULES, InvalidField("rules", f"has more than {MAX_RULES} rules"))
    checks.raise_any()
    rules = [rule for place, draft in enumerate(drafts) if (rule := _read(draft, f"rules[{place}]", checks))]
    checks.raise_any()
    for rule in rules:
        _check_ids(ctx, rule, checks)
    checks.raise_any()
    return rules


def _holds(rule: Rule, facts: Facts) -> bool:
    if rule.key is RuleKey.AMOUNT:
        return _COMPARISONS[rule.op](facts.amount, Decimal(rule.values[0]))
    return not facts.ids.get(rule.key, frozenset()).isdisjoint(rule.values)


def _read(draft: RuleDraft, place: str, checks: Checks) -> Rule | None:
    if draft.key not in set(RuleKey):
        checks.note(InvalidField(f"{place}.key", f"must be one of {', '.join(RuleKey)}", draft.key))
        return None
    key = RuleKey(draft.key)
    ops = _AMOUNT_OPS if key is RuleKey.AMOUNT else _ID_OPS
    if draft.op not in ops:
        names = ", ".join(op for op in RuleOp if op in ops)
        checks.note(InvalidField(f"{place}.op", f"must be one of {names} for {key}", draft.op))
        return None
    op = RuleOp(draft.op)
    most = MAX_VALUES if op is RuleOp.IN else 1
    if not 1 <= len(draft.values) <= most:
        wanted = "one value" if most == 1 else f"1 to {most} values"
        checks.note(InvalidField(f"{place}.values", f"must have {wanted} for {op}"))
        return None
    if key is not RuleKey.AMOUNT:
        return Rule(key, op, draft.values)
    amount = _read_amount(draft.values[0])
    checks.require(amount is not None, InvalidField(f"{place}.values[0]", "must be an amount", draft.values[0]))
    return None if amount is None else Rule(key, op, (format(amount, "f"),))


def _read_amount(text: str) -> Decimal | None:
    amount = read_number(text)
    if amount is None or not 0 <= amount < _MOST or amount != amount.quantize(Decimal("0.01")):
        return None
    return amount


def _check_ids(ctx: Ctx, rule: Rule, checks: Checks) -> None:
    """Archived ones too may be named: bills of theirs may still come to be changed."""
    if rule.key is RuleKey.AMOUNT:
        return
    noun = NOUNS[rule.key]
    known = store.names_of(ctx.tx, ctx.organization_id, noun, rule.values)
    for value in rule.values:
        checks.require(value in known, NotFound(noun, value))
