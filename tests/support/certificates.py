"""Certificates for a test."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


class Pair(NamedTuple):
    """Two files in PEM: a certificate and its private key."""

    certificate: Path
    key: Path


class Authority:
    """Issues certificates into ``folder``; its own is ``file``."""

    def __init__(self, folder: Path, name: str = "Authority of the test") -> None:
        self._folder = folder
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        # As companies make them: without what RFC 5280 asks of the extensions.
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        signed = _builder(self._name, self._name, self._private).add_extension(constraints, critical=False)
        self.file = folder / "authority.pem"
        self.file.write_bytes(_pem(signed.sign(self._private, hashes.SHA256())))

    def issue(self, name: str, *hosts: str, begins: float = -1, ends: float = 1, passphrase: str | None = None) -> Pair:
        """A certificate called ``name`` for ``hosts``, valid between two moments in days from now."""
        private = ec.generate_private_key(ec.SECP256R1())
        signed = _builder(_named(name), self._name, private, begins, ends)
        if hosts:
            signed = signed.add_extension(x509.SubjectAlternativeName([_host(each) for each in hosts]), critical=False)
        return _written(self._folder, name, signed.sign(self._private, hashes.SHA256()), private, passphrase)


def issue(folder: Path, name: str, *hosts: str) -> Pair:
    """A certificate of ``name``, signed by itself, and its key: cert.pem and key.pem in ``folder``."""
    private = ec.generate_private_key(ec.SECP256R1())
    signed = _builder(_named(name), _named(name), private)
    if hosts:
        signed = signed.add_extension(x509.SubjectAlternativeName([_host(each) for each in hosts]), critical=False)
        signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return _written(folder, "", signed.sign(private, hashes.SHA256()), private, None)


def _builder(
    name: x509.Name, issuer: x509.Name, private: ec.EllipticCurvePrivateKey, begins: float = -1, ends: float = 1
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins * _DAY)
        .not_valid_after(now + ends * _DAY)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _written(
    folder: Path, name: str, signed: x509.Certificate, private: ec.EllipticCurvePrivateKey, passphrase: str | None
) -> Pair:
    before = f"{name}-" if name else ""
    pair = Pair(folder / f"{before}cert.pem", folder / f"{before}key.pem")
    pair.certificate.write_bytes(_pem(signed))
    how: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        how = serialization.BestAvailableEncryption(passphrase.encode())
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pair.key.write_bytes(private.private_bytes(encoding, form, how))
    return pair


def _pem(signed: x509.Certificate) -> bytes:
    return signed.public_bytes(serialization.Encoding.PEM)
