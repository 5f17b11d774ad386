"""What the process does with its memory: settled once, when it starts."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from typing import Final

#: Numbers of glibc's <malloc.h>.
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
#: Less than hashing a password takes, more than the text of any list.
_LARGE_BYTES: Final = 8 * 1024 * 1024


def settle_heap() -> None:
    """One heap for all threads, and large blocks go back to the system when they are freed; before the first thread.

    Left alone, glibc gives every thread a heap that stays as large as the largest answer made in it, and keeps the
    19 MB of a password's hash. Other C libraries have no such habit, and no such call.
    """
    # Where it cannot be settled, the server only takes more memory.
    with suppress(OSError, AttributeError):
        tune = ctypes.CDLL(None).mallopt
        tune(_M_ARENA_MAX, 1)
        tune(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def keep_what_stands() -> None:
    """What was made until now lives as long as the process: the collector need not look through it again and again.

    That takes it 20 ms, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
