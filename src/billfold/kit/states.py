"""Transition tables: every change of a state goes through the one table at the top of its noun's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from billfold.kit.errors import StateForbids

S = TypeVar("S", bound=StrEnum)


class Transitions(Generic[S]):
    """Which state may follow which."""

    def __init__(self, noun: str, table: Mapping[S, Iterable[S]]) -> None:
        self.noun = noun
        self.table = {state: frozenset(following) for state, following in table.items()}
        unknown = {state for following in self.table.values() for state in following} - set(self.table)
        assert not unknown, f"{noun}: no row for {unknown}"

    def step(self, noun_id: str, state: S, to: S) -> S:
        """`to`, if it may follow `state`. Raises `StateForbids`."""
        if to not in self.table[state]:
            raise StateForbids(noun=self.noun, id=noun_id, verb=f"become {to}", state=state)
        return to
