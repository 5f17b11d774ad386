"""Merging classifications, which users of BILL do in its web application."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.accounting import merging
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.sim.scope import in_organization, row


class MergeBody(msgspec.Struct):
    """The one that stays."""

    intoId: Annotated[str, Meta(min_length=1, description="Another classification of the same kind.")]


class MergedShape(msgspec.Struct, kw_only=True):
    """A classification that gave way to another."""

    id: str
    kind: str
    name: str
    archived: bool
    mergedIntoId: str | None


def merge(ctx: Ctx, call: Call, body: MergeBody) -> MergedShape:
    """Put a classification out of use for good, in favour of another; its children go there."""
    merged = merging.merge_any(ctx, call.path_ids["id"], body.intoId)
    return MergedShape(
        id=merged.id,
        kind=merged.kind.value,
        name=merged.name,
        archived=merged.archived,
        mergedIntoId=merged.merged_into_id,
    )


def declare(catalogue: Catalogue) -> None:
    """The row of merging."""
    row(
        catalogue, "POST", "classifications/{id}/merge", "Merge a classification into another",
        in_organization(merge), request=MergeBody, response=MergedShape,
    )  # fmt: skip
