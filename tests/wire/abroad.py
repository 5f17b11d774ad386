"""A vendor in another country, as a client makes it."""

from __future__ import annotations

from typing import Any

GERMAN: dict[str, Any] = {
    "name": "Blauer Drachen", "billCurrency": "EUR",
    "address": {"line1": "Unter den Linden 1", "city": "Berlin", "zipOrPostalCode": "10117", "country": "DE"},
    "paymentInformation": {
        "bankAccount": {
            "nameOnAccount": "Blauer Drachen GmbH", "accountNumber": "DE89370400440532013000",
            "paymentCurrency": "EUR", "bankCountry": "DE",
        },
    },
}  # fmt: skip
