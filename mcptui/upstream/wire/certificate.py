"""What a certificate says of itself, for the words about one that was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """The certificate of a server: what it is for, who signed it, and when it holds."""

    names: tuple[str, ...]
    issuer: str
    is_self_signed: bool
    begins: datetime
    ends: datetime


def read_certificate(der: bytes) -> PeerCertificate | None:
    """The certificate in ``der``; None where it cannot be read."""
    # Loaded when a certificate was refused.
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    def named(name: x509.Name) -> str:
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            for attribute in name.get_attributes_for_oid(kind):
                return str(attribute.value)
        return name.rfc4514_string()

    try:
        found = x509.load_der_x509_certificate(der)
        try:
            stated = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            names = tuple(str(each.value) for each in stated if isinstance(each, x509.DNSName | x509.IPAddress))
        except x509.ExtensionNotFound:
            names = ()
        return PeerCertificate(
            names or (named(found.subject),),
            named(found.issuer),
            found.issuer == found.subject,
            found.not_valid_before_utc,
            found.not_valid_after_utc,
        )
    except ValueError:
        return None
