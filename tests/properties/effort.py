"""How hard the property tests try: BILLFOLD_EFFORT=1 is all of it, 0.1 a tenth, 10 a long night that draws anew."""

from __future__ import annotations

import os

EFFORT = float(os.environ.get("BILLFOLD_EFFORT", "1"))
