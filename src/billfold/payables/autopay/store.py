"""The SQL of paying by itself."""

from __future__ import annotations

from billfold.kit.records import Table
from billfold.payables.autopay.model import Autopay

AUTOPAYS = Table("autopays", Autopay)
