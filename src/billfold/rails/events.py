"""What happens to transfers and files. The subject of each but `AchFileBuilt` is a `Transfer`."""

from __future__ import annotations

from billfold.kit.events import Event


class AchFileBuilt(Event, frozen=True):
    """A NACHA file was built, validated and stored."""


class TransferSent(Event, frozen=True):
    """The transfer went to the bank in a file, or the check was printed; it can no longer be called off."""


class TransferRefused(Event, frozen=True):
    """Its rail cannot carry the transfer, so that no file has it; the reason is in `return_code`."""


class DebitInVain(Event, frozen=True):
    """A debit is due whose money could not be paid out, for the vendor's account takes none."""


class TransferStarted(Event, frozen=True):
    """The Federal Reserve took the transfer up on its effective entry date, or the check was mailed."""


class TransferDelivered(Event, frozen=True):
    """The check arrived; nobody has cashed it yet."""


class TransferSettled(Event, frozen=True):
    """The money arrived."""


class TransferReturned(Event, frozen=True):
    """The receiving bank sent the transfer back, or the check came back; the reason is in `return_code`."""


class TransferChangeNotified(Event, frozen=True):
    """The receiving bank asks for corrected account data; the money moved all the same."""


class OriginatorUpdated(Event, frozen=True):
    """How the organization presents itself to its bank changed. The subject is an `Originator`."""


class PrenoteScheduled(Event, frozen=True):
    """A vendor's new bank account will be tried without money. The subject is a `Prenote`."""


class PrenoteSent(Event, frozen=True):
    """A trial entry went to the bank in a file. The subject is a `Prenote`."""


class PrenoteAnswered(Event, frozen=True):
    """Nothing came back in time, so money may follow. The subject is a `Prenote`."""


class PrenoteReturned(Event, frozen=True):
    """The trial entry came back, so no money may follow. The subject is a `Prenote`."""


class IncomingFileTaken(Event, frozen=True):
    """All entries of a bank's file were taken. The subject is an `IncomingFile`."""


class AccountChangeProposed(Event, frozen=True):
    """A bank asks for an account to be written otherwise. The subject is an `AccountChange`."""


class AccountChangeAccepted(Event, frozen=True):
    """What a bank asked for was done. The subject is an `AccountChange`."""


class AccountChangeRejected(Event, frozen=True):
    """What a bank asked for will not be done. The subject is an `AccountChange`."""


class ExchangeRateSet(Event, frozen=True):
    """The organization was told another exchange rate. The subject is an `ExchangeRate`."""


class InternationalFileBuilt(Event, frozen=True):
    """A pain.001 file of a day's transfers abroad was built, read back and stored. The subject is a `StoredFile`."""


class RppsBatchSent(Event, frozen=True):
    """A batch went to the directory's billers."""


class VirtualCardIssued(Event, frozen=True):
    """The vendor was sent a card to charge."""


class VirtualCardCharged(Event, frozen=True):
    """The vendor charged a card, in part or in full."""


class VirtualCardClosed(Event, frozen=True):
    """The days of a card are over that was charged in part."""


class VirtualCardEnded(Event, frozen=True):
    """A card was used up, voided or expired."""
