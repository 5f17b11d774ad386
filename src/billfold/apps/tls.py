"""`serve --tls`: a certificate authority of the machine's own, for clients whose https addresses cannot be changed.

The authority may sign for BILL's hosts and this machine alone (RFC 5280 §4.2.1.10, name constraints), so that
trusting it opens nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from billfold.kit.clock import wall_now

#: Where clients of BILL go (contract: v2.md §1.1, core "Base URLs"), and this machine.
BILL_HOSTS: Final = (
    "gateway.prod.bill.com",
    "gateway.stage.bill.com",
    "api.bill.com",
    "api-sandbox.bill.com",
    "api-stage.bill.com",
    "app-sandbox.bill.com",
)
_LOCAL_HOST: Final = "localhost"
_LOCAL_ADDRESS: Final = IPv4Address("127.0.0.1")
_AUTHORITY_DAYS: Final = 3650
#: Clients refuse longer ones (CA/Browser Forum baseline requirements §6.3.2).
_SERVER_DAYS: Final = 397
#: A certificate with fewer days left is made anew at the next start.
_RENEW_DAYS: Final = 30
#: Clocks differ.
_EARLIER: Final = timedelta(hours=1)

Key = ec.EllipticCurvePrivateKey


class TlsFiles(msgspec.Struct, frozen=True):
    """Where the authority's certificate, the server's certificate and the server's key are; whom they are for."""

    authority: Path
    certificate: Path
    key: Path
    hosts: tuple[str, ...] = BILL_HOSTS


def prepare_tls(folder: Path) -> TlsFiles:
    """The certificates in this folder, made where they are missing or about to expire."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = TlsFiles(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority_key_file = folder / "ca.key"
    if not (_is_good(files.authority) and authority_key_file.exists()):
        _make_authority(files.authority, authority_key_file)
        files.certificate.unlink(missing_ok=True)
    if not (_is_good(files.certificate) and files.key.exists()):
        _make_server(files, authority_key_file)
    return files


def _is_good(file: Path) -> bool:
    if not file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return certificate.not_valid_after_utc - wall_now() > timedelta(days=_RENEW_DAYS)


def _make_authority(certificate_file: Path, key_file: Path) -> None:
    key = _new_key(key_file)
    name = _name("Billfold local authority")
    constraints = x509.NameConstraints(
        permitted_subtrees=[
            *(x509.DNSName(host) for host in (*BILL_HOSTS, _LOCAL_HOST)),
            x509.IPAddress(IPv4Network(f"{_LOCAL_ADDRESS}/32")),
        ],
        excluded_subtrees=None,
    )
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        _certificate(name, name, key, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(constraints, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    _write(certificate_file, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_server(files: TlsFiles, authority_key_file: Path) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    authority_key = serialization.load_pem_private_key(authority_key_file.read_bytes(), password=None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey), f"{authority_key_file} holds another kind of key"
    key = _new_key(files.key)
    names = [x509.DNSName(host) for host in (*BILL_HOSTS, _LOCAL_HOST)]
    builder = (
        _certificate(_name(_LOCAL_HOST), authority.subject, key, _SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([*names, x509.IPAddress(_LOCAL_ADDRESS)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
    )
    _write(files.certificate, builder.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _certificate(subject: x509.Name, issuer: x509.Name, key: Key, days: int) -> x509.CertificateBuilder:
    now: datetime = wall_now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _new_key(file: Path) -> Key:
    key = ec.generate_private_key(ec.SECP256R1())
    clear = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(file, clear)
    return key


def _write(file: Path, content: bytes) -> None:
    """Readable by the owner alone from the first byte on."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(content)
