"""Images of cashed checks, front and back (contract v3-payables.md §6; v2.md §6.6 for the servlet)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.settings import Profile
from billfold.payables.payments.cashed_checks import NoCheckImage, cashed_check
from billfold.rails.checks import copies
from billfold.rails.checks.checks import get_check
from billfold.rails.checks.model import Check, CheckStatus
from billfold.wire.catalog import Answer, Call, Catalogue, Operation, Parameter
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.errors import ErrorShape
from billfold.wire.v3.resource import BASE

#: Below the host, beside the faces, as BILL has it.
SERVLET = "/is/CheckImageServlet"
Side = Literal["front", "back"]


class CheckImageShape(msgspec.Struct):
    """One side of a check."""

    downloadLink: Annotated[str, Meta(description="A PNG image, for those with an open session.")]


class CheckImagesShape(msgspec.Struct):
    """The sides of a check that there are images of."""

    results: list[CheckImageShape]


def check_image_link(check: Check, side: Side) -> str:
    """Where to get the image, below the host."""
    return f"{SERVLET}?id={check.id}" + ("&side=back" if side == "back" else "")


def sides(ctx: Ctx) -> tuple[Side, ...]:
    """A real check's back is with the bank that took it; a simulated bank has one too."""
    return ("front", "back") if ctx.house.profile is Profile.SANDBOX else ("front",)


def read_check_images(ctx: Ctx, call: Call, _: None) -> CheckImagesShape:
    """Where the images of a payment's cashed check are."""
    check = cashed_check(ctx, call.path_ids["paymentId"])
    links = [call.origin + check_image_link(check, side) for side in sides(ctx)]
    return CheckImagesShape([CheckImageShape(link) for link in links])


def download(ctx: Ctx, call: Call, _: None) -> Answer:
    """The image of a side of a cashed check."""
    side = call.query.get("side", "front")
    if side not in sides(ctx):
        raise InvalidParameter(name="side", value=side[:20])
    check = get_check(ctx, call.query["id"])
    if check.status is not CheckStatus.CLEARED:
        raise NoCheckImage(payment_id=check.id)
    picture = copies.picture_front(ctx, check) if side == "front" else copies.picture_back(check)
    disposition = ("content-disposition", f'inline; filename="check-{check.number}-{side}.png"')
    return Answer(200, picture, "image/png", (disposition,))


def declare(catalogue: Catalogue) -> None:
    """The rows of check images."""
    catalogue.add(
        Operation(
            face="v3",
            name="v3.payments.check-image",
            method="GET",
            path=f"{BASE}/payments/{{paymentId}}/check-image",
            summary="Read where the images of a cashed check are",
            run=read_check_images,
            response=CheckImagesShape,
            refusal=list[ErrorShape],
        )
    )
    catalogue.add(
        Operation(
            face="v3",
            name="v3.check-images.download",
            method="GET",
            path=SERVLET,
            summary="Download an image of a cashed check",
            run=download,
            keyless=True,
            response=bytes,
            refusal=list[ErrorShape],
            parameters=(
                Parameter("id", {"type": "string", "minLength": 1}, "The check.", required=True),
                Parameter("side", {"type": "string", "enum": ["front", "back"]}, "The front if left out."),
            ),
        )
    )
