"""Approval groups."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.approvals import groups
from billfold.approvals.model import GroupView
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import EVERYTHING, organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, instant, spelling_of

FIELDS: Final = (("name", "name"), ("userIds", "user_ids"))


class GroupUpdate(msgspec.Struct, kw_only=True):
    """What of a group is to change."""

    name: str | UnsetType = UNSET
    userIds: Annotated[list[str] | UnsetType, Meta(description="Users who may approve; replaces the list.")] = UNSET


class GroupCreate(GroupUpdate, kw_only=True):
    """A new group."""

    name: str
    userIds: list[str]


class GroupShape(msgspec.Struct, kw_only=True):
    """A group of approvers."""

    id: Annotated[str, Meta(description="Begins with agp; an approval policy can name it.")]
    name: str
    userIds: list[str]
    archived: bool
    createdTime: str
    updatedTime: str


class GroupList(msgspec.Struct):
    """Every group."""

    results: list[GroupShape]


def _shape(view: GroupView) -> GroupShape:
    group = view.group
    return GroupShape(
        id=group.id,
        name=group.name,
        userIds=view.user_ids,
        archived=group.archived,
        createdTime=instant(group.created_at),
        updatedTime=instant(group.updated_at),
    )


def create(ctx: Ctx, _: Call, body: GroupCreate) -> GroupShape:
    """A new group."""
    return _shape(groups.create_group(ctx, body.name, body.userIds))


def list_groups(ctx: Ctx, _: Call, __: None) -> GroupList:
    """Every group, archived ones too."""
    return GroupList([_shape(view) for view in groups.list_groups(ctx, EVERYTHING).items])


def get(ctx: Ctx, call: Call, _: None) -> GroupShape:
    """One group."""
    return _shape(groups.get_group(ctx, call.path_ids["groupId"]))


def update(ctx: Ctx, call: Call, body: GroupUpdate) -> GroupShape:
    """Change what is given."""
    return _shape(groups.update_group(ctx, call.path_ids["groupId"], given(body, FIELDS)))


def archive(ctx: Ctx, call: Call, _: None) -> GroupShape:
    """Put the group out of use."""
    return _shape(groups.archive_group(ctx, call.path_ids["groupId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of approval groups."""
    one, spelling = "approval-groups/{groupId}", spelling_of(FIELDS)
    organization_row(
        catalogue, "POST", "approval-groups", "approval-groups.create", "Form an approval group", create,
        request=GroupCreate, response=GroupShape, success=201, spelling=spelling,
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "approval-groups", "approval-groups.list", "List approval groups", list_groups,
        response=GroupList,
    )  # fmt: skip
    organization_row(catalogue, "GET", one, "approval-groups.get", "Read an approval group", get, response=GroupShape)
    organization_row(
        catalogue, "PATCH", one, "approval-groups.update", "Update an approval group", update,
        request=GroupUpdate, response=GroupShape, spelling=spelling,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", f"{one}/archive", "approval-groups.archive", "Archive an approval group", archive,
        response=GroupShape,
    )  # fmt: skip
