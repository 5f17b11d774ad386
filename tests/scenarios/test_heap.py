"""What a server process keeps of memory that it needed once."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_HASHES_PASSWORDS = """
import threading
from pathlib import Path
from billfold.apps.heap import settle_heap

def resident_kilobytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4

def take_what_a_password_takes():
    for _ in range(3):
        bytearray(20_000_000)

settle_heap()
before = resident_kilobytes()
for _ in range(4):
    thread = threading.Thread(target=take_what_a_password_takes)
    thread.start()
    thread.join()
print(resident_kilobytes() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep nothing")
def test_memory_of_password_hashes_goes_back_to_the_system_whatever_thread_took_it() -> None:
    done = subprocess.run([sys.executable, "-c", _HASHES_PASSWORDS], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5_000
