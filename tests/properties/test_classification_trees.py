"""Whatever is moved below whatever, on whichever face: a tree stays a forest, and both faces see the same one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billfold.wire.classifications import SPELLINGS
from tests.properties.effort import EFFORT
from tests.wire.api import Api, Company, embedded_house

SIZE = 6
NULL_ID = "0" * 20
#: Move this one below that one (or to the top) by this way; `bulk` moves two, all or nothing.
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["v3", "v2", "bulk", "merge", "archive", "restore"]),
        st.lists(st.tuples(st.integers(0, SIZE - 1), st.one_of(st.none(), st.integers(0, SIZE - 1))), min_size=2, max_size=2),
    ),
    max_size=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with embedded_house() as made:
        yield made


class Forest:
    """What should be: parents, who is out of use, who was merged."""

    def __init__(self, ids: list[str]) -> None:
        self.parents: dict[str, str | None] = dict.fromkeys(ids)
        self.archived: set[str] = set()
        self.merged: set[str] = set()

    def above(self, one: str | None) -> list[str]:
        found: list[str] = []
        while one is not None:
            assert one not in found, "a circle"
            found.append(one)
            one = self.parents[one]
        return found

    def move(self, one: str, parent: str | None) -> bool:
        if parent != self.parents[one] and (parent in self.archived or one in self.above(parent)):
            return False
        self.parents[one] = parent
        return True

    def move_both(self, moves: list[tuple[str, str | None]]) -> bool:
        before = dict(self.parents)
        if moves[0][0] != moves[1][0] and all(self.move(*move) for move in moves):
            return True
        self.parents = before
        return False

    def merge(self, one: str, into: str | None) -> bool:
        if into is None or one in self.merged or into in self.archived or one in self.above(into):
            return False
        self.parents |= {child: into for child, parent in self.parents.items() if parent == one}
        self.archived.add(one)
        self.merged.add(one)
        return True

    def archive(self, one: str) -> bool:
        self.archived.add(one)
        return True

    def restore(self, one: str) -> bool:
        if one in self.merged:
            return False
        self.archived.discard(one)
        return True


def expected(forest: Forest, way: str, moves: list[tuple[str, str | None]]) -> bool:
    one, other = moves[0]
    if way in {"v3", "v2"}:
        return forest.move(one, other)
    if way == "bulk":
        return forest.move_both(moves)
    return forest.merge(one, other) if way == "merge" else getattr(forest, way)(one)


def done(company: Company, path: str, entity: str, way: str, moves: list[tuple[str, str | None]]) -> bool:
    one, other = moves[0]
    if way == "v3":
        return company.v3("PATCH", f"{path}/{one}", {"parentId": other}).status == 200
    if way == "v2":
        data = {"obj": {"entity": entity, "id": one, f"parent{entity}Id": other or NULL_ID}}
        return company.v2(f"Crud/Update/{entity}", data).json["response_status"] == 0
    if way == "bulk":
        return company.v3("PATCH", f"{path}/bulk", [{"id": one, "parentId": to} for one, to in moves]).status == 200
    if way == "merge":
        return company.sim("POST", f"classifications/{one}/merge", {"intoId": other or NULL_ID}).status == 200
    return company.v3("POST", f"{path}/{one}/{way}").status == 200


@settings(
    max_examples=max(1, int(30 * EFFORT)),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kind=st.integers(0, len(SPELLINGS) - 1), moves=MOVES)
def test_random_moves_keep_a_forest_that_both_faces_agree_on(api: Api, kind: int, moves: Any) -> None:
    spelling = SPELLINGS[kind]
    path, entity = f"classifications/{spelling.path}", spelling.entity
    company = api.company()
    body = {"name": "One", "firstName": "One", "type": "SERVICE"}
    made = company.v3("POST", f"{path}/bulk", [body] * SIZE).ok(201)[spelling.key]
    forest = Forest([one["id"] for one in made])
    ids = list(forest.parents)
    for way, numbers in moves:
        named = [(ids[one], None if other is None else ids[other]) for one, other in numbers]
        assert done(company, path, entity, way, named) is expected(forest, way, named), (way, numbers)
    on_v3 = {one["id"]: one for one in company.v3("GET", path, max=100).ok()["results"] if one["id"] in forest.parents}
    listed = company.v2(f"List/{entity}", json.dumps({"start": 0, "max": 999})).json["response_data"]
    on_v2 = {one["id"]: one for one in listed if one["id"] in forest.parents}
    for one, parent in forest.parents.items():
        forest.above(one)
        assert on_v3[one].get("parentId") == parent
        assert on_v2[one][spelling.parent] == (parent or NULL_ID)
        assert on_v3[one]["archived"] is (one in forest.archived)
        assert (on_v2[one]["mergedIntoId"] != NULL_ID) is (one in forest.merged)
