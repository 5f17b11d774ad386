"""What `wire/error_triggers.py` says in a sentence, done: one function for each refusal, named after it."""

from __future__ import annotations

from tests.wire.triggers import abroad, approvals, form, funding, nouns, people, sandbox
from tests.wire.triggers.registry import TRIGGERS

__all__ = ["TRIGGERS", "abroad", "approvals", "form", "funding", "nouns", "people", "sandbox"]
