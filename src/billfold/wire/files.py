"""Files on the wire: what an answer that is one says of itself, on any face."""

from __future__ import annotations

import mimetypes
from urllib.parse import quote

from billfold.wire.catalog import Answer

UNKNOWN = "application/octet-stream"


def file_answer(file_name: str, content: bytes) -> Answer:
    """The bytes of a file that somebody gave us, always to be saved and never shown as a page of this host."""
    # As a path: for `data:` URLs, which a file can be named like, the type is what the name says, line ends and all.
    kind = mimetypes.guess_type(f"./{file_name}")[0] or UNKNOWN
    headers = (
        ("content-disposition", f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"),
        ("x-content-type-options", "nosniff"),
    )
    return Answer(200, content, kind, headers)
