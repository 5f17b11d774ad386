"""GetCheckImageData: where the image of a cashed check is (contract v2.md §6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from billfold.kit.ctx import Ctx
from billfold.payables.payments.cashed_checks import cashed_check
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.resource import operation, read_id


class CheckImageShape(msgspec.Struct):
    """Where to get the image, with the header `sessionId`."""

    url: str


def read_check_image(ctx: Ctx, _: Call, data: Mapping[str, Any]) -> dict[str, str]:
    """Where the image of a payment's cashed check is."""
    check = cashed_check(ctx, read_id(data, "sentPayId"))
    return {"url": f"/is/CheckImageServlet?id={check.id}"}


def declare(catalogue: Catalogue) -> None:
    """The row of check images."""
    operation(
        catalogue, "GetCheckImageData", "Read where the image of a cashed check is", read_check_image,
        response=answer_type(CheckImageShape, "CheckImageData"),
    )  # fmt: skip
