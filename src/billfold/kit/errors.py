"""What the domain says when it refuses.

A refusal is a class with a sentence; its name is the stable code. It knows no HTTP status: each wire face
owns one total table from refusal to status and body (`wire/errors.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """A rule said no and nothing was changed. Subclasses set `sentence`, with `{parameters}`."""

    sentence: ClassVar[str] = "The request was refused."

    def __init__(self, **parameters: object) -> None:
        super().__init__()
        self.parameters = parameters

    def __str__(self) -> str:
        """The sentence, made only when somebody reads it: checks make many refusals that are never raised."""
        return self.sentence.format(**self.parameters)

    @property
    def code(self) -> str:
        """The stable code: the name of the class."""
        return type(self).__name__


class InvalidField(Refusal):
    """One field of the input breaks a rule. `path` is the domain's or the wire's dotted path."""

    sentence = "{path}: {text}"

    def __init__(self, path: str, text: str, value: object = None) -> None:
        super().__init__(path=path, text=text, value=value)
        self.path = path
        self.text = text


class NotFound(Refusal):
    """No such object in this organization; another organization's id answers exactly the same."""

    sentence = "There is no {noun} with the id {id}."

    def __init__(self, noun: str, id: str) -> None:
        super().__init__(noun=noun, id=id)


def existing(found: T | None, noun: str, id: str) -> T:
    """What was found. Raises `NotFound` where that is nothing."""
    if found is None:
        raise NotFound(noun, id)
    return found


class StateForbids(Refusal):
    """The object's state does not allow this step."""

    sentence = "The {noun} {id} cannot {verb} while it is {state}."


class Refusals(Exception):
    """Several refusals of one request, reported together."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(str(refusal) for refusal in refusals))
        self.refusals = refusals


class Checks:
    """Collects every refusal of a request before anything is written.

    >>> checks = Checks()
    >>> checks.require(amount > 0, InvalidField("amount", "must be positive"))
    >>> checks.raise_any()
    """

    def __init__(self) -> None:
        self.found: list[Refusal] = []

    def require(self, holds: bool, refusal: Refusal) -> None:
        """Note the refusal unless the condition holds."""
        if not holds:
            self.found.append(refusal)

    def note(self, refusal: Refusal) -> None:
        """Note a refusal that somebody else found."""
        self.found.append(refusal)

    def require_text(self, fields: Mapping[str, object], field: str) -> None:
        """Note a text that is given and has nothing in it."""
        # A refusal is made only when it is needed: a bulk request checks hundreds of texts.
        if field in fields and not (isinstance(text := fields[field], str) and text.strip()):
            self.note(InvalidField(field, "must not be blank"))

    def require_name(self, field: str, name: str | None, longest: int) -> None:
        """Note a name that is missing or blank, or has more characters than it may."""
        if name is None or not name.strip() or len(name) > longest:
            self.note(InvalidField(field, f"must have 1 to {longest} characters"))

    def limit_texts(self, fields: Mapping[str, object], longest: Mapping[str, int]) -> None:
        """Note every text that has more characters than it may."""
        for field, limit in longest.items():
            text = fields.get(field)
            if isinstance(text, str) and len(text) > limit:
                self.note(InvalidField(field, f"has more than {limit} characters"))

    def raise_any(self) -> None:
        """Raise what was found, if anything was."""
        error = self.error()
        if error is not None:
            raise error

    def error(self) -> Refusal | Refusals | None:
        """What was found: the refusal itself when it is one, `Refusals` when there are several."""
        if len(self.found) > 1:
            return Refusals(self.found)
        return self.found[0] if self.found else None
