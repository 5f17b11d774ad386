"""The SQL of second factors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billfold.identity.factors.model import Authenticator, Challenge, MfaSetup, Phone
from billfold.kit.columns import instant_text
from billfold.kit.db import Transaction
from billfold.kit.records import Table

PHONES = Table("mfa_phones", Phone)
CHALLENGES = Table("mfa_challenges", Challenge)
MFA_SETUPS = Table("mfa_setups", MfaSetup)
AUTHENTICATORS = Table("mfa_authenticators", Authenticator)


def drop_old_codes(tx: Transaction, organization_id: str, user_id: str, before: datetime) -> None:
    """Drop the user's challenges and set-ups that expired before then."""
    for table in ("mfa_challenges", "mfa_setups"):
        tx.run(
            f"DELETE FROM {table} WHERE organization_id = ? AND user_id = ? AND expires_at < ?",
            (organization_id, user_id, instant_text(before)),
        )


def count_attempt(tx: Transaction, codes: Table[Challenge] | Table[MfaSetup], organization_id: str, id: str) -> None:
    """Count a wrong code of a challenge or of a set-up."""
    tx.run(
        f"UPDATE {codes.name} SET attempts = attempts + 1 WHERE organization_id = ? AND id = ?", (organization_id, id)
    )


def drop_challenge(tx: Transaction, organization_id: str, challenge_id: str) -> None:
    """A challenge answered rightly cannot be answered again."""
    tx.run("DELETE FROM mfa_challenges WHERE organization_id = ? AND id = ?", (organization_id, challenge_id))


def drop_setups(tx: Transaction, organization_id: str, user_id: str) -> None:
    """One set-up was finished: the user's others are void."""
    tx.run("DELETE FROM mfa_setups WHERE organization_id = ? AND user_id = ?", (organization_id, user_id))


def primary_phone(tx: Transaction, organization_id: str, user_id: str) -> Phone | None:
    """The phone that codes are sent to."""
    return PHONES.first(tx, "organization_id = ? AND user_id = ? AND is_primary = TRUE", (organization_id, user_id))


def phones_of(tx: Transaction, organization_id: str, user_id: str) -> Sequence[Phone]:
    """The user's phones."""
    return PHONES.where(tx, "organization_id = ? AND user_id = ? ORDER BY created_at, id", (organization_id, user_id))


def authenticator_of(tx: Transaction, organization_id: str, user_id: str, *, lock: str = "") -> Authenticator | None:
    """The user's authenticator."""
    return AUTHENTICATORS.first(tx, f"organization_id = ? AND user_id = ?{lock}", (organization_id, user_id))


def times_of_last_codes(tx: Transaction, organization_id: str, user_id: str, limit: int) -> Sequence[datetime]:
    """When the newest messages with a code went to the user, the newest first."""
    rows = tx.all(
        "SELECT created_at FROM messages WHERE organization_id = ? AND user_id = ? ORDER BY ordinal DESC LIMIT ?",
        (organization_id, user_id, limit),
    )
    return [datetime.fromisoformat(moment) for (moment,) in rows]
