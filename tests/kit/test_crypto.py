"""Secrets at rest: they open where they were sealed and nowhere else."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from billfold.kit.crypto import Keyring

PLACE = ("vendors", "tax_id_sealed", "row")


@pytest.fixture
def keyring():
    return Keyring(bytes(32))


@pytest.fixture
def vault(keyring):
    return keyring.unwrap("one", keyring.wrap("one", b"k" * 32))


def test_a_secret_opens_where_it_was_sealed(vault):
    sealed = vault.seal(*PLACE, "12-3456789")
    assert b"12-3456789" not in sealed
    assert vault.open(*PLACE, sealed) == "12-3456789"


@pytest.mark.parametrize(
    "place",
    [("other", *PLACE[1:]), (PLACE[0], "other", PLACE[2]), (*PLACE[:2], "other"), ("vendors/tax_id_sealed", "row", "")],
)
def test_a_secret_moved_elsewhere_does_not_open(vault, place):
    with pytest.raises(InvalidTag):
        vault.open(*place, vault.seal(*PLACE, "secret"))


def test_a_secret_of_another_organization_does_not_open(keyring, vault):
    other = keyring.unwrap("two", keyring.wrap("two", b"k" * 32))
    with pytest.raises(InvalidTag):
        other.open(*PLACE, vault.seal(*PLACE, "secret"))


def test_a_changed_byte_is_noticed(vault):
    sealed = bytearray(vault.seal(*PLACE, "secret"))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        vault.open(*PLACE, bytes(sealed))


def test_a_data_key_opens_under_its_master_key_and_organization_alone():
    wrapped = Keyring(bytes(32)).wrap("one", b"k" * 32)
    with pytest.raises(InvalidTag):
        Keyring(b"m" * 32).unwrap("one", wrapped)
    with pytest.raises(InvalidTag):
        Keyring(bytes(32)).unwrap("two", wrapped)


def test_sealing_is_repeatable_and_differs_by_secret_and_place(vault):
    assert vault.seal(*PLACE, "a") == vault.seal(*PLACE, "a")
    nonces = {vault.seal(*PLACE, "a")[:12], vault.seal(*PLACE, "b")[:12], vault.seal("x", "y", "z", "a")[:12]}
    assert len(nonces) == 3


def test_fingerprints_find_equal_secrets_of_one_organization(keyring, vault):
    other = keyring.unwrap("two", keyring.wrap("two", b"q" * 32))
    assert vault.fingerprint("p", "x") == vault.fingerprint("p", "x")
    assert len({vault.fingerprint("p", "x"), vault.fingerprint("q", "x"), other.fingerprint("p", "x")}) == 3
