"""Files on the wire: what an answer that is one says of itself, on any face."""

from __future__ import annotations

import mimetypes
import re
from typing import Final
from urllib.parse import quote

from billfold.wire.catalog import Answer

UNKNOWN: Final = "application/octet-stream"
_PLAIN: Final = re.compile(r"[\w.-]+", re.ASCII)


def saved_as(file_name: str) -> tuple[str, str]:
    """The header that has an answer saved under this name. A plain name stays plain: not every client decodes one.

    Some of these names were given by users: quotes and line ends in them must not become part of the header.
    """
    name = f'filename="{file_name}"' if _PLAIN.fullmatch(file_name) else f"filename*=UTF-8''{quote(file_name, safe='')}"
    return "content-disposition", f"attachment; {name}"


def file_answer(file_name: str, content: bytes) -> Answer:
    """The bytes of a file that somebody gave us, always to be saved and never shown as a page of this host."""
    # As a path: for `data:` URLs, which a file can be named like, the type is what the name says, line ends and all.
    kind = mimetypes.guess_type(f"./{file_name}")[0] or UNKNOWN
    return Answer(200, content, kind, (saved_as(file_name), ("x-content-type-options", "nosniff")))
