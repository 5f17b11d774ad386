"""The currencies that vendors bill and customers are billed in (contract: payables §1.4)."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

#: ISO 4217, with those of the Channel Islands and the like, and some that are gone, as BILL has them.
_CODES: Final = (
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GGP GHS GIP GMD
    GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SPL
    SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TVD TWD TZS UAH UGX USD UYU UZS VED VEF VES VND VUV
    WST XAF XCD XOF XPF YER ZAR ZMW ZWD
    """
).split()

#: Three letters that are a currency's.
Currency = Annotated[str, Meta(pattern=f"^({'|'.join(_CODES)})$", description="ISO 4217.")]


def is_currency(code: str) -> bool:
    """Whether these three letters are a currency's."""
    return code in _CODES
